"""Disk images: what a machine without power would find on its disk is a copy of one."""

import os
import shutil
import subprocess
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

NEEDED: Final = ("mkfs.ext4", "mount", "umount", "losetup")
UNMOUNT_SECONDS_MAX: Final = 10.0  # ours: a killed process lets go of its files within


_SYS_ADMIN: Final = 21  # capability.h


def missing() -> tuple[str, ...]:
    """Name what this machine lacks for disk images."""
    programs = tuple(name for name in NEEDED if shutil.which(name) is None)
    if os.geteuid() != 0 or not _may_mount():
        return (*programs, "root")  # in a container it may be root in name only
    return programs if Path("/dev/loop-control").exists() else (*programs, "loop devices")


def _may_mount() -> bool:
    """Tell whether this process has CAP_SYS_ADMIN."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    (held,) = [line.split()[1] for line in lines if line.startswith("CapEff:")]
    return bool(int(held, 16) >> _SYS_ADMIN & 1)


def make_image(image: Path, size_bytes: int) -> None:
    """Make an image with an empty file system, in the place of one that was there."""
    image.unlink(missing_ok=True)
    with image.open("wb") as file:
        file.truncate(size_bytes)
    run("mkfs.ext4", "-qF", "-m", "0", str(image))


def copy_image(source: Path, target: Path) -> None:
    """Copy what the disk holds now; pages that were never flushed are not there."""
    target.unlink(missing_ok=True)
    run("cp", "--sparse=always", str(source), str(target))


@contextmanager
def mounted(image: Path, folder: Path) -> Generator[Path]:
    """Mount an image on a folder."""
    folder.mkdir(exist_ok=True)
    run("mount", "-o", "loop", str(image), str(folder))
    try:
        yield folder
    finally:
        _unmount(folder)


def run(*command: str) -> None:
    """Run a program that must succeed."""
    subprocess.run(command, check=True)


def ended(pids: Sequence[int]) -> bool:
    """Tell whether none of the processes holds a file any more."""
    return all(_state(pid) in {"", "Z", "X"} for pid in pids)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _unmount(folder: Path) -> None:
    limit = time.monotonic() + UNMOUNT_SECONDS_MAX
    while subprocess.run(["umount", str(folder)], check=False).returncode:
        assert time.monotonic() < limit, f"{folder} is still in use"
        time.sleep(0.1)
