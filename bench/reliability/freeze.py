"""Freezes a worker that holds a lease until another has its job, thaws it, and looks who wrote.

python -m bench.reliability.freeze --trials 200 --database sqlite --seed 1

Two pool processes take the same jobs. Whoever begins one is stopped at a random instant; its lease
is set into the past in its row, as the contract tests do, and freed by `reap`, as a third worker
would; when the other one has ended the run, the first is thawed. `--real` trials wait for the real
lease of 20 s instead. A process notes each end that it was told is its own: two ends of one run
would be a stale write. So would a result that is not the second worker's.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import text as sql

from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import RunId
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import RunRow
from bailiwick.engine.runs.requests import RunAccepted, RunRequest
from bailiwick.ports.queue import LEASE_SECONDS
from bailiwick.store.queue.worker_side import SqlQueue
from bailiwick.store.repositories.runs import SqlRuns
from bench.reliability.assembly import Place
from bench.reliability.chaos import databases
from bench.reliability.child import ended_by_signal, forked
from bench.reliability.workplace import PROBE, Site, Workplace, probe_installed, warmed
from bench.result_file import Plain, keep_result, result_text

WORKERS_COUNT: Final = 2
WORK_MS: Final = 60  # ours: long enough to be stopped in the middle
SPAN_SECONDS: Final = 0.09  # ours: from before the work to after the commit
TAKEOVER_SECONDS_MAX: Final = 30.0  # engine.md 4: the promise
STUCK_SECONDS: Final = 12.0  # ours: beyond what PostgreSQL lets a frozen transaction keep
THAW_SECONDS: Final = 0.4  # ours: the thawed one has tried to write by then
POLL_SECONDS: Final = 0.01
_OVER: Final = sql(
    "UPDATE jobs SET lease_until = 1 WHERE subject = :run AND state = 'leased' AND fence = 1"
)


@dataclass
class Pair:
    """Two processes of one pool."""

    site: Site
    alive: list[int] = field(default_factory=list[int])

    def attend(self) -> None:
        """Start who is missing."""
        for child in list(self.alive):
            if os.waitpid(child, os.WNOHANG)[0]:
                self.alive.remove(child)
        while len(self.alive) < WORKERS_COUNT:
            self.alive.append(forked(self.site.pool(Pool.CORE)))

    def dismiss(self) -> None:
        """Kill both."""
        for child in self.alive:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


@contextmanager
def working(site: Site) -> Generator[Pair]:
    """Let two processes work; they are forked before anything is opened here."""
    pair = Pair(site)
    try:
        pair.attend()
        yield pair
    finally:
        pair.dismiss()


@dataclass(frozen=True, slots=True)
class Trial:
    """What one freeze came to."""

    caught: bool
    """It was stopped before its end was written, and another took over."""
    takeover_seconds: float
    held_all: bool = False
    """It was stopped inside a transaction, and nobody else could write until it was thawed."""


class Freezer:
    """Runs trials one after another."""

    def __init__(self, site: Site, app: Workplace, pair: Pair, dice: random.Random) -> None:
        self._site = site
        self._app = app
        self._pair = pair
        self._dice = dice
        self._queue = SqlQueue(app.database, draw=dice.random, runs=SqlRuns)

    def trial(self, number: int, *, real: bool) -> Trial:
        """Freeze whoever begins a run, and see another end it."""
        self._pair.attend()
        run_id = self._asked(number)
        holder = self._began(run_id, number)
        time.sleep(self._dice.uniform(0, SPAN_SECONDS))
        os.kill(holder, signal.SIGSTOP)
        frozen_at = time.monotonic()
        thawed = False
        try:
            if self._run(run_id).status != "running":
                return Trial(caught=False, takeover_seconds=0)
            limit = TAKEOVER_SECONDS_MAX + STUCK_SECONDS if real else STUCK_SECONDS
            while self._run(run_id).finished_at is None:
                if time.monotonic() - frozen_at > limit:
                    os.kill(holder, signal.SIGCONT)
                    thawed = True
                    limit = float("inf")
                if not real:
                    with suppress(PortFault):
                        self._lapse(run_id)
                time.sleep(POLL_SECONDS)
            seconds = time.monotonic() - frozen_at
        finally:
            os.kill(holder, signal.SIGCONT)
        time.sleep(THAW_SECONDS)
        row = self._run(run_id)
        caught = row.fence > 1
        return Trial(caught=caught, takeover_seconds=seconds, held_all=thawed)

    def _asked(self, number: int) -> RunId:
        given = {
            "text": str(number),
            "milliseconds": WORK_MS,
            "ledger": str(self._site.notes),
        }
        with self._app.units.write(records=False) as unit:
            wanted = RunRequest(capability=PROBE, input=given, key=f"freeze-{number}")
            answer = self._app.runs.requests.request(unit, wanted)
            assert isinstance(answer, RunAccepted), answer
            unit.commit()
        return answer.run_id

    def _began(self, run_id: RunId, number: int) -> int:
        """Wait until a process begins the run, and tell which."""
        until = time.monotonic() + TAKEOVER_SECONDS_MAX
        while time.monotonic() < until:
            for words in noted(self._site):
                if words[0] == "began" and words[1] == str(number):
                    return int(words[2])
            time.sleep(POLL_SECONDS / 5)
        message = f"nobody began run {run_id}"
        raise AssertionError(message)

    def _lapse(self, run_id: RunId) -> None:
        """Set the first lease of the run into the past, and free it."""
        with self._app.database.writing() as connection:
            connection.execute(_OVER, {"run": run_id})
            connection.commit()
        self._queue.reap()

    def _run(self, run_id: RunId) -> RunRow:
        with self._app.units.read() as unit:
            found = unit.runs.get(run_id)
        assert found is not None, "an accepted run is kept"
        return found


def noted(site: Site) -> list[list[str]]:
    """Return the lines that the processes wrote."""
    if not site.notes.exists():
        return []
    return [line.split() for line in site.notes.read_text("ascii").splitlines()]


def judged(site: Site, app: Workplace, trials: list[Trial]) -> dict[str, Plain]:
    """Compare the processes' notes with the stored runs."""
    ends = [words for words in noted(site) if words[0] == "ended"]
    done = Counter(words[1] for words in ends if words[2] == "done")
    writer = {words[1]: int(words[4]) for words in ends if words[2] == "done"}
    stale = 0
    with app.units.read() as unit:
        for run_id in done:
            row = unit.runs.get(RunId(run_id))
            assert row is not None, "an accepted run is kept"
            by = row.result["by"] if isinstance(row.result, dict) else None
            stale += by != writer[run_id]
    caught = [trial for trial in trials if trial.caught]
    return {
        "freezes": len(trials),
        "taken_over": len(caught),
        "stale_writes": stale + sum(count - 1 for count in done.values()),
        "ends_by_word": dict(Counter(words[2] for words in ends)),
        "held_the_write_lock": sum(trial.held_all for trial in trials),
    }


def _tell(trials: list[Trial], wanted: int, *, real: bool) -> None:
    """Say how far it is, every tenth trial; every one with the real lease."""
    caught = sum(trial.caught for trial in trials)
    if trials[-1].caught and (real or caught % 10 == 0):
        which = "with the real lease, " if real else ""
        took = trials[-1].takeover_seconds
        print(f"{caught} of {wanted} takeovers {which}the last after {took:.1f} s", flush=True)


def main() -> int:
    """Run the trials and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=200, help="takeovers to see")
    parser.add_argument("--real", type=int, default=0, help="more, with the real lease")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds-max", type=float, default=1800.0)
    parser.add_argument("--keep", action="store_true", help="write bench/results")
    args = parser.parse_args()
    print(f"seed {args.seed}", flush=True)
    ended_by_signal()
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="freeze-") as name,
        databases(args.database, Path(name)) as (url, _),
    ):
        folder = Path(name)
        probe_installed(folder / "packages")
        warmed()
        site = Site(Place(url, 0, folder / "ledger"), folder / "notes")
        site.found(0)
        trials: list[Trial] = []
        real: list[Trial] = []
        with working(site) as pair, site.opened() as app:
            freezer = Freezer(site, app, pair, random.Random(args.seed))
            for wanted, kept, lasting in ((args.trials, trials, False), (args.real, real, True)):
                while sum(trial.caught for trial in kept) < wanted:
                    if time.monotonic() - began > args.seconds_max:
                        break
                    kept.append(freezer.trial(len(trials) + len(real), real=lasting))
                    _tell(kept, wanted, real=lasting)
            found = judged(site, app, [*trials, *real])
    seconds = sorted(trial.takeover_seconds for trial in real if trial.caught)
    found |= {
        "database": args.database,
        "seed": args.seed,
        "lease": "set into the past in its row",
        "real_lease_seconds": LEASE_SECONDS,
        "real_takeovers_seconds": [round(each, 1) for each in seconds],
        "seconds": round(time.monotonic() - began, 1),
    }
    enough = sum(t.caught for t in trials) >= args.trials and len(seconds) >= args.real
    found["clean"] = (
        found["stale_writes"] == 0
        and enough
        and all(each <= TAKEOVER_SECONDS_MAX for each in seconds)
    )
    command = "python -m " + " ".join(["bench.reliability.freeze", *sys.argv[1:]])
    text = result_text("reliability-freeze", found, command=command)
    print(text)
    if args.keep:
        keep_result(f"reliability-freeze-{args.database}", text)
    return 0 if found["clean"] else 1


if __name__ == "__main__":
    sys.exit(main())
