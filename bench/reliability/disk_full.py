"""Fills the disk under a real service and lets its fsyncs fail: what was acknowledged is there.

python -m bench.reliability.disk_full --faults 500

Needs root, loop devices and strace, and fails by name without them. The disk is an image, filled to
a few pages and freed again; a failing fsync is injected by strace into the running service. After
each kind the service is stopped, the image is copied as a power cut would leave it, and every
acknowledged name must be in the copy.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from bench.reliability.disk_service import Service, Told, empty_log, stored, until
from bench.reliability.image import copy_image, make_image, missing, mounted
from bench.result_file import Plain, keep_result, result_text

IMAGE_BYTES: Final = 192 * 1024 * 1024  # ours: readiness asks for 64 MiB free
ROOM_BYTES_MAX: Final = 128 * 1024  # ours: so that the disk is full at any point of a commit
WRITES_IN_FAULT: Final = 40  # ours: while a fault lasts
WRITES_BETWEEN: Final = 8  # ours: while none does
READY_SECONDS_MAX: Final = 2.0  # reliability, R4
KINDS: Final = ("enospc", "eio")


def full(disk: Path, service: Service, told: Told, chance: random.Random) -> float:
    """Fill the disk, write, free it again; returns how soon readiness said so."""
    ballast = disk / "ballast"
    empty_log(disk / "app.db")  # else writes go where its pages were, for a long time
    _fill(ballast, room_bytes=chance.randrange(ROOM_BYTES_MAX))
    late = service.wait_ready(passed=False)
    service.write(WRITES_IN_FAULT, told)
    assert service.alive(), "/livez stays green"
    ballast.unlink()
    return late


def _fill(ballast: Path, *, room_bytes: int) -> None:
    """Leave this much room, or a little more: the file system needs some for itself."""
    with ballast.open("wb") as file:
        while True:  # ends at the latest with nothing to allocate
            found = os.statvfs(ballast)
            wanted = max(1, found.f_bavail * found.f_frsize - room_bytes)
            try:
                os.posix_fallocate(file.fileno(), 0, wanted)
            except OSError:
                file.truncate(0)
                room_bytes += 4096
            else:
                return


def failing(service: Service, told: Told) -> float:
    """Let every fsync of the service fail, write, and let them work again; as above."""
    with _injected(service.pid, "fsync,fdatasync:error=EIO"):
        start = time.monotonic()
        service.write(WRITES_BETWEEN, told)
        service.wait_ready(passed=False)
        late = time.monotonic() - start
        service.write(WRITES_IN_FAULT - WRITES_BETWEEN, told)
    # The fsyncs work again and nothing may be believed: only a new start may.
    before = len(told.acknowledged)
    service.write(WRITES_BETWEEN, told)
    assert len(told.acknowledged) == before, "acknowledged after a lost write"
    assert service.alive(), "/livez stays green"
    return late


def trial(kind: str, folder: Path, *, faults: int, chance: random.Random) -> dict[str, Plain]:
    """Go on until so many writes were refused; return what was found."""
    image, home = folder / "d.img", folder / kind
    home.mkdir()
    make_image(image, IMAGE_BYTES)
    refused, healthy, late, recovered = Told(), Told(), list[float](), list[float]()
    with mounted(image, folder / "disk") as disk, closing(Service(home, disk)) as service:
        service.found()
        service.start()
        while refused.refused < faults:
            service.write(WRITES_BETWEEN, healthy)
            if kind == "eio":
                late.append(failing(service, refused))
                service.kill()
                service.start()
            else:
                late.append(full(disk, service, refused, chance))
                recovered.append(service.wait_ready(passed=True))
            service.write(WRITES_BETWEEN, healthy)
        os.kill(service.pid, signal.SIGSTOP)
        copy_image(image, folder / "cut.img")
    with mounted(folder / "cut.img", folder / "after") as disk:
        found = stored(disk / "app.db")
    acknowledged = refused.acknowledged | healthy.acknowledged
    return {
        "rounds": len(late),
        "refused": refused.refused,
        "answers_in_fault": {str(s): n for s, n in sorted(refused.statuses.items())},
        "answers_without_fault": {str(s): n for s, n in sorted(healthy.statuses.items())},
        "acknowledged": len(acknowledged),
        "acknowledged_in_fault": len(refused.acknowledged),
        "acknowledged_and_gone": len(acknowledged - found),
        "not_ready_seconds_max": round(max(late), 3),
        "ready_again_seconds_max": round(max(recovered, default=0.0), 3),
        "clean": acknowledged <= found and max(late) < READY_SECONDS_MAX and healthy.refused == 0,
    }


@contextmanager
def _injected(pid: int, fault: str) -> Generator[None]:
    """Attach strace to a running process for as long as the fault lasts."""
    calls = fault.partition(":")[0]
    command = [
        "strace",
        "-f",
        "-qq",
        "-p",
        str(pid),
        "-e",
        f"trace={calls}",
        "-e",
        f"inject={fault}",
    ]
    tracer = subprocess.Popen([*command, "-o", "/dev/null"])
    try:
        until(lambda: f"TracerPid:\t{tracer.pid}" in _status(pid), "strace did not attach")
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait()


def _status(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text("utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dry", action="store_true", help="print only, write no result")
    options = parser.parse_args()
    lacking = (*missing(), *(() if shutil.which("strace") else ("strace",)))
    if lacking:
        print(f"needs root, loop devices and strace; missing: {', '.join(lacking)}")
        return 2
    figures: dict[str, Plain] = {"seed": options.seed}
    with tempfile.TemporaryDirectory(prefix="disk-") as name:
        for kind in KINDS if options.only is None else (options.only,):
            chance = random.Random(options.seed)
            figures[kind] = trial(kind, Path(name), faults=options.faults, chance=chance)
    command = (
        f"python -m bench.reliability.disk_full --faults {options.faults} --seed {options.seed}"
    )
    text = result_text("reliability-disk", figures, command=command)
    print(text)
    if not options.dry and options.only is None:
        keep_result("reliability-disk", text)
    trials = [found for found in figures.values() if isinstance(found, dict)]
    return 0 if all(found["clean"] for found in trials) else 1


if __name__ == "__main__":
    sys.exit(main())
