"""Eight weeks of two campaigns in an hour or less: `python -m bench.outreach simulation`.

Ten thousand recipients in forty zones, through both ways of changing the clocks, with holidays,
answers, opt-outs, bounces, complaints, changed records, a person who signs, a mail server that puts
off, two workers, and one that dies and is restarted. Real engine, store, law and SMTP writer; only
the clock and the wire are not. What came out is judged from the log of the wire alone
(`oracle.py`). The seed decides everything but which of two workers is first, and how long a lease
of the queue lasts, which is counted in real seconds. `TMPDIR` says where the database lies.
"""

import argparse
import heapq
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.campaign.pace import DAY, HOUR, Limit, Over, WarmUp
from bailiwick.domain.campaign.series import Series, Touch
from bailiwick.domain.campaign.window import Block, Window
from bench.outreach.fuse import DIED, POINTS
from bench.outreach.house import House
from bench.outreach.oracle import Oracle, Rules
from bench.outreach.people import ANSWERS, STOPPING, Deed, Doing, Recipient, crowd
from bench.outreach.wire import Line, Log
from bench.outreach.worker import Site, Turn, Worker
from bench.result_file import Plain, keep_result, result_text

BEGIN: Final = datetime(2026, 3, 2, 6, tzinfo=UTC)
WEEKS_COUNT: Final = 8
"""America's clocks go forward on March 8, Europe's on March 29; Australia's, New Zealand's and
Chile's go back on April 5. Easter, Nauruz, Holi and more lie between."""
LAST: Final = BEGIN + timedelta(weeks=2 * WEEKS_COUNT)
GAPS: Final = (0, 6)
TAIL: Final = timedelta(days=5)
JOINING: Final = timedelta(days=38)
HOURS: Final = (((480, 1080),), ((540, 690), (840, 1020)))
NAMES: Final = ("office hours", "mornings and afternoons")
COMPANY_CAMPAIGN: Final = 1
STOPS: Final[frozenset[End]] = frozenset(
    {End.REPLIED, End.MEETING, End.DEAL_MOVED, End.OWNER_CHANGED}
)
ANSWER_OF_ANYBODY: Final[frozenset[End]] = frozenset({End.ACCOUNT_REPLIED})
SIGNS_EVERY: Final = timedelta(hours=3)
REJECTED_SHARE: Final = 0.01
CRASH_EVERY: Final = timedelta(hours=14)
RESTART_EVERY: Final = timedelta(hours=40)
STEP: Final = timedelta(minutes=8)
TURNS_OF_A_FUSE: Final = 40
TOGETHER_SHARE: Final = 0.4
LIFTED_AFTER: Final = timedelta(hours=3)
STAGES: Final = frozenset({"waiting", "touching", "paused"})
PATIENCE_SECONDS: Final = 0.05
"""Real ones, a turn: the lease of a run whose worker died lasts twenty real seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much of everything."""

    people: int
    seed: int
    url: str = ""
    pace: int = 1
    """How much longer the steps are, and the time between two crashes; more for a quick look."""
    calm: int = 1
    """How much longer it is between two crashes beside that: each holds a run for real seconds."""

    def per(self, of_ten_thousand: int) -> int:
        """Return a number that grows with the people."""
        return max(1, of_ten_thousand * self.people // 10_000)

    @property
    def rules(self) -> Rules:
        """The limits: of the series, so that some 18,000 mails fit and yet all of them bind."""
        return Rules(
            hours=HOURS,
            gaps=GAPS,
            mailbox={HOUR: self.per(100), DAY: self.per(750)},
            domain_a_day=self.per(100),
            company_a_day=3,
            warm_first=self.per(200),
            warm_last=self.per(800),
            warm_days=28,
            stops_company=COMPANY_CAMPAIGN,
        )

    def series(self, campaign: int) -> Series:
        """Return what a campaign sends."""
        rules = self.rules
        blocks = tuple(
            Block(weekday=day, start=begin, end=end)
            for day in range(5)
            for begin, end in HOURS[campaign]
        )
        mailbox = (
            Limit(over=Over.MAILBOX, count=count, within=within)
            for within, count in rules.mailbox.items()
        )
        return Series(
            version=1,
            touches=tuple(Touch(gap_days=days) for days in GAPS),
            window=Window(name=NAMES[campaign], blocks=blocks),
            limits=(
                *mailbox,
                Limit(over=Over.DOMAIN, count=rules.domain_a_day, within=DAY),
                Limit(over=Over.ACCOUNT, count=rules.company_a_day, within=DAY),
            ),
            tail=TAIL,
            stops=STOPS | ANSWER_OF_ANYBODY if campaign == COMPANY_CAMPAIGN else STOPS,
        )


@dataclass(order=True, slots=True)
class _Due:
    at: datetime
    number: int
    who: Recipient = field(compare=False)
    doing: Doing = field(compare=False)
    line: Line = field(compare=False)


class Simulation:
    """One run."""

    def __init__(self, folder: Path, size: Size, say: Callable[[str], None]) -> None:
        rules = size.rules
        self._say = say
        self._told_on: date | None = None
        self._began = time.monotonic()
        self._size = size
        self._chance = random.Random(size.seed)
        self.people = crowd(size.people, seed=size.seed, touches=len(GAPS), joining=JOINING)
        url = size.url or f"sqlite:///{folder / 'simulation.db'}"
        warm = WarmUp(first=rules.warm_first, last=rules.warm_last, days=rules.warm_days)
        site = Site(url=url, log=folder / "wire.log", seed=size.seed, warm_up=warm)
        self.house = House(site, BEGIN)
        self.house.furnish(self.people, [(name, size.series(n)) for n, name in enumerate(NAMES)])
        self.oracle = Oracle(self.people, rules)
        self._worker, self._second = Worker(site, "a"), Worker(site, "b")
        self._log = Log(site.log)
        self._joining = sorted(self.people, key=lambda who: who.joins, reverse=True)
        self._due: list[_Due] = []
        self.counts = Counter[str]()
        self.deaths = Counter[str]()
        self.now = BEGIN
        self._fuse, self._choose_at = ("", 0), 0
        self._signs_at = self._crashes_at = self._restarts_at = self._lifts_at = BEGIN
        self._turn_seconds = 0.0

    def run(self) -> None:
        """Let time pass until everybody has come to an end."""
        while self.now < LAST:
            self._enrol()
            self._happen()
            self._sign()
            self._lift()
            self._turn()
            self._watch()
            self._tell()
            if not self._joining and not self._due and self.house.next_at() is None:
                break
            self._pass_time()
        for worker in (self._worker, self._second):
            worker.end()
        self._watch()
        self.oracle.finish()

    def _pass_time(self) -> None:
        """Go on to the next moment at which something is to be done, or a little after it."""
        patience = PATIENCE_SECONDS * self._size.pace - self._turn_seconds
        if patience > 0 and self.house.runs_wait():
            time.sleep(patience)
        step = STEP * self._size.pace * self._chance.uniform(0.25, 2)
        coming = [at for at in (self.house.next_at(), self._signs_at) if at is not None]
        coming += [self._due[0].at] if self._due else []
        coming += [BEGIN + self._joining[-1].joins] if self._joining else []
        self.now = max(self.now + step, min(coming)) if coming else self.now + step

    def _enrol(self) -> None:
        new = list[Recipient]()
        while self._joining and BEGIN + self._joining[-1].joins <= self.now:
            new.append(self._joining.pop())
        self.house.clock.set(self.now)
        for number, name in enumerate(NAMES):
            mine = [who for who in new if number in who.campaigns]
            if mine:
                self.house.enrol(name, mine)
                self.counts["enrolments"] += len(mine)
        self.oracle.enrol(new)

    def _happen(self) -> None:
        """Let everything happen whose time has come: from then on the oracle knows."""
        while self._due and self._due[0].at <= self.now:
            due = heapq.heappop(self._due)
            if self.oracle.is_stopped(due.who):
                continue
            self.house.do(due.doing, due.line, due.who, due.at)
            self.counts[due.doing.deed.value] += 1
            if due.doing.deed in STOPPING:
                self.oracle.stop(due.who, due.doing.deed.value)
            if due.doing.deed in ANSWERS:
                self.oracle.answer(due.who)
            if not self.oracle.halted and self.house.is_halted():
                self.oracle.halted = True
                self.counts["advertising halted"] += 1
                self._lifts_at = due.at + LIFTED_AFTER * self._between()
            if due.doing.deed is Deed.AWAY:
                self.oracle.away(due.who, (due.at + timedelta(days=due.doing.away_days)).date())

    def _sign(self) -> None:
        if self.now < self._signs_at or self.oracle.halted:  # nobody can sign what is stopped
            return
        self.house.clock.set(self.now)
        refused = [self._chance.random() < REJECTED_SHARE for _ in range(200)]
        for address in self.house.sign(refused):
            self.oracle.refuse(address)
            self.counts["rejected by a person"] += 1
        self._signs_at = self.now + SIGNS_EVERY * self._chance.random()

    def _lift(self) -> None:
        if self.oracle.halted and self.now >= self._lifts_at:
            self.house.clock.set(self.now)
            self.house.lift()
            self.oracle.halted = False

    def _turn(self) -> None:
        if self.now >= self._restarts_at:
            self._worker.end()
            self.counts["restarts"] += 1
            self._restarts_at = self.now + RESTART_EVERY * self._between()
        point, passes = "", 0
        if self.now >= self._crashes_at:
            if self.counts["turns"] >= self._choose_at:  # one that is never passed is given up
                self._fuse = (self._chance.choice(POINTS), self._chance.randint(1, 4))
                self._choose_at = self.counts["turns"] + TURNS_OF_A_FUSE
            point, passes = self._fuse
        began = time.monotonic()
        self._worker.ask(Turn(self.now, point, passes))
        together = self._chance.random() < TOGETHER_SHARE
        if together:
            self._second.ask(Turn(self.now))
            self.counts["turns of two workers at once"] += 1
        turned = self._worker.answer()
        other = self._second.answer() if together else None
        assert other is not None or not together, self._second.exitcode
        self._turn_seconds = time.monotonic() - began
        self.counts["turns"] += 1
        self.counts["runs"] += sum(one.runs for one in (turned, other) if one is not None)
        if turned is not None:
            return
        assert self._worker.exitcode == DIED, f"a worker ended with {self._worker.exitcode}"
        self.deaths[point] += 1
        self._choose_at = 0
        self._crashes_at = self.now + CRASH_EVERY * self._between()

    def _between(self) -> float:
        """Return how much of the usual time passes until something breaks again."""
        return self._size.pace * self._size.calm * (0.5 + self._chance.random())

    def _watch(self) -> None:
        for line in self._log.new():
            who = self.oracle.watch(line)
            number = self.oracle.mails(who)
            for doing in who.doings:
                if doing.mail == number:
                    self.counts["events planned"] += 1
                    due = _Due(line.at + doing.lag, self.counts["events planned"], who, doing, line)
                    heapq.heappush(self._due, due)

    def _tell(self) -> None:
        """Say once a simulated day how far it is."""
        if self.now.date() == self._told_on:
            return
        self._told_on = self.now.date()
        ends = self.house.ends()
        ended = sum(count for name, count in ends.items() if name not in STAGES)
        broken = sum(self.oracle.violations.values())
        self._say(
            f"{self.now:%a %Y-%m-%d}  {self.oracle.mails_count} mails  {ended} of"
            f" {self.counts['enrolments']} ended  {sum(self.deaths.values())} deaths "
            f" {broken} violations  {time.monotonic() - self._began:.0f} s"
        )

    @property
    def cpu_seconds(self) -> float:
        """What the workers and this process have used."""
        return self._worker.cpu_seconds + self._second.cpu_seconds + time.process_time()


def simulated(
    folder: Path, size: Size, say: Callable[[str], None] = lambda _: None
) -> dict[str, Plain]:
    """Run one simulation and return what was found; `say` is told once a simulated day."""
    began = time.monotonic()
    simulation = Simulation(folder, size, say)
    simulation.run()
    oracle, ends = simulation.oracle, simulation.house.ends()
    kinds = (
        "after a stop", "outside a window", "while away", "above a cap", "doubled", "too early",
        "lost", "while halted", "to nobody",
    )  # fmt: skip
    found: dict[str, Plain] = {
        "seed": size.seed,
        "recipients": len(simulation.people),
        "simulated_days": (simulation.now - BEGIN).days,
        "mails": oracle.mails_count,
        "violations": {kind: oracle.violations[kind] for kind in kinds},
        "without_an_end": sum(count for name, count in ends.items() if name in STAGES),
        "violations_named": oracle.named,
        "ends": ends,
        "on_record": simulation.house.events(),
        "peaks": dict(sorted(oracle.peak.items())),
        "happened": dict(sorted(simulation.counts.items())),
        "deaths": dict(sorted(simulation.deaths.items())),
        "seconds": round(time.monotonic() - began),
        "cpu_seconds": round(simulation.cpu_seconds),
    }
    simulation.house.app.close()
    return found


def main(arguments: Sequence[str]) -> int:
    """Run, print, and keep what was found where it is the whole of it."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.outreach simulation", description=__doc__
    )
    parser.add_argument("--enrolments", type=int, default=10_000, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=20_260_302)
    parser.add_argument("--url", default="", help="a PostgreSQL database instead of SQLite")
    parser.add_argument("--dry", action="store_true", help="print only, keep no result")
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bw-bench-") as name:
        size = Size(people=options.enrolments, seed=options.seed, url=options.url)
        found = simulated(Path(name), size, lambda text: print(text, flush=True))
    command = f"python -m bench.outreach simulation --enrolments {options.enrolments}"
    text = result_text("outreach-simulation", found, command=f"{command} --seed {options.seed}")
    print(text)
    if not options.dry:
        keep_result("outreach-simulation", text)
    violations = found["violations"]
    assert isinstance(violations, dict)
    return int(any(violations.values()) or bool(found["without_an_end"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
