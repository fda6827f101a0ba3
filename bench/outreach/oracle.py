"""The judge of a simulation: what may be said of the log of the wire, knowing who did what when.

It believes the log and the plan of what was done to the machine. It asks none of our rows and none
of our functions for windows, limits or gaps: each rule is written here once more, the plain way.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from bench.outreach.people import Recipient
from bench.outreach.wire import Line

NAMED_COUNT_MAX: Final = 20  # ours: of each kind that are shown
TWO_DAYS: Final = timedelta(days=2)
DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What was promised."""

    hours: Sequence[tuple[tuple[int, int], ...]]
    """Of each campaign: minutes of a working day, from inclusive to exclusive."""
    gaps: Sequence[int]
    """Working days before each touch."""
    mailbox: Mapping[timedelta, int]
    domain_a_day: int
    company_a_day: int
    warm_first: int
    warm_last: int
    warm_days: int
    stops_company: int
    """The campaign that ends for a whole company when one of its people answers."""


@dataclass(slots=True)
class _Life:
    """What is known of one recipient."""

    who: Recipient
    mails: list[datetime] = field(default_factory=list[datetime])
    stopped: str = ""
    away_until: date | None = None
    refused: int = 0
    """Touches that a person said no to."""
    enrolled: bool = False
    spared: int = 0
    """Touches that may be left out since one of two campaigns may have ended."""


class Oracle:
    """Watches the wire."""

    def __init__(self, people: Sequence[Recipient], rules: Rules) -> None:
        self._rules = rules
        self._lives = {who.address: _Life(who) for who in people}
        self._colleagues = defaultdict[str, list[_Life]](list)
        for life in self._lives.values():
            self._colleagues[life.who.account.account_id].append(life)
        self._seen: set[str] = set()
        self.halted = False
        """Whether advertising is stopped: then nothing may go to anybody."""
        self._all: list[datetime] = []
        self._of_domain = defaultdict[str, list[datetime]](list)
        self._of_company = defaultdict[str, list[datetime]](list)
        self.mails_count = 0
        self.peak = Counter[str]()
        self.violations = Counter[str]()
        self.named: list[str] = []

    def mails(self, who: Recipient) -> int:
        """Return how many mails somebody got."""
        return len(self._lives[who.address].mails)

    def stop(self, who: Recipient, why: str) -> None:
        """Note that nothing may go to somebody from now on."""
        life = self._lives[who.address]
        life.stopped = life.stopped or why

    def enrol(self, people: Iterable[Recipient]) -> None:
        """Note who is a recipient from now on."""
        for who in people:
            self._lives[who.address].enrolled = True

    def answer(self, who: Recipient) -> None:
        """Note that somebody answered: it may end a campaign for their colleagues."""
        campaign = self._rules.stops_company
        for life in self._colleagues[who.account.account_id]:
            if life.who is who or not life.enrolled or campaign not in life.who.campaigns:
                continue
            if life.who.campaigns == (campaign,):
                life.stopped = life.stopped or "a colleague answered"
            else:
                life.spared = len(self._rules.gaps)

    def is_stopped(self, who: Recipient) -> bool:
        """Tell whether nothing may go to somebody any more."""
        return bool(self._lives[who.address].stopped)

    def refuse(self, address: str) -> None:
        """Note that a person said no to one touch."""
        self._lives[address].refused += 1

    def away(self, who: Recipient, until: date) -> None:
        """Note that somebody is back on a day."""
        life = self._lives[who.address]
        life.away_until = max(until, life.away_until or until)

    def watch(self, line: Line) -> Recipient:
        """Judge one mail of the log, and return whom it went to."""
        life = self._lives[line.recipient]
        if line.message_id in self._seen:
            self._broken("doubled", line, "the same mail twice")
        self._seen.add(line.message_id)
        if life.stopped:
            self._broken("after a stop", line, life.stopped)
        if self.halted:
            self._broken("while halted", line, "advertising was stopped")
        if not life.enrolled:
            self._broken("to nobody", line, "they were not enrolled yet")
        self._judge_window(line, life)
        self._judge_gap(line, life)
        self._judge_limits(line, life)
        life.mails.append(line.at)
        self.mails_count += 1
        return life.who

    def finish(self) -> None:
        """Judge whether somebody got too little: whom nothing stopped gets every touch."""
        for life in self._lives.values():
            wanted = len(self._rules.gaps) * len(life.who.campaigns)
            got = len(life.mails) + life.refused
            if got > wanted:
                self._named("doubled", f"{life.who.address} got {got} of {wanted}")
            if got < wanted - life.spared and not life.stopped:
                self._named("lost", f"{life.who.address} got {got} of {wanted}")

    def _judge_window(self, line: Line, life: _Life) -> None:
        for name in life.who.zones:
            local = line.at.astimezone(ZoneInfo(name))
            minute = local.hour * 60 + local.minute
            inside = any(
                begin <= minute < end
                for campaign in life.who.campaigns
                for begin, end in self._rules.hours[campaign]
            )
            if not inside or not works(life.who.country, local.date()):
                self._broken("outside a window", line, f"{local:%a %Y-%m-%d %H:%M} in {name}")
        if life.away_until is not None:
            today = line.at.astimezone(ZoneInfo(life.who.zones[0])).date()
            if today <= life.away_until:
                self._broken("while away", line, f"back on {life.away_until}")

    def _judge_gap(self, line: Line, life: _Life) -> None:
        if not life.mails:
            return
        before = life.mails[-1]
        if line.at - before < TWO_DAYS:
            self._broken("doubled", line, f"the one before went {line.at - before} ago")
        if len(life.who.campaigns) > 1 or life.refused:
            return
        zone = ZoneInfo(life.who.zones[0])
        number = len(life.mails)
        if number >= len(self._rules.gaps):
            self._broken("doubled", line, f"touch {number + 1} of {len(self._rules.gaps)}")
            return
        day, today = before.astimezone(zone).date(), line.at.astimezone(zone).date()
        worked = sum(
            works(life.who.country, day + timedelta(days=n))
            for n in range(1, (today - day).days + 1)
        )
        if worked < self._rules.gaps[number]:
            self._broken("too early", line, f"{worked} working days after the one before")

    def _judge_limits(self, line: Line, life: _Life) -> None:
        rules, begin = self._rules, self._all[0] if self._all else line.at
        grown = min((line.at.date() - begin.date()).days, rules.warm_days)
        warm = rules.warm_first + (rules.warm_last - rules.warm_first) * grown // rules.warm_days
        for within, most in (*rules.mailbox.items(), (DAY, warm)):
            self._counted("mailbox", self._all, line, within=within, most=most)
        domain = self._of_domain[life.who.domain]
        company = self._of_company[life.who.account.account_id]
        self._counted("domain", domain, line, within=DAY, most=rules.domain_a_day)
        self._counted("company", company, line, within=DAY, most=rules.company_a_day)
        for times in (self._all, domain, company):
            insort(times, line.at)

    def _counted(
        self, what: str, times: Sequence[datetime], line: Line, *, within: timedelta, most: int
    ) -> None:
        count = bisect_right(times, line.at) - bisect_right(times, line.at - within) + 1
        name = f"{what}, {within.total_seconds() / 3600:g} h"
        self.peak[name] = max(self.peak[name], count)
        self.peak[f"{name}, times full"] += count == most
        if count > most:
            self._broken("above a cap", line, f"{count} of {most} of {name}")

    def _broken(self, kind: str, line: Line, why: str) -> None:
        self._named(kind, f"{line.recipient} at {line.at:%Y-%m-%d %H:%M:%S}: {why}")

    def _named(self, kind: str, text: str) -> None:
        self.violations[kind] += 1
        if self.violations[kind] <= NAMED_COUNT_MAX:
            self.named.append(f"{kind}: {text}")

    def between(self, begin: datetime, end: datetime) -> int:
        """Count the mails of a stretch of time."""
        return bisect_left(self._all, end) - bisect_left(self._all, begin)


@cache
def _rest_days(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def works(country: str, day: date) -> bool:
    """Tell whether a day is a working day somewhere; nobody's country has weekends only."""
    return day.weekday() < _SATURDAY and not (country and day in _rest_days(country, day.year))
