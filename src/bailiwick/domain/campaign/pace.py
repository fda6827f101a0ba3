"""How fast a mailbox may write: rolling limits, each over its own stretch of time.

A limit is never made up for: what could not go in one hour goes in the next hour's place, not on
top of it, so that a stop of a day is followed by no burst.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(hours=24)


class Over(StrEnum):
    """What a limit counts."""

    MAILBOX = "mailbox"
    DOMAIN = "domain"
    """Of the recipient: providers judge a sender by what reaches them."""
    ACCOUNT = "account"
    """The recipient's company: how many of its people hear from us."""
    CONTACT = "contact"
    """The recipient, in all campaigns: only advertising counts, as in the law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most so many mails within any stretch of this length."""

    over: Over
    count: int
    within: timedelta

    def __post_init__(self) -> None:
        """Refuse a limit that lets nothing through, or counts nothing. Raises ValueError."""
        if self.count < 1 or self.within <= timedelta():
            message = f"{self.count} mails within {self.within}: both must be more than nothing"
            raise ValueError(message)


MAILS_A_DAY_MAX: Final = 100_000  # ours: a mailbox that sends more is none
WARM_UP_DAYS_MAX: Final = 366  # ours: whom providers do not know after a year is not warming up


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """A new mailbox writes more each day, until providers know it; over no days it is known."""

    first: int = 10  # capabilities 18.3: 10 to 50 a day over four weeks
    last: int = 50
    days: int = 28

    def __post_init__(self) -> None:
        """Refuse numbers that let nothing through, shrink or never end. Raises ValueError."""
        if not 1 <= self.first <= self.last <= MAILS_A_DAY_MAX:
            message = (
                f"{self.first} mails on the first day and {self.last} later: at least one, never "
                f"fewer later, and at most {MAILS_A_DAY_MAX}"
            )
            raise ValueError(message)
        if not 0 <= self.days <= WARM_UP_DAYS_MAX:
            message = f"a warm-up of {self.days} days: 0 to {WARM_UP_DAYS_MAX}"
            raise ValueError(message)

    def on(self, day: date, *, since: date) -> int:
        """Return how many mails the mailbox may send within 24 hours on a day."""
        grown = (day - since).days
        if grown >= self.days:
            return self.last
        return self.first + (self.last - self.first) * max(0, grown) // self.days


HOURLY: Final = Limit(over=Over.MAILBOX, count=6, within=HOUR)  # capabilities 18.3
COMPANY: Final = Limit(over=Over.ACCOUNT, count=3, within=DAY)  # capabilities 18.3
PROVIDER: Final = Limit(over=Over.DOMAIN, count=20, within=DAY)  # ours: below a day's own limit
PERSON: Final = Limit(over=Over.CONTACT, count=1, within=2 * DAY)  # capabilities 18.3
DEFAULTS: Final = (HOURLY, PROVIDER, COMPANY)


def next_free(at: datetime, sent: Sequence[datetime], limit: Limit) -> datetime:
    """Return the first instant from `at` on at which one more mail keeps a limit.

    `sent` are the instants of the mails that count, sorted; those after `at`, planned already,
    count as well. A stretch is half open: a mail exactly `within` ago no longer counts.
    """
    found = at
    while (crowd := _crowd(found, sent, limit)) is not None:  # each round leaves one behind
        found = crowd + limit.within
    return found


def _crowd(at: datetime, sent: Sequence[datetime], limit: Limit) -> datetime | None:
    """Return the first of as many mails as fit that share a stretch with `at`; None with room."""
    first = bisect_right(sent, at - limit.within)
    last = bisect_left(sent, at + limit.within)
    for begin in range(first, last - limit.count + 1):
        earliest, latest = sent[begin], sent[begin + limit.count - 1]
        if max(latest, at) - min(earliest, at) < limit.within:
            return earliest
    return None
