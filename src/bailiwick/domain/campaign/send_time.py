"""At which hour of the week a mail goes: Thompson sampling over what was answered (18.3).

Each hour's chance of an answer is drawn from what is known of it, and the best draw wins, so that
hours of which little is known are tried now and then. Only answers count: opens can be faked.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bailiwick.domain.campaign.window import Rests, Window, is_open

HOURS_COUNT: Final = 168
BUSINESS_HOURS: Final = range(7, 18)  # capabilities 18.3: 07 to 18, local
SENIOR_HOURS: Final = range(9, 12)  # capabilities 18.3
SENIOR_DOUBT: Final = 2  # capabilities 18.3: added to beta outside the hours above
MAILS_COUNT_MIN: Final = 200  # ours: with fewer the first open hour is as good a guess
SLACK_DAYS: Final = 3  # ours: of days from the one that the gap names; later is another gap
RIPE: Final = timedelta(days=7)  # ours: nine of ten answers are there by then
WEEKDAYS: Final = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
)  # fmt: skip
_SENIOR: Final = re.compile(
    r"\b(chief|c[efiot]o|cmo|cro|president|vp|svp|evp|founder|owner|partner|director|head of)\b",
    re.IGNORECASE,
)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One mail that was accepted, and whether it was the last before an answer."""

    sent_at: datetime
    zone: ZoneInfo
    """Of the recipient."""
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many mails of one hour of the week were answered."""

    sent_count: int = 0
    answered_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HourChoice:
    """When to send, and why."""

    at: datetime
    reason: str


def hour_of_week(at: datetime, zone: ZoneInfo) -> int:
    """Return the hour of the recipient's own week, 0 is Monday at midnight."""
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour


def tallied(outcomes: Iterable[Outcome], *, now: datetime) -> dict[int, Tally]:
    """Count answers by hour of the week; what is too young to be answered does not count."""
    found: dict[int, Tally] = {}
    for one in outcomes:
        if one.answered or now - one.sent_at >= RIPE:
            hour = hour_of_week(one.sent_at, one.zone)
            known = found.get(hour, Tally())
            found[hour] = Tally(
                sent_count=known.sent_count + 1,
                answered_count=known.answered_count + one.answered,
            )
    return found


def is_senior(title: str) -> bool:
    """Tell whether a job title is that of somebody who leads."""
    return _SENIOR.search(title) is not None


def open_hours(
    first: datetime, *, window: Window, zones: tuple[ZoneInfo, ...], rests: Rests
) -> Sequence[datetime]:
    """Return the business hours from an opening on that are open, over a few days.

    The first is the opening itself, whatever its hour; the others begin at the full hour.
    """
    local = first.astimezone(zones[0])
    full = first - timedelta(minutes=local.minute, seconds=local.second) + _HOUR
    found = [first]
    for number in range(SLACK_DAYS * 24):
        at = full + number * _HOUR
        there = at.astimezone(zones[0])
        if (there.date() - local.date()).days >= SLACK_DAYS:
            break
        if there.hour in BUSINESS_HOURS and is_open(at, window, zones, rests):
            found.append(at)
    return found


def choose_hour(
    hours: Sequence[datetime],
    tallies: Mapping[int, Tally],
    *,
    zone: ZoneInfo,
    senior: bool,
    beta: Callable[[float, float], float],
) -> HourChoice:
    """Choose among hours that are open; with little known it is the first of them."""
    sent = sum(tally.sent_count for tally in tallies.values())
    if sent < MAILS_COUNT_MIN:
        reason = f"the first open hour, since {sent} mails of {MAILS_COUNT_MIN} are known"
        return HourChoice(at=hours[0], reason=reason)
    best = max(hours, key=lambda at: _drawn(at.astimezone(zone), tallies, senior, beta))
    tally = tallies.get(hour_of_week(best, zone), Tally())
    local = best.astimezone(zone)
    reason = (
        f"{WEEKDAYS[local.weekday()]} {local.hour}:00 was drawn among {len(hours)} open hours: "
        f"{tally.answered_count} of {tally.sent_count} mails of that hour were answered, "
        f"of {sent} in all"
    )
    return HourChoice(at=best, reason=reason)


def _drawn(
    local: datetime,
    tallies: Mapping[int, Tally],
    senior: bool,  # noqa: FBT001 - private, and named where it is public
    beta: Callable[[float, float], float],
) -> float:
    tally = tallies.get(local.weekday() * 24 + local.hour, Tally())
    doubt = SENIOR_DOUBT if senior and local.hour not in SENIOR_HOURS else 0
    missed = tally.sent_count - tally.answered_count
    return beta(1 + tally.answered_count, 1 + missed + doubt)
