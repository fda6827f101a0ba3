"""When advertising has to stop by itself: too many complaints, or too much mail to dead addresses.

A mail provider that sees such rates stops trusting the sender, and then even answers to questions
go unread. The breaker trips well below the providers' bar; only a person lifts it. Decision 0036.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

HALT: Final = "purpose:marketing"
"""The scope that is halted: advertising, and no answer to anybody."""
DAY: Final = timedelta(hours=24)  # capabilities 18.3
WEEK: Final = timedelta(days=7)  # ours: whoever sends less than the floor a day is seen by the week
WINDOWS: Final = (DAY, WEEK)
SENT_COUNT_MIN: Final = 100  # ours: below it one report moves the rate by more than a percent
COMPLAINTS_PERMILLE: Final = 1  # capabilities 18.3: 0.1 %; the providers' bar is 0.3 %
COMPLAINTS_COUNT_MIN: Final = 2  # ours: one person's click is no rate, whatever it divides to
BOUNCES_PERMILLE: Final = 50  # capabilities 18.3: 5 %
SOFT_BOUNCES_COUNT_MAX: Final = 3  # capabilities 18.5: soft bounces are tried again three times


class ReportKind(StrEnum):
    """What a machine told about a mail of ours."""

    BOUNCE = "bounce"
    """It will never arrive (RFC 3463, 5.x.x)."""
    SOFT_BOUNCE = "soft_bounce"
    """It did not arrive, and another one may (4.x.x); a report of a delay is none."""
    COMPLAINT = "complaint"
    """Its reader called it spam (RFC 5965)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a stretch of advertising went."""

    window: timedelta
    sent_count: int
    complaints_count: int
    bounces_count: int


def trip(tallies: Iterable[Tally]) -> str:
    """Return why advertising has to stop, or nothing.

    The first stretch with enough mails in it decides; where none has, nothing can be said.
    """
    for tally in tallies:
        if tally.sent_count >= SENT_COUNT_MIN:
            return _too_many(tally)
    return ""


def _too_many(tally: Tally) -> str:
    of = f"of {tally.sent_count} marketing mails in {tally.window // timedelta(hours=1)} hours"
    complaints, bounces = tally.complaints_count, tally.bounces_count
    if (
        complaints >= COMPLAINTS_COUNT_MIN
        and complaints * 1_000 >= tally.sent_count * COMPLAINTS_PERMILLE
    ):
        return f"{complaints} complaints {of}: at most {COMPLAINTS_PERMILLE / 10} % may be"
    if bounces * 1_000 >= tally.sent_count * BOUNCES_PERMILLE:
        return f"{bounces} {of} bounced for good: at most {BOUNCES_PERMILLE / 10:g} % may be"
    return ""
