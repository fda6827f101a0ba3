"""Queued runs while workers are killed, the database restarts and connections are cut, at once.

python -m bench.reliability.chaos --runs 300 --database postgres --seed 1

One run in ten plans for a customer who asked something and ends with a mail; the others take a
state. Callers ask again under the same key until a run is accepted, and note that in a file; the
mail server notes what it took in another. Lost: accepted and not ended well, or without its mail.
Doubled: a customer with two mails. `--runs 20030` is the size of DBOS's hourly test.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import text as sql
from tests.store.postgres_server import Server, running

from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.pool import Pool
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.run import ENDED, RunStatus
from bailiwick.engine.runs.requests import RunAccepted, RunRequest
from bailiwick.ports.queue import Full
from bench.reliability.assembly import Place
from bench.reliability.child import ended_by_signal, forked
from bench.reliability.probe.graph import note
from bench.reliability.queues import reset, restart
from bench.reliability.sink import LedgerFolder, running_sink
from bench.reliability.workplace import PROBE, Site, Workplace, letter_of, probe_installed, warmed
from bench.result_file import Plain, keep_result, result_text

MAIL_EVERY: Final = 10  # ours: one run in ten ends with a mail
TAKES_MS: Final = 50  # ours: a run takes up to this long, so that a kill meets some under way
WORKERS: Final[dict[str, int]] = {"core": 2, "email": 1, "enrichment": 1, "sender": 2, "caller": 1}
"""Processes of each kind: several for what most depends on, as on several machines."""
KILL_SECONDS: Final = (2.0, 6.0)  # ours: several kills within one lease of 20 s
RESTART_SECONDS: Final = (5.0, 40.0)  # reliability 2: the interval of DBOS's own test
DOWN_SECONDS: Final = (0.0, 2.0)  # the same
RESET_SECONDS: Final = (2.0, 8.0)  # ours: more often than restarts
CALM_PERMILLE: Final = 950  # ours: from here on the rest may end in peace
LOOK_SECONDS: Final = 0.5  # ours: how often progress is counted
TELL_SECONDS: Final = 20.0  # ours: how often progress is told
AGAIN_SECONDS: Final = 0.2  # ours: a caller asks again
END_SECONDS_MAX: Final = 10.0  # reliability R13
PAGE: Final = 500
OPEN: Final = (EffectState.READY, EffectState.SENDING, EffectState.IN_DOUBT)
_RUNS: Final = sql("SELECT status, count(*) FROM runs GROUP BY status")
_EFFECTS: Final = sql("SELECT state, count(*) FROM effects GROUP BY state")
_LEFT: Final = sql(
    "SELECT r.capability, r.status, r.attempt, j.pool, j.state, j.attempt, j.due_at, j.lease_until"
    " FROM runs r LEFT JOIN jobs j ON j.workspace_id = r.workspace_id AND j.subject = r.id"
    " WHERE r.finished_at IS NULL LIMIT 20"
)
_BURIED: Final = sql("SELECT count(*) FROM jobs WHERE state = 'buried'")


@dataclass
class Crew:
    """Worker processes that are started anew when they end, as a supervisor does."""

    lives: dict[str, Callable[[], None]]
    wanted: dict[str, int]
    alive: dict[int, str] = field(default_factory=dict[int, str])
    ended_count: int = 0

    def attend(self) -> None:
        """Bury who has ended, and start who is missing."""
        for child in list(self.alive):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                name = self.alive.pop(child)
                if name == "caller" and status == 0:
                    self.wanted[name] = 0  # it has asked for everything
                self.ended_count += 1
        for name, count in self.wanted.items():
            for _ in range(count - list(self.alive.values()).count(name)):
                self.alive[forked(self.lives[name])] = name

    def kill_one(self, dice: random.Random) -> str:
        """Kill somebody at once."""
        child = dice.choice(list(self.alive))
        os.kill(child, signal.SIGKILL)
        return self.alive[child]

    def dismiss(self) -> float:
        """Ask everybody to end; return how long the last one took."""
        began = time.monotonic()
        for child in self.alive:
            os.kill(child, signal.SIGTERM)
        while self.alive and time.monotonic() - began < 2 * END_SECONDS_MAX:
            for child in list(self.alive):
                if os.waitpid(child, os.WNOHANG)[0]:
                    del self.alive[child]
            time.sleep(0.02)
        seconds = time.monotonic() - began
        for child in self.alive:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        return seconds


@dataclass
class Weather:
    """The faults, each kind on its own clock, all at once; no server means SQLite."""

    dice: random.Random
    server: Server | None
    url: str
    restart_seconds: tuple[float, float]
    due: dict[str, float] = field(default_factory=dict[str, float])
    count: Counter[str] = field(default_factory=Counter[str])

    def strike(self, crew: Crew) -> None:
        """Do what is due now."""
        now = time.monotonic()
        kinds = {"kill": KILL_SECONDS}
        if self.server is not None:
            kinds |= {"restart": self.restart_seconds, "reset": RESET_SECONDS}
        for kind, wait in kinds.items():
            if kind not in self.due:
                self.due[kind] = now + self.dice.uniform(*wait)
            if now < self.due[kind]:
                continue
            self.due[kind] = now + self.dice.uniform(*wait)
            self.count[self._struck(kind, crew)] += 1

    def _struck(self, kind: str, crew: Crew) -> str:
        if kind == "kill":
            return f"kill {crew.kill_one(self.dice)}"
        assert self.server is not None, "only a server restarts"
        if kind == "restart":
            restart(self.server, down_seconds=self.dice.uniform(*DOWN_SECONDS))
        else:
            reset(self.url)
        return kind


@dataclass(frozen=True, slots=True)
class Task:
    """What callers ask for."""

    site: Site
    runs: int
    customers: list[ContactId]

    @property
    def accepted_file(self) -> Path:
        """The callers' own ledger: a line for each run that was accepted."""
        return self.site.notes.with_name("accepted")

    def accepted(self) -> dict[int, RunId]:
        """Return the accepted runs by number."""
        if not self.accepted_file.exists():
            return {}
        lines = [line.split() for line in self.accepted_file.read_text("ascii").splitlines()]
        return {int(number): RunId(run_id) for number, run_id in lines}

    def call(self) -> None:
        """Ask until accepted, note that, go on where the last caller died."""
        while (begin := len(self.accepted())) < self.runs:
            with suppress(PortFault), self.site.opened() as app:
                for number in range(begin, self.runs):
                    while (run_id := self._asked(app, number)) is None:
                        time.sleep(AGAIN_SECONDS)  # the pool takes no more now
                    note(self.accepted_file, f"{number} {run_id}")
            time.sleep(AGAIN_SECONDS)

    def _asked(self, app: Workplace, number: int) -> RunId | None:
        capability, given = PROBE, {"text": str(number), "milliseconds": number % TAKES_MS}
        if number % MAIL_EVERY == 0:
            capability = "crm_orchestrator"
            given = {"contact_id": self.customers[number // MAIL_EVERY]}
        wanted = RunRequest(capability=capability, input=given, key=f"chaos-{number}")
        with app.units.write(records=False) as unit:
            answer = app.runs.requests.request(unit, wanted)
            if isinstance(answer, Full):
                return None
            assert isinstance(answer, RunAccepted), answer
            unit.commit()
        return answer.run_id

    def open_count(self) -> int | None:
        """Count runs and mails that have not ended; None while the database is away."""
        with suppress(PortFault), self.site.opened() as app:
            with app.database.reading() as connection:
                runs = dict(connection.execute(_RUNS).all())
                effects = dict(connection.execute(_EFFECTS).all())
            open_runs = sum(count for status, count in runs.items() if status not in ENDED)
            return open_runs + sum(effects.get(state.value, 0) for state in OPEN)
        return None

    def judged(self) -> dict[str, Plain]:
        """Compare what was accepted with what became of it."""
        accepted, ends, reasons = self.accepted(), Counter[str](), Counter[str]()
        ids, well = list(accepted.values()), set[RunId]()
        with self.site.opened() as app, app.units.read() as unit:
            for first in range(0, len(ids), PAGE):
                for row in unit.runs.ended(ids[first : first + PAGE]):
                    ends[row.status] += 1
                    if row.status == RunStatus.DONE:
                        well.add(row.run_id)
                    else:
                        reasons[row.reason] += 1
            with app.database.reading() as connection:
                statuses = dict(connection.execute(_RUNS).all())
                buried = connection.execute(_BURIED).scalar_one()
                left = connection.execute(_LEFT).all()
        mails = LedgerFolder(self.site.place.ledger).recipients()
        wanted = {letter_of(n // MAIL_EVERY) for n in accepted if n % MAIL_EVERY == 0}
        books = self.site.books()
        return {
            "accepted": len(accepted),
            "accepted_twice": len(ids) - len(set(ids)),
            "complete": len(well),
            "lost": len(set(ids) - well),
            "ends": dict(ends),
            "reasons": dict(reasons),
            "runs_with_delegated_ones": statuses,
            "buried_jobs": int(buried),
            "left_open": [" ".join(map(str, row)) for row in left],
            "customers": len(wanted),
            "mails_lost": len(wanted - set(mails)),
            "mails_doubled": sum(count - 1 for count in mails.values()),
            "mails_to_nobody_who_asked": len(set(mails) - wanted),
            "books": asdict(books),
            "clean": len(well) == self.runs == len(set(ids))
            and not left
            and wanted == set(mails)
            and mails.total() == len(mails)
            and books.is_clean,
        }


def trial(
    task: Task, crew: Crew, weather: Weather, *, seconds_max: float, storm_seconds: float
) -> dict[str, Plain]:
    """Let the crew carry all runs out in this weather; return how it went."""
    began = looked = told = time.monotonic()
    calm_at: float | None = None
    open_count: int | None = None
    while time.monotonic() - began < seconds_max:
        crew.attend()
        if calm_at is None and time.monotonic() - began >= storm_seconds:
            calm_at = storm_seconds
        if calm_at is None:
            weather.strike(crew)
        if time.monotonic() - looked >= LOOK_SECONDS:
            open_count = task.open_count()
            looked = time.monotonic()
            accepted_count = len(task.accepted())
            if looked - told >= TELL_SECONDS:
                told = looked
                print(
                    f"{looked - began:.0f} s: {accepted_count} accepted, {open_count} open",
                    flush=True,
                )
            asked = accepted_count == task.runs
            if asked and open_count is not None:
                left = open_count * 1000 // task.runs
                if calm_at is None and left <= 1000 - CALM_PERMILLE:
                    calm_at = looked - began
                if open_count == 0:
                    break
        time.sleep(0.02)
    seconds = time.monotonic() - began
    crew.wanted.pop("caller")
    return {
        "seconds": round(seconds, 1),
        "accepted_runs_a_second": round(len(task.accepted()) / seconds, 1),
        "stormy_seconds": round(calm_at or seconds, 1),
        "still_open": open_count,
        "faults": dict(sorted(weather.count.items())),
        "processes_ended": crew.ended_count,
        "seconds_to_end_when_told": round(crew.dismiss(), 2),
    }


@contextmanager
def databases(kind: str, folder: Path) -> Generator[tuple[str, Server | None]]:
    """Give the address of a fresh database, and the server when there is one."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'app.db'}", None
        return
    with running(folder) as server:
        server.execute("CREATE DATABASE chaos")
        yield server.database_url("chaos"), server


def crew_of(task: Task) -> Crew:
    """Return who works and who asks."""
    site, lives = task.site, dict[str, Callable[[], None]]()
    for name in WORKERS:
        if name in {"sender", "caller"}:
            continue
        lives[name] = site.pool(Pool(name))
    lives |= {"sender": site.sender(), "caller": task.call}
    return Crew(lives=lives, wanted=dict(WORKERS))


def main() -> int:
    """Run the trial and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="postgres")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds-max", type=float, default=90.0)
    parser.add_argument("--storm-seconds", type=float, default=float("inf"), help="then peace")
    parser.add_argument("--restart-seconds", type=float, nargs=2, default=RESTART_SECONDS)
    parser.add_argument("--keep", action="store_true", help="write bench/results")
    args = parser.parse_args()
    print(f"seed {args.seed}", flush=True)
    ended_by_signal()
    with (
        tempfile.TemporaryDirectory(prefix="chaos-") as name,
        running_sink(Path(name) / "ledger", seed=args.seed) as port,
        databases(args.database, Path(name)) as (url, server),
    ):
        folder = Path(name)
        probe_installed(folder / "packages")
        warmed()
        site = Site(Place(url, port, folder / "ledger"), folder / "notes")
        task = Task(site, args.runs, site.found(-(-args.runs // MAIL_EVERY)))
        restarts = (args.restart_seconds[0], args.restart_seconds[1])
        weather = Weather(random.Random(args.seed), server, url, restarts)
        crew = crew_of(task)
        try:
            went = trial(
                task, crew, weather, seconds_max=args.seconds_max, storm_seconds=args.storm_seconds
            )
        finally:
            crew.dismiss()
        found = {
            "database": args.database,
            "runs": args.runs,
            "seed": args.seed,
            **went,
            **task.judged(),
        }
    command = "python -m " + " ".join(["bench.reliability.chaos", *sys.argv[1:]])
    text = result_text("reliability-chaos", found, command=command)
    print(text)
    if args.keep:
        keep_result(f"reliability-chaos-{args.database}", text)
    return 0 if found["clean"] else 1


if __name__ == "__main__":
    sys.exit(main())
