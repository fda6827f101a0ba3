"""A weekly window as people write it: `mon-fri 08:00-18:00, sat 09:00-12:00`."""

import re
from collections.abc import Iterator
from typing import Final

from bailiwick.domain.campaign.window import Block, Window
from bailiwick.domain.fault import InputFault

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = "|".join(_DAYS)
_PART: Final = re.compile(
    rf"({_DAY})(?:-({_DAY}))? (\d{{1,2}}):(\d{{2}})-(\d{{1,2}}):(\d{{2}})", re.ASCII
)


class UnableToReadWindow(InputFault):
    """What is given as a window is none; says which part and what fits."""


def window_of(text: str) -> Window:
    """Read a window. Raises UnableToReadWindow."""
    parts = [" ".join(part.lower().split()) for part in text.split(",")]
    try:
        blocks = tuple(block for part in parts for block in _blocks(part))
        return Window(name=", ".join(parts), blocks=blocks)
    except ValueError as error:
        raise UnableToReadWindow(str(error)) from error


def window_text(window: Window) -> str:
    """Return a window as `window_of` reads it, a part for each block."""
    return ", ".join(
        f"{_DAYS[block.weekday]} {_clock(block.start)}-{_clock(block.end)}"
        for block in sorted(window.blocks)
    )


def _blocks(part: str) -> Iterator[Block]:
    found = _PART.fullmatch(part)
    if found is None:
        message = f"{part!r} is no part of a window; write such as mon-fri 08:00-18:00"
        raise UnableToReadWindow(message)
    first, last, *clock = found.groups()
    hours, minutes, until_hours, until_minutes = map(int, clock)
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    if end < begin:
        message = f"{part!r} goes backwards; write it as two parts"
        raise UnableToReadWindow(message)
    for weekday in range(begin, end + 1):
        yield Block(
            weekday=weekday,
            start=hours * 60 + minutes,
            end=until_hours * 60 + until_minutes,
        )


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
