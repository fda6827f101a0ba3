"""How long a campaign takes at the pace of one mailbox, before anybody is enrolled."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from bailiwick.domain.campaign.pace import Limit, Over, WarmUp
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.campaign.window import Window

DAYS_LOOKED_MAX: Final = 3_660  # ours: ten years; what takes longer is no plan
_WEEKEND: Final = 5


def capacity(day: date, series: Series, *, warm_up: WarmUp, since: date) -> int:
    """Return how many mails of a series one mailbox can send on a day, others left out."""
    minutes = sum(block.end - block.start for block in series.window.on(day.weekday()))
    if minutes == 0:
        return 0
    room = [_within(limit, minutes) for limit in series.limits if limit.over is Over.MAILBOX]
    return min([warm_up.on(day, since=since), *room])


def _within(limit: Limit, minutes: int) -> int:
    """Return how many mails a limit lets through in so many minutes on end, at least one."""
    stretch = max(1, int(limit.within.total_seconds()) // 60)
    return max(1, limit.count * max(stretch, minutes) // stretch)


def last_touch_on(
    begins: date, recipients_count: int, series: Series, *, warm_up: WarmUp, since: date
) -> date | None:
    """Return the day before which the last touch cannot go; None beyond ten years.

    No answers and no holidays are reckoned with: both the mailbox must have had room for every
    touch, and the last recipient's gaps must have passed.
    """
    if recipients_count == 0:
        return begins
    touches = len(series.touches)
    first = _day_of(begins, recipients_count, series, warm_up=warm_up, since=since)
    every = _day_of(begins, recipients_count * touches, series, warm_up=warm_up, since=since)
    if first is None or every is None:
        return None
    gaps = sum(touch.gap_days for touch in series.touches)
    return max(every, _working_day(first, gaps, series.window))


def _day_of(
    begins: date, mails_count: int, series: Series, *, warm_up: WarmUp, since: date
) -> date | None:
    """Return the day on which so many mails have gone."""
    left = mails_count
    for day in _days(begins):
        left -= capacity(day, series, warm_up=warm_up, since=since)
        if left <= 0:
            return day
    return None


def _working_day(day: date, count: int, window: Window) -> date:
    """Return the first day on which the window opens so many working days later."""
    left = count
    for later in _days(day):
        if left <= 0 and window.on(later.weekday()):
            return later
        left -= int((later + timedelta(days=1)).weekday() < _WEEKEND)
    return day


def _days(begins: date) -> Iterator[date]:
    return (begins + timedelta(days=number) for number in range(DAYS_LOOKED_MAX))
