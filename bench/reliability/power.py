"""Cuts the power: copies the disk image under a writer, and counts acknowledged rows that are gone.

python -m bench.reliability.power --cuts 20

Needs root and loop devices, and fails by name without them. The copy is what the disk held: pages
that were never flushed are missing (reliability, section 7). The rig proves first that it can lose
rows, with `synchronous=NORMAL`.
"""

import argparse
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import insert

from bailiwick.kit.clock import SystemClock
from bailiwick.store.database import Database
from bailiwick.store.tables.schema import WORKSPACES
from bench.result_file import keep_result, result_text

IMAGE_BYTES = 64 * 1024 * 1024  # reliability, section 7
ROWS_BEFORE_CUT = 60  # ours: enough that some are not yet written back by the kernel
CUT_SECONDS_MAX = 30.0  # ours: a writer that does not get there has failed
NEEDED = ("mkfs.ext4", "mount", "umount", "losetup")


@contextmanager
def mounted(image: Path, folder: Path) -> Generator[Path]:
    """Mount an image on a folder."""
    folder.mkdir(exist_ok=True)
    _run("mount", "-o", "loop", str(image), str(folder))
    try:
        yield folder
    finally:
        _run("umount", str(folder))


def cut(folder: Path, *, normal: bool) -> tuple[int, int]:
    """Cut the power under one writer; returns acknowledged rows and those of them that are gone."""
    image, acknowledged = folder / "d.img", folder / "acknowledged"
    with image.open("wb") as file:
        file.truncate(IMAGE_BYTES)
    _run("mkfs.ext4", "-qF", str(image))
    acknowledged.write_bytes(b"")
    with mounted(image, folder / "disk") as disk:
        child = os.fork()
        if child == 0:
            _write(disk / "app.db", acknowledged, normal=normal)
        limit = time.monotonic() + CUT_SECONDS_MAX
        while acknowledged.stat().st_size < ROWS_BEFORE_CUT * 8:
            assert time.monotonic() < limit, "the writer did not get anywhere"
            time.sleep(0.01)
        os.kill(child, signal.SIGSTOP)
        shutil.copyfile(image, folder / "cut.img")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    wanted = set(acknowledged.read_text("ascii").split())
    with mounted(folder / "cut.img", folder / "after") as disk:
        found = _found(disk / "app.db")
    return len(wanted), len(wanted - found)


def _write(path: Path, acknowledged: Path, *, normal: bool) -> None:
    """Commit rows and tell each one outside, until killed."""
    database = Database.open(f"sqlite:///{path}")
    database.migrate()
    clock = SystemClock()
    with acknowledged.open("ab", buffering=0) as told:
        number = 0
        while True:
            name = f"{number:07d}"
            with database.writing() as connection:
                if normal:
                    driver = connection.connection.dbapi_connection
                    assert isinstance(driver, sqlite3.Connection)
                    driver.execute("PRAGMA synchronous=NORMAL")
                row = {"id": name, "name": name, "created_at": clock.now()}
                connection.execute(insert(WORKSPACES), row)
                connection.commit()
            told.write(name.encode() + b"\n")
            number += 1


def _found(path: Path) -> set[str]:
    """Return what the database holds after the cut; nothing when it has no table yet."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        try:
            return {str(row[0]) for row in connection.execute("SELECT id FROM workspaces")}
        except sqlite3.OperationalError:
            return set()


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=20)
    parser.add_argument("--dry", action="store_true", help="print only, write no result")
    options = parser.parse_args()
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if os.geteuid() != 0 or missing:
        print(f"needs root and {', '.join(NEEDED)}; missing: {', '.join(missing) or 'root'}")
        return 2
    with tempfile.TemporaryDirectory(prefix="power-") as name:
        folder = Path(name)
        proof = [cut(folder, normal=True) for _ in range(3)]
        cuts = [cut(folder, normal=False) for _ in range(options.cuts)]
    lost, lost_by_normal = sum(gone for _, gone in cuts), sum(gone for _, gone in proof)
    figures = {
        "database": "sqlite",
        "cuts": options.cuts,
        "acknowledged": sum(count for count, _ in cuts),
        "lost": lost,
        "proof_acknowledged": sum(count for count, _ in proof),
        "proof_lost": lost_by_normal,
        "clean": lost == 0 and lost_by_normal > 0,
    }
    command = f"python -m bench.reliability.power --cuts {options.cuts}"
    text = result_text("reliability-power", figures, command=command)
    print(text)
    if not options.dry:
        keep_result("reliability-power-sqlite", text)
    return 0 if figures["clean"] else 1


if __name__ == "__main__":
    sys.exit(main())
