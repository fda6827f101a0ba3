"""When mail of a campaign may go: named weekly blocks in the recipient's own time.

Blocks are wall-clock times. A clock change that leaves a block's start out moves it to the first
instant that exists; an hour that comes twice counts both times.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

DAYS_LOOKED_MAX: Final = 400  # ours: a window that has no open day within a year has none
MINUTES_OF_DAY: Final = 24 * 60
BLOCKS_COUNT_MAX: Final = 42  # ours: six a day
_WEEK_DAYS: Final = 7
_MINUTE: Final = timedelta(minutes=1)

Rests = Callable[[date], bool]
"""Tells whether a day is a public holiday where the recipient lives."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Block:
    """Minutes of one weekday, from inclusive to exclusive."""

    weekday: int
    """0 is Monday."""
    start: int
    """Minutes after midnight."""
    end: int
    """Minutes after midnight, at most 1,440: a block that goes on after midnight is two."""

    def __post_init__(self) -> None:
        """Refuse what is no block. Raises ValueError."""
        if not 0 <= self.weekday < _WEEK_DAYS or not 0 <= self.start < self.end <= MINUTES_OF_DAY:
            message = (
                f"weekday {self.weekday} from minute {self.start} to {self.end} is no block: "
                "weekdays are 0 to 6, minutes 0 to 1440, and the end is later than the start"
            )
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The blocks of a week in which mail may go."""

    name: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        """Refuse a window that is never open. Raises ValueError."""
        if not 0 < len(self.blocks) <= BLOCKS_COUNT_MAX:
            message = f"the window {self.name!r} has {len(self.blocks)} blocks, not 1 to 42"
            raise ValueError(message)

    def on(self, weekday: int) -> tuple[Block, ...]:
        """Return the blocks of a weekday, earliest first."""
        return tuple(sorted(block for block in self.blocks if block.weekday == weekday))


OFFICE_HOURS: Final = Window(
    name="office hours",
    blocks=tuple(Block(weekday=day, start=8 * 60, end=18 * 60) for day in range(5)),
)
"""Business hours (capabilities 18.3), never in the quiet hours that the law forbids."""


class UnableToFindOpening(ValueError):
    """The window does not open within `DAYS_LOOKED_MAX` days in all zones at once."""


def is_open(at: datetime, window: Window, zones: tuple[ZoneInfo, ...], rests: Rests) -> bool:
    """Tell whether mail may go at an instant, wherever of the zones the recipient is."""
    return all(_open_in(at.astimezone(zone), window, rests) for zone in zones)


def next_opening(
    at: datetime, window: Window, zones: tuple[ZoneInfo, ...], rests: Rests
) -> datetime:
    """Return the first instant from `at` on at which mail may go; `at` itself when it may.

    Raises UnableToFindOpening.
    """
    assert zones, "somebody lives somewhere"
    found = at.astimezone(UTC)
    limit = found + timedelta(days=DAYS_LOOKED_MAX)
    while found < limit:
        later = max(_opening_in(found, window, zone, rests, limit=limit) for zone in zones)
        if later == found:
            return found
        found = later
    message = f"the window {window.name!r} never opens in {', '.join(str(zone) for zone in zones)}"
    raise UnableToFindOpening(message)


def _open_in(local: datetime, window: Window, rests: Rests) -> bool:
    minute = local.hour * 60 + local.minute
    inside = any(b.start <= minute < b.end for b in window.on(local.weekday()))
    return inside and not rests(local.date())


def _opening_in(
    at: datetime, window: Window, zone: ZoneInfo, rests: Rests, *, limit: datetime
) -> datetime:
    """Return the first open instant in one zone, or the limit."""
    local = at.astimezone(zone)
    if _open_in(local, window, rests):
        return at
    for start in _starts(local.date(), window, zone, rests):
        if start >= limit:
            break
        if start > at:
            return start
    return limit


def _starts(day: date, window: Window, zone: ZoneInfo, rests: Rests) -> Iterator[datetime]:
    """Yield the instants at which the window opens from a day on, in their order."""
    for offset in range(DAYS_LOOKED_MAX + 1):
        today = day + timedelta(days=offset)
        if rests(today):
            continue
        for block in window.on(today.weekday()):
            yield from _instants(today, block, zone)


def _instants(day: date, block: Block, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which a block begins on a day: two when its first hour comes twice.

    A start that a clock change leaves out is the first instant after the change, unless the whole
    block is left out.
    """
    wall = datetime.combine(day, time(block.start // 60, block.start % 60))
    folds = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    early, late = min(folds), max(folds)
    if early == late:
        yield early
    elif _wall(early, zone) == _wall(late, zone) == wall:  # it comes twice
        yield early
        yield late
    else:  # it is left out: `early` is before the change, `late` after it
        change = _change(early, late, zone, wall)
        ends = block.end - block.start
        if _wall(change, zone) < wall + timedelta(minutes=ends):
            yield change


def _change(early: datetime, late: datetime, zone: ZoneInfo, wall: datetime) -> datetime:
    """Return the first minute between two instants at which the clock shows `wall` or later."""
    low, high = 0, int((late - early) / _MINUTE)
    while low < high:
        middle = (low + high) // 2
        if _wall(early + middle * _MINUTE, zone) >= wall:
            high = middle
        else:
            low = middle + 1
    return early + low * _MINUTE


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None, fold=0)
