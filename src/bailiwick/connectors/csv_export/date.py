"""Dates as found in exports, to microseconds since 1970 in UTC.

`03/04/2026` is two different days. Which one is decided for the whole file, from values that leave
no choice; when there are none the question goes back to the person.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from bailiwick.ports.intake_files import DateOrder

TEXT_LENGTH_MAX: Final = 60  # ours: a date with weekday, time and zone is shorter
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EXCEL_EPOCH: Final = datetime(1899, 12, 30, tzinfo=UTC)  # the day 0 of spreadsheets
EXCEL_DAYS_MIN: Final = 20_000  # 1954: smaller numbers are hardly dates of a CRM
EXCEL_DAYS_MAX: Final = 80_000  # 2119
EPOCH_SECONDS_MIN: Final = 100_000_000  # 1973
EPOCH_MILLISECONDS_MIN: Final = 100_000_000_000
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero ene jän",
            "feb february februar février fevrier febrero févr fev",
            "mar march märz mrz mars marzo mär",
            "apr april avril abril avr abr",
            "may mai mayo",
            "jun june juni juin junio",
            "jul july juli juillet julio juil",
            "aug august août aout agosto ago",
            "sep sept september septembre septiembre",
            "oct october oktober octobre octubre okt",
            "nov november novembre noviembre",
            "dec december dezember décembre decembre diciembre dez déc dic",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMERIC: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:,?[ T](.+))?", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[ T](.+))?", re.ASCII)
_WORDS: Final = re.compile(
    r"(?:\w+,\s+)?(?:(\d{1,2})\.?[ -]([^\W\d]+)\.?|([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?),?[ -]"
    r"(\d{4})(?:,?[ T](?:at )?(.+))?"
)
_TIME: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]\.?m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_MONTH_MAX: Final = 12
_NOON: Final = 12
_CENTURY_PIVOT: Final = 70  # as POSIX: 69 is 2069, 70 is 1970


def evidence(values: Iterable[str]) -> tuple[frozenset[DateOrder], str]:
    """Return which orders the values prove, and one value that could be read either way."""
    proven: set[DateOrder] = set()
    unclear = ""
    for value in values:
        match = _NUMERIC.fullmatch(value.strip())
        if match is None:
            continue
        first, separator, second = int(match[1]), match[2], int(match[3])
        if first > _MONTH_MAX >= second:
            proven.add(DateOrder.DAY_FIRST)
        elif second > _MONTH_MAX >= first:
            proven.add(DateOrder.MONTH_FIRST)
        elif separator == ".":
            proven.add(DateOrder.DAY_FIRST)  # nobody writes months first with full stops
        elif first != second:
            unclear = unclear or value.strip()
    return frozenset(proven), unclear


@lru_cache(maxsize=8192)  # a day's imports repeat their dates
def instant_microseconds(text: str, order: DateOrder) -> int | None:
    """Return an instant; without a zone the text is taken as UTC. None when it is no date."""
    moment = moment_of(text.strip(), order)
    return None if moment is None else (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(text: str, order: DateOrder) -> datetime | None:
    """Return the aware instant that a cell means, or None."""
    try:
        if text.isdecimal() or _is_decimal(text):
            return _from_number(text)
        if len(text) > TEXT_LENGTH_MAX:
            return None
        if text[4:5] == "-":
            moment = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        return _from_parts(text, order)
    except (ValueError, OverflowError):
        return None


def _is_decimal(text: str) -> bool:
    whole, dot, part = text.partition(".")
    return bool(dot) and whole.isdecimal() and part.isdecimal()


def _from_number(text: str) -> datetime | None:
    """Read epoch seconds or milliseconds, a spreadsheet's day number, or YYYYMMDD."""
    whole, _, part = text.partition(".")
    number = int(whole)
    if EXCEL_DAYS_MIN <= number <= EXCEL_DAYS_MAX:
        day_part = int((part or "0")[:9].ljust(9, "0"))  # billionths of a day
        return EXCEL_EPOCH + timedelta(days=number, microseconds=day_part * 864 // 10)
    if part:
        return None
    if len(text) == len("20260312") and text[:2] in {"19", "20"}:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    if number >= EPOCH_MILLISECONDS_MIN:
        return EPOCH + timedelta(milliseconds=number)
    if number >= EPOCH_SECONDS_MIN:
        return EPOCH + timedelta(seconds=number)
    return None


def _from_parts(text: str, order: DateOrder) -> datetime | None:
    if match := _NUMERIC.fullmatch(text):
        first, second, time = int(match[1]), int(match[3]), match[5]
        year = _full_year(match[4])
        day_first = order is DateOrder.DAY_FIRST or match[2] == "."
        day, month = (first, second) if day_first else (second, first)
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month, day, time = int(match[1]), int(match[2]), int(match[3]), match[4]
    elif match := _WORDS.fullmatch(text):
        named = _MONTHS.get((match[2] or match[3]).casefold())
        if named is None:
            return None
        year, month, day, time = int(match[5]), named, int(match[1] or match[4]), match[6]
    else:
        return None
    return _with_time(datetime(year, month, day, tzinfo=UTC), time)


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) > len("26"):
        return year
    return year + (2000 if year < _CENTURY_PIVOT else 1900)


def _with_time(day: datetime, text: str | None) -> datetime | None:
    if not text:
        return day
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if match[4]:
        hour = hour % _NOON + (_NOON if match[4][0] in "pP" else 0)
    moment = day.replace(hour=hour, minute=minute, second=second)
    zone = match[5]
    if zone and zone[0] in "+-":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        moment -= offset if zone[0] == "+" else -offset
    return moment
