"""When the next touch of a recipient comes: working days, then the window, then a little jitter."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bailiwick.domain.campaign.window import DAYS_LOOKED_MAX, Rests, Window, next_opening

JITTER_MINUTES: Final = (2, 45)  # capabilities 18.3: between mails
AWAY_DAYS: Final = 5  # ours: a working week, when an absence says no day of return
_WEEKEND: Final = 5


def next_touch_at(
    after: datetime, *, gap_days: int, window: Window, zones: tuple[ZoneInfo, ...], rests: Rests
) -> datetime:
    """Return when a touch is due so many working days after an instant, jitter left out.

    It is the first opening of that day; with no gap, the first opening from now on. Counted from
    when the touch before really went, so that a delay moves all that follows and nothing is caught
    up. Raises UnableToFindOpening.
    """
    if gap_days == 0:
        return next_opening(after, window, zones, rests)
    day = working_day(after.astimezone(zones[0]).date(), gap_days, rests)
    return next_opening(_midnight(day, zones[0]), window, zones, rests)


def jittered(
    at: datetime,
    draw: float,
    *,
    window: Window,
    zones: tuple[ZoneInfo, ...],
    rests: Rests,
) -> datetime:
    """Return an instant a little later, still in the window; `draw` is from 0 to 1."""
    least, most = JITTER_MINUTES
    later = at + timedelta(minutes=least + draw * (most - least))
    return next_opening(later, window, zones, rests)


def back_at(
    returns_on: date | None,
    *,
    heard: datetime,
    window: Window,
    zones: tuple[ZoneInfo, ...],
    rests: Rests,
) -> datetime:
    """Return when somebody who is away may be written to: a working day after their return.

    Without a day of return it is `AWAY_DAYS` working days from now; one in the past counts as none.
    """
    today = heard.astimezone(zones[0]).date()
    known = returns_on is not None and returns_on >= today
    latest = today + timedelta(days=DAYS_LOOKED_MAX // 2)
    begin = min(returns_on, latest) if known and returns_on is not None else today
    day = working_day(begin, 1 if known else AWAY_DAYS, rests)
    return next_opening(_midnight(day, zones[0]), window, zones, rests)


def working_day(day: date, count: int, rests: Rests) -> date:
    """Return the day so many working days after one; weekends and holidays are not counted."""
    found, left = day, count
    for _ in range(DAYS_LOOKED_MAX):
        if left == 0:
            break
        found += timedelta(days=1)
        left -= int(found.weekday() < _WEEKEND and not rests(found))
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
