"""Times as people say them, against a clock that stands still for the whole question."""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

DAYS_OF_WEEK: Final = 7
MONTHS_OF_YEAR: Final = 12
MONTHS_OF_QUARTER: Final = 3
COUNT_MAX: Final = 1_000  # ours: "in the past 1000 days"
YEAR_MIN, YEAR_MAX = 1900, 2100  # ours: other numbers of four digits are amounts
_MONTHS: Final = (
    {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
    | {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
    | {"sept": 9}
)
_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "twelve": 12, "a": 1, "an": 1, "1st": 1, "first": 1, "2nd": 2,
    "second": 2, "3rd": 3, "third": 3, "4th": 4, "fourth": 4,
}  # fmt: skip
_MONTH: Final = r"(?P<{0}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_COUNT: Final = r"(?P<count>\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|an?)"
_UNIT: Final = r"(?P<unit>day|week|month|quarter|year)s?"
_DAY: Final = (
    r"(?:(?P<{0}iso>\d{{4}}-\d{{2}}-\d{{2}})"
    r"|(?P<{0}m>[a-z]{{3,9}})\.? (?P<{0}d>\d{{1,2}})(?:st|nd|rd|th)?"
    r"(?:,? (?P<{0}y>\d{{4}}))?|(?P<{0}d2>\d{{1,2}})(?:st|nd|rd|th)? (?P<{0}m2>[a-z]{{3,9}})"
    r"(?:,? (?P<{0}y2>\d{{4}}))?)"
)


class Grain(StrEnum):
    """A step of time that rows are put together by."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From a day on, until before a day; an open end is None."""

    start: date | None
    end: date | None
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A period and where in the question it is said."""

    period: Period
    start: int
    end: int


def periods(question: str, *, today: date) -> tuple[Said, ...]:
    """Return the periods that a question names, none of them within another."""
    text = question.lower()
    found: list[Said] = []
    for pattern, meaning in _PATTERNS:
        for match in pattern.finditer(text):
            taken = any(one.start < match.end() and match.start() < one.end for one in found)
            bounds = None if taken else meaning(match, today)
            if bounds is not None:
                said = question[match.start() : match.end()].strip(" ,()")
                period = Period(start=bounds[0], end=bounds[1], said=said)
                found.append(Said(period=period, start=match.start(), end=match.end()))
    return tuple(sorted(found, key=lambda one: one.start))


def begin(day: date, grain: Grain) -> date:
    """Return the first day of the week (Monday), month, quarter or year that a day is in."""
    match grain:
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return day - timedelta(days=day.weekday())
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.QUARTER:
            return day.replace(
                month=(day.month - 1) // MONTHS_OF_QUARTER * MONTHS_OF_QUARTER + 1, day=1
            )
        case Grain.YEAR:
            return day.replace(month=1, day=1)


def moved(day: date, count: int, grain: Grain) -> date:
    """Return a day so many steps later; the 31st of a short month is its last day."""
    months = {Grain.MONTH: 1, Grain.QUARTER: MONTHS_OF_QUARTER, Grain.YEAR: MONTHS_OF_YEAR}.get(
        grain
    )
    if months is None:
        return day + timedelta(days=count * (DAYS_OF_WEEK if grain is Grain.WEEK else 1))
    at = day.year * MONTHS_OF_YEAR + day.month - 1 + count * months
    year, month = at // MONTHS_OF_YEAR, at % MONTHS_OF_YEAR + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


Bounds = tuple[date | None, date | None]
_ONE: Final = timedelta(days=1)


def _count(match: re.Match[str]) -> int:
    said = match["count"]
    return min(_WORDS.get(said) or int(said), COUNT_MAX)


def _rolling(match: re.Match[str], today: date) -> Bounds:
    return moved(today, -_count(match), Grain(match["unit"])), today + _ONE


def _whole(match: re.Match[str], today: date) -> Bounds:
    grain = Grain(match["unit"])
    first = begin(today, grain)
    return moved(first, -_count(match), grain), first


def _coming(match: re.Match[str], today: date) -> Bounds:
    return today, moved(today, _count(match), Grain(match["unit"])) + _ONE


def _relative(match: re.Match[str], today: date) -> Bounds:
    grain = Grain(match["unit"])
    first = begin(today, grain)
    match match["which"]:
        case "this" | "current":
            return first, moved(first, 1, grain)
        case "next" | "coming":
            return moved(first, 1, grain), moved(first, 2, grain)
        case "past":
            return moved(today, -1, grain), today + _ONE
        case _:
            return moved(first, -1, grain), first


def _to_date(match: re.Match[str], today: date) -> Bounds:
    grain = {"y": Grain.YEAR, "q": Grain.QUARTER, "m": Grain.MONTH}[match["short"][0]]
    return begin(today, grain), today + _ONE


def _named_day(match: re.Match[str], today: date) -> Bounds:
    day = today + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[match["day"]])
    return day, day + _ONE


def _quarter(match: re.Match[str], today: date) -> Bounds | None:
    number = int(match["q"]) if match["q"] else _WORDS[match["nth"]]
    year = int(match["year"]) if match["year"] else today.year
    if not YEAR_MIN <= year <= YEAR_MAX:
        return None
    first = date(year, (number - 1) * MONTHS_OF_QUARTER + 1, 1)
    return first, moved(first, 1, Grain.QUARTER)


def _month(match: re.Match[str], today: date) -> Bounds | None:
    number = _MONTHS[match["month"]]
    year = int(match["year"]) if match["year"] else today.year - (number > today.month)
    if not YEAR_MIN <= year <= YEAR_MAX:
        return None
    first = date(year, number, 1)
    return first, moved(first, 1, Grain.MONTH)


def _year(match: re.Match[str], today: date) -> Bounds | None:
    del today
    year = int(match["year"])
    return (date(year, 1, 1), date(year + 1, 1, 1)) if YEAR_MIN <= year <= YEAR_MAX else None


def _day_of(match: re.Match[str], prefix: str, today: date) -> date | None:
    try:
        if match[f"{prefix}iso"]:
            return date.fromisoformat(match[f"{prefix}iso"])
        month = _MONTHS.get(match[f"{prefix}m"] or match[f"{prefix}m2"])
        year = match[f"{prefix}y"] or match[f"{prefix}y2"]
        day = int(match[f"{prefix}d"] or match[f"{prefix}d2"])
        return None if month is None else date(int(year or today.year), month, day)
    except ValueError:
        return None


def _between(match: re.Match[str], today: date) -> Bounds | None:
    first, last = _day_of(match, "a", today), _day_of(match, "b", today)
    return None if first is None or last is None or last < first else (first, last + _ONE)


def _one_day(match: re.Match[str], today: date) -> Bounds | None:
    day = _day_of(match, "a", today)
    if day is None:
        return None
    match (match["how"] or "on").strip():
        case "since" | "on or after" | "from" | "starting":
            return day, None
        case "after":
            return day + _ONE, None
        case "before" | "until" | "till":
            return None, day
        case "by" | "on or before" | "up to":
            return None, day + _ONE
        case _:
            return day, day + _ONE


def _year_side(match: re.Match[str], today: date) -> Bounds | None:
    whole = _year(match, today)
    if whole is None:
        return None
    return (
        (None, whole[0])
        if match["how"] == "before"
        else ((whole[0], None) if match["how"] == "since" else (whole[1], None))
    )


def _years_ago(match: re.Match[str], today: date) -> Bounds:
    grain = Grain(match["unit"])
    first = begin(moved(today, -_count(match), grain), grain)
    return first, moved(first, 1, grain)


_INCLUSIVE: Final = (
    r"(?:,? ?\(?inclusive(?: of (?:today(?:'s date)?|start and end dates|both(?: dates)?|"
    r"(?:\d+|one|an?) (?:day|week|month|year)s? ago))?\)?)?"
)
_EXCLUDING: Final = (
    r",? (?:excluding|not including|without) (?:the )?current (?:day|week|month|quarter|year)"
)
_LEAD: Final = r"(?:\b(?:in|during|for|over|within|of|from|on|at) )?(?:each of )?(?:the )?"


_BETWEEN: Final = (
    rf"(?:\b(?:between|from) ){_DAY.format('a')} (?:and|to|until|till|through) {_DAY.format('b')}"
)
_ONE_SIDE: Final = (
    r"\b(?P<how>on or after|on or before|since|after|before|until|till|by|up to|from|starting|on)"
    rf" (?:the )?{_DAY.format('a')}"
)
_WHICH: Final = (
    rf"{_LEAD}\b(?P<which>this|current|last|previous|next|coming|past) "
    r"(?P<unit>week|month|quarter|year)\b"
)
_NTH: Final = (
    rf"{_LEAD}\b(?:q(?P<q>[1-4])|(?P<nth>1st|first|2nd|second|3rd|third|4th|fourth) quarter)"
    r"(?:(?: of|,)?(?: the year)? (?P<year>\d{4}))?\b"
)
_IN_MONTH: Final = (
    rf"\b(?:in|during|for|of|within) (?:the month of )?{_MONTH.format('month')}"
    r"(?:,? (?:of )?(?P<year>\d{4}))?\b"
)
_IN_YEAR: Final = (
    r"\b(?:in|during|for|of|within|from)(?: the)?(?: (?:calendar )?year)?"
    r" (?P<year>(?:19|20)\d\d)\b"
)


def _compiled() -> Iterator[tuple[re.Pattern[str], Callable[[re.Match[str], date], Bounds | None]]]:
    rows: tuple[tuple[str, Callable[[re.Match[str], date], Bounds | None]], ...] = (
        (_IN_YEAR + r" \(from [^()]{1,40} inclusive\)", _year),
        (_BETWEEN + _INCLUSIVE, _between),
        (_ONE_SIDE, _one_day),
        (rf"{_LEAD}\b(?:past|last|previous) {_COUNT} {_UNIT}\b{_EXCLUDING}", _whole),
        (rf"{_LEAD}\b(?:past|last|previous|trailing) {_COUNT} {_UNIT}\b{_INCLUSIVE}", _rolling),
        (rf"{_LEAD}\b(?:next|coming|following) {_COUNT} {_UNIT}\b", _coming),
        (_WHICH + _INCLUSIVE, _relative),
        (r"\b(?P<short>ytd|qtd|mtd|year to date|quarter to date|month to date)\b", _to_date),
        (rf"{_LEAD}\b(?P<day>today|yesterday|tomorrow)\b", _named_day),
        (_NTH, _quarter),
        (_IN_MONTH, _month),
        (r"\b(?P<how>since|after|before) (?:the year )?(?P<year>(?:19|20)\d\d)\b", _year_side),
        (_IN_YEAR, _year),
        (rf"\b{_COUNT} {_UNIT} ago\b", _years_ago),
    )
    for pattern, meaning in rows:
        yield re.compile(pattern), meaning


_PATTERNS: Final = tuple(_compiled())
_GRAINS: Final = re.compile(
    r"\b(?P<adverb>daily|weekly|monthly|quarterly|yearly|annual|annually)\b"
    r"|\b(?:per|by|each|every|for each|in each)(?: calendar)? "
    r"(?P<unit>day|week|month|quarter|year)\b"
    r"|\bmonth (?:by|over) month\b"
    r"|\beach of the (?:last|past) \w+ (?P<units>day|week|month|quarter|year)s\b"
)
_ADVERBS: Final = {
    "daily": Grain.DAY, "weekly": Grain.WEEK, "monthly": Grain.MONTH, "quarterly": Grain.QUARTER,
    "yearly": Grain.YEAR, "annual": Grain.YEAR, "annually": Grain.YEAR,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidGrain:
    """A step of time and where it is said."""

    grain: Grain
    start: int
    end: int


def grains(question: str) -> tuple[SaidGrain, ...]:
    """Return the steps of time that a question puts rows together by."""
    found: list[SaidGrain] = []
    for match in _GRAINS.finditer(question.lower()):
        if match["adverb"]:
            grain = _ADVERBS[match["adverb"]]
        else:
            grain = Grain(match["unit"] or match["units"] or "month")
        found.append(SaidGrain(grain=grain, start=match.start(), end=match.end()))
    return tuple(found)
