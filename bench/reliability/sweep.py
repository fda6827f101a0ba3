"""Crashes one send at each durable or network system call, and lets another worker finish.

    python -m bench.reliability.sweep --database sqlite

For each call name, for N = 1, 2, … until the worker ends by itself: a fresh mail, a worker that is
killed just before its N-th such call, another worker that finishes, then the books are compared
(reliability, section 7). strace counts per name and thread; the worker makes its calls in one.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bailiwick.policy.rulebook import Rulebook, load
from bench.reliability.account import written
from bench.reliability.assembly import Place
from bench.reliability.child import database_url, finished
from bench.reliability.kill import databases
from bench.reliability.sink import running_sink
from bench.reliability.world import open_world
from bench.result_file import keep_result

DURABLE = (
    "openat", "pwrite64", "write", "fdatasync", "fsync", "rename", "renameat2", "unlink",
    "ftruncate",
)  # fmt: skip
NETWORK = ("sendto", "recvfrom", "connect", "shutdown")
POINTS_COUNT_MAX = 400  # ours: per call name; one send makes some dozens
_KILLED = 128 + 9


def traced(place: Place, call: str, number: int) -> int:
    """Run one worker that is killed before its n-th call of a name; return its exit code."""
    paths: list[str] = []
    if place.url.startswith("sqlite") and call in DURABLE:
        file = place.url.removeprefix("sqlite:///")
        for name in (file, f"{file}-wal", f"{file}-shm", f"{file}-journal", str(Path(file).parent)):
            paths += ["-P", name]
    command = [
        "strace", "-f", "-o", "/dev/null", *paths, "-e", f"trace={call}",
        "-e", f"inject={call}:signal=KILL:when={number}",
        sys.executable, "-m", "bench.reliability.one",
        place.url, str(place.port), str(place.ledger),
    ]  # fmt: skip
    code = subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode
    return _KILLED if code in {-9, _KILLED} else code


def swept(place: Place, law: Rulebook, calls: Sequence[str]) -> tuple[dict[str, int], list[float]]:
    """Crash at every point of each call; returns the points by name and the seconds of each.

    Every point gets a fresh mail in the same database; nothing may be open when the next begins.
    """
    points: dict[str, int] = {}
    seconds: list[float] = []
    for call in calls:
        for number in range(1, POINTS_COUNT_MAX + 1):
            began = time.monotonic()
            world = open_world(place.url)
            world.queue(1)
            world.close()
            code = traced(place, call, number)
            account = finished(place, law, token=f"{call}-{number}")
            assert account.is_clean, f"not clean after a crash at {call} {number}: {account}"
            seconds.append(time.monotonic() - began)
            if code == 0:
                points[call] = number - 1
                break
            assert code == _KILLED, f"the worker failed with {code} at {call} {number}"
        else:
            message = f"{call}: more than {POINTS_COUNT_MAX} points"
            raise AssertionError(message)
    return points, seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--calls", nargs="*", help="only these call names")
    parser.add_argument("--dry", action="store_true", help="print only, write no result")
    options = parser.parse_args()
    if shutil.which("strace") is None:
        print("the sweep needs strace: apt-get install strace", file=sys.stderr)
        return 2
    # The client of PostgreSQL keeps no file: its durable calls are those on the connection.
    default = (*DURABLE, *NETWORK) if options.database == "sqlite" else NETWORK
    law = load()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="sweep-") as name,
        running_sink(Path(name) / "ledger", seed=options.seed) as port,
        databases(options.database, Path(name)) as create,
    ):
        (Path(name) / "data").mkdir()
        url = database_url(options.database, Path(name) / "data", create)
        place = Place(url, port, Path(name) / "ledger")
        points, seconds = swept(place, law, options.calls or default)
        account = finished(place, law, token="last")  # noqa: S106 - names a process
    figures = {
        "database": options.database,
        "seed": options.seed,
        "points": points,
        "points_total": sum(points.values()),
        "clean": account.is_clean,
        "seconds": round(time.monotonic() - began, 1),
        "seconds_per_point": {
            "min": round(min(seconds), 2),
            "median": round(median(seconds), 2),
            "max": round(max(seconds), 2),
        },
        "look_up": "an adapter that reads the mail server's own ledger file",
    }
    text = written("reliability-sweep", figures, account=account)
    print(text)
    if not options.dry:
        keep_result(f"reliability-sweep-{options.database}", text)
    return 0 if account.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
