"""Values written into SQL so that they are values, and names so that they are names."""

from datetime import date

from bailiwick.domain.question.period import Grain, Period
from bailiwick.domain.question.schema import Kind


def text_literal(value: str) -> str:
    """Return a text as a literal."""
    return "'" + value.replace("\x00", "").replace("'", "''") + "'"


def number_literal(value: float) -> str:
    """Return a number as a literal."""
    return str(int(value)) if value == int(value) else repr(value)


def name(identifier: str) -> str:
    """Return an identifier, quoted when it is not a plain word."""
    if (
        identifier.isascii()
        and identifier.replace("_", "a").isalnum()
        and not identifier[0].isdigit()
    ):
        return identifier
    return '"' + identifier.replace('"', '""') + '"'


def within(column: str, period: Period) -> str:
    """Return the condition that a day or an instant is within a period."""
    parts = [f"{column} >= {_day(period.start)}"] if period.start is not None else []
    if period.end is not None:
        parts.append(f"{column} < {_day(period.end)}")
    return " AND ".join(parts) or "1 = 1"


def truncated(column: str, grain: Grain) -> str:
    """Return the expression of the step of time that a day or an instant is in."""
    match grain:
        case Grain.DAY:
            return f"date({column})"
        case Grain.WEEK:
            monday = f"'-' || ((strftime('%w', {column}) + 6) % 7) || ' days'"
            return f"date({column}, {monday})"
        case Grain.MONTH:
            return f"strftime('%Y-%m', {column})"
        case Grain.QUARTER:
            return f"strftime('%Y', {column}) || '-Q' || ((strftime('%m', {column}) + 2) / 3)"
        case Grain.YEAR:
            return f"strftime('%Y', {column})"


def is_time(kind: Kind) -> bool:
    """Tell whether a column holds days or instants."""
    return kind in {Kind.DATE, Kind.INSTANT}


def _day(day: date) -> str:
    return text_literal(day.isoformat())
