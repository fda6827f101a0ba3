"""Reads the date of a mail (RFC 5322, obsolete forms too) and of the line before an mbox mail."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_ZONES: Final = {
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_DATE: Final = re.compile(
    r"\s*(?:[a-z]{2,9}\.?,?\s*)?(\d{1,2})[\s-]{1,3}([a-z]{3})[a-z]{0,6}\.?,?[\s-]{1,3}(\d{2,4}),?\s{1,3}"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d{1,9})?)?\s*([+-]\d{4}|[a-z]{1,5})?",
    re.IGNORECASE | re.ASCII,
)
_FROM_LINE: Final = re.compile(
    r"[a-z]{3},?\s{1,2}([a-z]{3})\s{1,2}(\d{1,2})\s(\d{1,2}):(\d{2})(?::(\d{2}))?"
    r"(?:\s[+-]\d{4}|\s[a-z]{1,5})?\s(\d{4})(?:\s[+-]\d{4})?",
    re.IGNORECASE | re.ASCII,
)
YEAR_MIN: Final = 1970  # ours: a mail from before the epoch has a wrong clock
YEAR_MAX: Final = 2100  # ours


def mail_date(value: str) -> datetime | None:
    """Return the instant that a Date header names, in UTC, or None."""
    match = _DATE.match(value[:100])
    if match is None or match[2].lower() not in _MONTHS:
        return None
    year = int(match[3])
    if year < YEAR_MIN:
        year += 2000 if year < 50 else 1900 if year < 1000 else 0  # noqa: PLR2004 - RFC 5322, 4.3
    numbers = (year, _MONTHS.index(match[2].lower()) + 1, *map(int, match.group(1, 4, 5)))
    return _instant(numbers, int(match[6] or 0), _offset(match[7] or "+0000"))


def from_line_date(line: str) -> datetime | None:
    """Return the instant in an mbox separator, by convention in UTC, or None."""
    match = _FROM_LINE.search(line[:400])
    if match is None or match[1].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(match[1].lower()) + 1
    numbers = (int(match[6]), month, *map(int, match.group(2, 3, 4)))
    return _instant(numbers, int(match[5] or 0), timedelta())


def _instant(numbers: tuple[int, ...], second: int, offset: timedelta) -> datetime | None:
    year, month, day, hour, minute = numbers
    if not YEAR_MIN <= year <= YEAR_MAX:
        return None
    try:
        local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone(offset))
    except ValueError:
        return None
    return local.astimezone(UTC)


def _offset(zone: str) -> timedelta:
    if zone[0] in "+-":
        minutes = int(zone[1:3]) * 60 + int(zone[3:5])
        bounded = minutes if minutes < 24 * 60 else 0
        return timedelta(minutes=-bounded if zone[0] == "-" else bounded)
    return timedelta(hours=_ZONES.get(zone.lower(), 0))
