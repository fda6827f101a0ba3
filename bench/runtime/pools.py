"""The pools on PostgreSQL: runs a second by workers, the way to a start, and isolation.

`python -m bench.runtime.pools [--quick]`. Three measurements, each with workers of its own:
runs/s with 1, 2 and 4 workers; from enqueueing to the node's start, and the CPU of ten idle pools;
how long a healthy pool's runs take while another is jammed by CPU and by a blocking call, and as
control while a process that is none of ours burns a core.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.store.postgres_server import running

from bailiwick.domain.ids import RunId
from bailiwick.domain.run import ENDED, RunRow
from bailiwick.engine.runs.requests import RunAccepted, RunRequest
from bailiwick.settings import demand_strict_checkpoints, read
from bench.core.figures import percentile
from bench.result_file import Plain, keep_result, result_text
from bench.runtime import places
from bench.runtime.places import Place
from bench.runtime.rounds import alternated, ratio, spreads

if TYPE_CHECKING:
    from collections.abc import Generator

    from bailiwick.wiring.application import Application

WORKERS: Final = (1, 2, 4)
RUNS_COUNT: Final = 400
ASK_SECONDS: Final = 0.1  # ours: whoever asks more often is a load of its own
HEALTHY_PER_SECOND: Final = 10  # engine.md 6
JAMS: Final = ("busy", "asleep")
STRANGER: Final = "a stranger busy"
"""The control: a process that is none of ours burns a core, and no pool is jammed."""
JAMMED_COUNT: Final = 4  # engine.md 6
WAIT_SECONDS_MAX: Final = 90
IDS_COUNT_MAX: Final = 500
ALL_POOLS: Final = "core,email,enrichment,scoring,analytics,discovery,evals,events"


class Hall:
    """An application that asks for runs and sees how they ended."""

    def __init__(self, application: "Application") -> None:
        self._app = application

    def ask(self, graph: str, count: int = 1) -> list[RunId]:
        """Store so many runs in one transaction."""
        asked: list[RunId] = []
        with self._app.units.write(records=False) as unit:
            for _ in range(count):
                wanted = RunRequest(capability=f"bench_{graph}", input={})
                found = self._app.runs.requests.request(unit, wanted)
                assert isinstance(found, RunAccepted), found
                asked.append(found.run_id)
            unit.commit()
        return asked

    def ended(self, ids: Sequence[RunId], pause: float = 0.02) -> list[RunRow]:
        """Wait until all have ended."""
        until, found = time.monotonic() + WAIT_SECONDS_MAX, dict[RunId, RunRow]()
        while len(found) < len(ids):
            assert time.monotonic() < until, f"{len(ids) - len(found)} of {len(ids)} never ended"
            left = [run_id for run_id in ids if run_id not in found][:IDS_COUNT_MAX]
            with self._app.units.read() as unit:
                found |= {row.run_id: row for row in unit.runs.ended(left)}
            time.sleep(pause)
        assert all(row.status in ENDED for row in found.values())
        return list(found.values())


def throughput(place: Place, hall: Hall, *, workers: int, count: int) -> Mapping[str, float]:
    """Return runs a second of so many workers with one process each."""
    with places.working(place, "core", workers):
        hall.ended(hall.ask("nine", workers * 3))  # everybody has loaded the graph
        began = time.monotonic()
        hall.ended(hall.ask("nine", count), pause=ASK_SECONDS)
        return {"runs_per_second": count / (time.monotonic() - began)}


def latency(place: Place, hall: Hall, *, idle_seconds: float, count: int) -> dict[str, Plain]:
    """Return the way to a start, and what ten idle pools cost."""
    with places.working(place, ALL_POOLS) as many, places.working(place, "core", 2) as more:
        hall.ended(hall.ask("stamp"))
        time.sleep(3)  # every process has started
        pids = [*many, *more]
        before, began = sum(map(places.cpu_seconds, pids)), time.monotonic()
        time.sleep(idle_seconds)
        used = sum(map(places.cpu_seconds, pids)) - before
        idle = 100 * used / (time.monotonic() - began)
        print(f"  ten idle pools: {idle:.2f} % of a core", flush=True)
        starts = [_to_start(hall) for _ in range(count)]
    print(f"  enqueue to start: {1000 * percentile(starts, 0.5):.2f} ms", flush=True)
    return {
        "idle CPU of ten pools, percent of a core": round(idle, 2),
        "enqueue to start, ms": {
            "n": count,
            "p50": round(1000 * percentile(starts, 0.5), 2),
            "p99": round(1000 * percentile(starts, 0.99), 2),
        },
    }


def _to_start(hall: Hall) -> float:
    time.sleep(0.1)
    asked = hall.ask("stamp")
    committed = time.monotonic()
    (row,) = hall.ended(asked, pause=0.05)
    assert isinstance(row.result, Mapping)
    began = row.result["began"]
    assert isinstance(began, float)
    return began - committed


def isolation(place: Place, hall: Hall, *, rounds: int, seconds: float) -> dict[str, Plain]:
    """Return how long a healthy pool takes beside nobody, a stranger, and each jam, in turn."""
    all_times: dict[str, list[float]] = {c: [] for c in ("quiet", STRANGER, *JAMS)}
    with places.working(place, "scoring,enrichment"):
        hall.ended([*hall.ask("stamp", 3), *hall.ask("busy")])
        conditions = {
            condition: partial(_healthy, hall, condition, seconds, times)
            for condition, times in all_times.items()
        }
        found = alternated(conditions, rounds)
    told = spreads(found)
    pairs = [(STRANGER, "quiet"), *((jam, "quiet") for jam in JAMS), ("busy", STRANGER)]
    for one, other in pairs:
        told[f"{one} / {other}"] = {
            figure: ratio(found[one][figure], found[other][figure]) for figure in found[one]
        }
    together = {condition: _percentiles(times) for condition, times in all_times.items()}
    told["all rounds together"] = {
        condition: {
            "n": len(all_times[condition]),
            **{figure: round(value, 2) for figure, value in figures.items()},
            **{
                f"{figure} / quiet": round(value / together["quiet"][figure], 2)
                for figure, value in figures.items()
            },
        }
        for condition, figures in together.items()
    }
    return told


def _healthy(
    hall: Hall, condition: str, seconds: float, all_times: list[float]
) -> Mapping[str, float]:
    jammed = hall.ask(condition, JAMMED_COUNT) if condition in JAMS else []
    times: list[float] = []
    until = time.monotonic() + seconds
    with _stranger() if condition == STRANGER else nullcontext():
        while time.monotonic() < until:
            time.sleep(1 / HEALTHY_PER_SECOND)
            asked = hall.ask("stamp")
            began = time.monotonic()
            hall.ended(asked, pause=0.002)
            times.append(1000 * (time.monotonic() - began))
    hall.ended(jammed)
    all_times.extend(times)
    return _percentiles(times)


@contextmanager
def _stranger() -> "Generator[None]":
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    return {f"p{100 * q:.0f}_ms": percentile(times, q) for q in (0.5, 0.95, 0.99)}


@contextmanager
def _hall() -> "Generator[Hall]":
    from bailiwick.wiring.application import build  # noqa: PLC0415 - after the environment

    application = build(read())
    try:
        yield Hall(application)
    finally:
        application.close()


def measured(*, quick: bool) -> dict[str, Plain]:
    """Measure all three."""
    here = Path.cwd()
    with places.a_folder() as name, running(Path(name)) as server:
        place = places.on_postgres(Path(name), server, "pools")
        place.enter()
        demand_strict_checkpoints()
        try:
            with _hall() as hall:
                print("runs a second", flush=True)
                count = RUNS_COUNT // (4 if quick else 1)
                by_workers = alternated(
                    {
                        f"{n} workers": partial(throughput, place, hall, workers=n, count=count)
                        for n in WORKERS
                    },
                    1 if quick else 3,
                )
                idle = 5.0 if quick else 20.0
                told = latency(place, hall, idle_seconds=idle, count=10 if quick else 60)
                print("a healthy pool beside a jammed one", flush=True)
                seconds = 4.0 if quick else 8.0
                apart = isolation(place, hall, rounds=1 if quick else 4, seconds=seconds)
        finally:
            os.chdir(here)
    return {"runs a second": spreads(by_workers), **told, "isolation": apart}


def main() -> None:
    """Measure, print, and keep what was found unless it was quick."""
    parser = argparse.ArgumentParser(prog="python -m bench.runtime.pools", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts; nothing is kept")
    quick: bool = parser.parse_args().quick
    text = result_text(
        "runtime-pools", measured(quick=quick), command="python -m bench.runtime.pools"
    )
    print(text)
    if not quick:
        keep_result("runtime-pools", text)


if __name__ == "__main__":
    main()
