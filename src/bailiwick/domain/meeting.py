"""When two people could meet: free half hours of ours in the office hours of the other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bailiwick.domain.campaign.window import Block, Rests, Window, is_open
from bailiwick.domain.drafting.offers import offer_read

SLOTS_COUNT: Final = 3  # ours: a choice, not a list to study
MEETING: Final = timedelta(minutes=30)  # ours: a first talk
NOTICE: Final = timedelta(hours=24)  # ours: nobody is asked for today
DAYS_LOOKED_MAX: Final = 21  # ours: three weeks ahead somebody is free, or a person asks
STEP: Final = timedelta(minutes=30)  # ours: meetings begin at full and half hours
MEETING_HOURS: Final = Window(
    name="meeting hours",
    blocks=tuple(Block(weekday=day, start=9 * 60, end=17 * 60) for day in range(5)),
)  # ours: inside the office hours, so that nobody starts or ends the day with us
_WISHED: Final = (time(10), time(14), time(11))
"""Ours: where a slot of the first, second and third day is looked for first."""
_LAST: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """A time that is taken, from inclusive to exclusive."""

    start: datetime
    end: datetime


def proposals(
    busy: Sequence[Busy],
    *,
    now: datetime,
    zones: tuple[ZoneInfo, ...],
    rests: Rests,
    window: Window = MEETING_HOURS,
) -> tuple[datetime, ...]:
    """Return up to three starts, each on a day of its own, that are free and fit the recipient.

    They are open wherever of the zones the recipient may be, and in the first zone's days.
    """
    assert zones, "somebody lives somewhere"
    today = now.astimezone(zones[0]).date()
    found: list[datetime] = []
    for offset in range(DAYS_LOOKED_MAX):
        wished = _WISHED[len(found)]
        slot = next(
            (
                start
                for start in _starts(today + timedelta(days=offset), zones[0], wished)
                if start >= now + NOTICE
                and fits(start, zones, rests, window=window)
                and _is_free(start, busy)
            ),
            None,
        )
        found += [] if slot is None else [slot]
        if len(found) == SLOTS_COUNT:
            break
    return tuple(found)


def offers_standing(
    references: Iterable[str], *, zones: tuple[ZoneInfo, ...], rests: Rests, at: datetime
) -> tuple[str, ...]:
    """Return which references are offers that may still be made to who lives in these zones.

    What is past, outside their office hours or in words of another clock is none.
    """
    found: list[str] = []
    for one in dict.fromkeys(references):
        read = offer_read(one)
        if read is not None and len(found) < SLOTS_COUNT:
            start, zone = read
            found += [one] if start > at and zone in zones and fits(start, zones, rests) else []
    return tuple(found)


def offers_free(references: Iterable[str], busy: Sequence[Busy]) -> tuple[str, ...]:
    """Return which references are offers of a time that a calendar called free."""
    read = ((one, offer_read(one)) for one in references)
    return tuple(one for one, found in read if found is not None and _is_free(found[0], busy))


def _is_free(start: datetime, busy: Sequence[Busy]) -> bool:
    return not any(one.start < start + MEETING and start < one.end for one in busy)


def fits(
    start: datetime,
    zones: tuple[ZoneInfo, ...],
    rests: Rests,
    *,
    window: Window = MEETING_HOURS,
) -> bool:
    """Tell whether a meeting begins and ends within the hours of the recipient."""
    last = start + MEETING - _LAST
    return is_open(start, window, zones, rests) and is_open(last, window, zones, rests)


def _starts(day: date, zone: ZoneInfo, wished: time) -> Iterator[datetime]:
    """Yield the half hours of a day: from the wished one on, then those before it."""
    count = timedelta(days=1) // STEP
    minutes = [n * int(STEP.total_seconds()) // 60 for n in range(count)]
    first = wished.hour * 60 + wished.minute
    for minute in sorted(minutes, key=lambda m: (m < first, m)):
        wall = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
        start = wall.astimezone(UTC)
        if start.astimezone(zone).time() == wall.time():  # a clock change leaves hours out
            yield start
