"""A real `bailiwick serve` under three times the load it can carry: who is let in, and how fast.

python -m bench.reliability.overload --seconds 30 --seed 1

Half of the requests ask for the final state of a graph, half for a queued run. Capacity: as many
answers a second as 32 clients get that ask again at once. Idle: requests begin at a tenth of that
rate, before the overload and after it. Overload: they begin at three times that rate, whatever came
of the others. Each time is the caller's, from before the connection to after the last byte. The
server has one core for itself; its callers, a worker and PostgreSQL share the other. Every accepted
run is noted in a file and looked up afterwards. `--stops` sends SIGTERM under load to a server with
its pools instead, over and over.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bailiwick.domain.ids import RunId
from bench.reliability.asking import Caller, Tally, closed_loop, open_loop, percentile_ms
from bench.reliability.assembly import Place
from bench.reliability.chaos import databases
from bench.reliability.workplace import Site, probe_installed
from bench.result_file import Plain, keep_result, result_text

CLIENTS_COUNT: Final = 32  # engine.md 11
IDLE_PART: Final = 0.1  # ours: of capacity; at random instants few requests meet
IDLE_COUNT: Final = 500  # ours: requests on either side, so that ten of them are beyond the p99
IDLE_SECONDS_MAX: Final = 4.0  # ours: in times of `--seconds`
OVERLOAD_TIMES: Final = 3  # reliability R10
P99_TIMES_MAX: Final = 2.0  # reliability R10: of the idle p99
MEMORY_TIMES_MAX: Final = 1.1  # reliability R10
STOP_SECONDS_MAX: Final = 10.0  # reliability R13
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass
class Served:
    """A server process."""

    process: "subprocess.Popen[str]"
    port: int
    key: str

    def resident_kb(self) -> int:
        """Return the memory that it holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
        return int(line.split()[1])

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def apart() -> tuple[set[int], set[int]]:
    """Return the cores of the server and those of everybody else; the same when there is one."""
    cores = sorted(os.sched_getaffinity(0))
    return {cores[0]}, set(cores[1:]) or {cores[0]}


def begun(folder: Path, url: str, *words: str) -> "subprocess.Popen[str]":
    """Begin a command of ours."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{folder / 'packages'}:{Path.cwd()}",
        "BAILIWICK_DATABASE_URL": url,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bailiwick", *words, "--json"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(folder: Path, url: str, *options: str) -> Generator[Served]:
    """Serve on a free port; ended by force when it does not end when told."""
    process = begun(folder, url, "serve", "--port", "0", *options)
    try:
        told = _document(process)
        keys = folder / "key"
        if told["first_keys"]:
            keys.write_text(next(iter(told["first_keys"].values())))
        port = int(str(told["url"]).rpartition(":")[2])
        yield Served(process, port, keys.read_text())
    finally:
        ended(process)


@contextmanager
def working(folder: Path, url: str) -> Generator[None]:
    """Carry out what is queued."""
    process = begun(folder, url, "worker", "--pools", "core")
    assert process.stdout is not None
    try:
        assert "started" in process.stdout.readline(), "the worker ended before it began"
        yield
    finally:
        ended(process)


def ended(process: "subprocess.Popen[str]") -> None:
    """End a process, by force when it does not end when told."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=STOP_SECONDS_MAX * 2)
    process.kill()
    process.wait()


def _document(process: "subprocess.Popen[str]") -> "dict[str, dict[str, str]]":
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line.rstrip() == "}":
            return json.loads(text)
    message = "the server ended before it listened"
    raise AssertionError(message)


def lost(site: Site, ledger: Path) -> tuple[int, int]:
    """Return how many runs were accepted, and how many of these are not stored."""
    ids = ledger.read_text("ascii").split() if ledger.exists() else []
    with site.opened() as app, app.units.read() as unit:
        missing = sum(unit.runs.get(RunId(run_id)) is None for run_id in ids)
    return len(ids), missing


async def overloaded(served: Served, ledger: Path, args: argparse.Namespace) -> dict[str, Plain]:
    """Measure capacity, idle, overload and idle again, in this order."""
    caller, dice = Caller(served.port, served.key, ledger), random.Random(args.seed)
    await closed_loop(caller, clients=4, seconds=args.seconds / 6)  # warms
    full, capacity = await closed_loop(caller, clients=CLIENTS_COUNT, seconds=args.seconds / 3)
    calm = IDLE_PART * capacity
    pause = min(IDLE_SECONDS_MAX * args.seconds, IDLE_COUNT / calm)
    idle, _ = await open_loop(caller, rate=calm, seconds=pause, dice=dice)
    before, spent, mine = served.resident_kb(), served.cpu_seconds(), time.process_time()
    rate = OVERLOAD_TIMES * capacity
    crowd, begun_count = await open_loop(caller, rate=rate, seconds=args.seconds, dice=dice)
    after, cpu = served.resident_kb(), served.cpu_seconds() - spent
    callers_cpu = time.process_time() - mine
    idle_after, _ = await open_loop(caller, rate=calm, seconds=pause, dice=dice)
    caller.close()
    around = [percentile_ms(part.seconds, 99) for part in (idle, idle_after)]
    idle.add(idle_after)
    times = percentile_ms(crowd.seconds, 99) / (percentile_ms(idle.seconds, 99) or 1)
    return {
        "capacity_a_second": round(capacity),
        "capacity_ms": _spread(full.seconds),
        "idle_a_second": round(calm),
        "idle_requests": len(idle.seconds),
        "idle_ms": _spread(idle.seconds),
        "idle_p99_ms_before_and_after": around,
        "wanted_a_second": round(rate),
        "begun_a_second": round(begun_count / args.seconds),
        "admitted_a_second": round(len(crowd.seconds) / args.seconds),
        "admitted_ms": _spread(crowd.seconds),
        "admitted_ms_after_the_first_second": _spread(crowd.seconds_later),
        "admitted_ms_by_kind": {k: _spread(v) for k, v in sorted(crowd.seconds_by.items())},
        "idle_ms_by_kind": {k: _spread(v) for k, v in sorted(idle.seconds_by.items())},
        "refused_ms": _spread(crowd.refused_seconds),
        "admitted_p99_by_idle_p99": round(times, 2),
        "statuses": {str(code): count for code, count in sorted(crowd.statuses.items())},
        "server_errors": sum(n for code, n in crowd.statuses.items() if code >= 500),  # noqa: PLR2004 - HTTP's own
        "refused_without_retry_after": crowd.without_retry_after,
        "cut_off": crowd.cut_off,
        "resident_kb": [before, after],
        "cores_used": {
            "server": round(cpu / args.seconds, 2),
            "callers": round(callers_cpu / args.seconds, 2),
        },
        "within_goal": times <= P99_TIMES_MAX and after <= MEMORY_TIMES_MAX * before,
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    return {f"p{percent}": percentile_ms(seconds, percent) for percent in (50, 95, 99, 100)}


async def stopped(served: Served, ledger: Path, *, dice: random.Random) -> tuple[float, Tally]:
    """Send SIGTERM in the middle of load; return how long the end took, and what callers got."""
    caller, tally = Caller(served.port, served.key, ledger), Tally()
    going = [asyncio.create_task(caller.ask(tally, queued=n % 2 == 1)) for n in range(20)]
    await asyncio.sleep(dice.uniform(0, 0.05))
    served.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    await asyncio.gather(*going)
    caller.close()
    await asyncio.to_thread(served.process.wait, STOP_SECONDS_MAX * 2)
    return time.monotonic() - began, tally


def stops(folder: Path, site: Site, ledger: Path, args: argparse.Namespace) -> dict[str, Plain]:
    """Start, load and stop a server with its pools, over and over."""
    dice, seconds, tally = random.Random(args.seed), list[float](), Counter[str]()
    began = time.monotonic()
    while len(seconds) < args.stops and time.monotonic() - began < args.seconds_max:
        with serving(folder, site.place.url) as served:
            took, got = asyncio.run(stopped(served, ledger, dice=dice))
            tally["exit 0"] += served.process.returncode == 0
        seconds.append(took)
        tally.update({f"status {code}": count for code, count in got.statuses.items()})
        tally["refused or cut off before an answer"] += got.cut_off
        print(f"stop {len(seconds)} of {args.stops}: {took:.1f} s", flush=True)
    return {
        "stops": len(seconds),
        "seconds_to_exit_max": round(max(seconds), 2),
        "seconds_to_exit_median": round(sorted(seconds)[len(seconds) // 2], 2),
        "answers": dict(tally),
    }


def overload(folder: Path, site: Site, ledger: Path, args: argparse.Namespace) -> dict[str, Plain]:
    """Put a server on a core of its own, and everybody else on the others."""
    its = args.cores[0]
    with serving(folder, site.place.url, "--no-pools") as served, working(folder, site.place.url):
        for thread in Path(f"/proc/{served.process.pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), its)
        found = asyncio.run(overloaded(served, ledger, args))
    return found | {"server_has_a_core": its.isdisjoint(args.cores[1])}


def main() -> int:
    """Run the trial and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--stops", type=int, default=0, help="stop so often under load instead")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds-max", type=float, default=600.0)
    parser.add_argument("--stop-seconds-max", type=float, default=STOP_SECONDS_MAX)
    parser.add_argument("--keep", action="store_true", help="write bench/results")
    args = parser.parse_args()
    print(f"seed {args.seed}", flush=True)
    args.cores = apart()
    if not args.stops:
        os.sched_setaffinity(0, args.cores[1])  # and of every process that begins from here on
    with (
        tempfile.TemporaryDirectory(prefix="overload-") as name,
        databases(args.database, Path(name)) as (url, _),
    ):
        folder = Path(name)
        probe_installed(folder / "packages")
        site = Site(Place(url, 0, folder / "ledger"), folder / "notes")
        site.found(0)
        ledger = folder / "accepted"
        found = (stops if args.stops else overload)(folder, site, ledger, args)
        accepted, missing = lost(site, ledger)
    found |= {"database": args.database, "seed": args.seed}
    found |= {"accepted_runs": accepted, "accepted_runs_lost": missing}
    name = "reliability-stops" if args.stops else "reliability-overload"
    command = "python -m " + " ".join(["bench.reliability.overload", *sys.argv[1:]])
    text = result_text(name, found, command=command)
    print(text)
    if args.keep:
        keep_result(f"{name}-{args.database}", text)
    broken = missing or found.get("server_errors") or found.get("refused_without_retry_after")
    late = float(str(found.get("seconds_to_exit_max", 0))) > args.stop_seconds_max
    return 1 if broken or late else 0


if __name__ == "__main__":
    sys.exit(main())
