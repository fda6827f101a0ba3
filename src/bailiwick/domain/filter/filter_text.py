"""Conditions as people write them and as they are stored, and back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from bailiwick.domain.fault import InputFault
from bailiwick.domain.filter.filter import DAYS, Condition, Field, Given, Operator, Sort
from bailiwick.kit.hashing import Canonical

_NAMES: Final = frozenset({"field", "operator", "values"})
_DATE_LENGTH: Final = len("2026-09-01")
_DIGITS_MAX: Final = 18  # what fits 64 bits


class UnableToReadCondition(InputFault):
    """What is given as a condition is none; says which part and what fits."""


def condition_of(text: str) -> Condition:
    """Read `field operator value, value`, such as `country is DE, AT`.

    Raises UnableToReadCondition.
    """
    field, operator, values = [*text.strip().split(maxsplit=2), "", "", ""][:3]
    given = [one.strip() for one in values.split(",") if one.strip()]
    return _condition(field, operator, given)


def condition_text(condition: Condition) -> str:
    """Return a condition as `condition_of` reads it."""
    values = ", ".join(map(_told, condition.values))
    return f"{condition.field} {condition.operator} {values}".rstrip()


def condition_args(condition: Condition) -> dict[str, Canonical]:
    """Return the canonical form of a condition."""
    return {
        "field": condition.field.value,
        "operator": condition.operator.value,
        "values": [
            one.isoformat() if isinstance(one, datetime) else one for one in condition.values
        ],
    }


def conditions_from(args: Canonical) -> tuple[Condition, ...]:
    """Read conditions back. Raises UnableToReadCondition."""
    if not isinstance(args, Sequence) or isinstance(args, str):
        message = "conditions are a list"
        raise UnableToReadCondition(message)
    return tuple(map(_from_args, args))


def _from_args(args: Canonical) -> Condition:
    if not isinstance(args, Mapping) or args.keys() - _NAMES or "field" not in args:
        message = f"a condition is an object with {', '.join(sorted(_NAMES))}"
        raise UnableToReadCondition(message)
    values = args.get("values", [])
    if not isinstance(values, Sequence) or isinstance(values, str):
        message = "the values of a condition are a list"
        raise UnableToReadCondition(message)
    return _condition(str(args["field"]), str(args.get("operator", "")), values)


def _condition(field: str, operator: str, values: Sequence[Canonical]) -> Condition:
    try:
        asked, compared = Field(field), Operator(operator)
    except ValueError as error:
        message = (
            f"{field!r} {operator!r} cannot be asked; fields are {', '.join(sorted(Field))} and "
            f"operators {', '.join(sorted(Operator))}"
        )
        raise UnableToReadCondition(message) from error
    try:
        given = tuple(_given(asked, compared, one) for one in values)
        return Condition(field=asked, operator=compared, values=given)
    except ValueError as error:
        raise UnableToReadCondition(str(error)) from error


def _given(field: Field, operator: Operator, value: Canonical) -> Given:
    """Return a value as its field holds it. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        message = f"{field} {operator}: a value is text or a whole number"
        raise ValueError(message)  # noqa: TRY004 - one fault for whatever does not fit
    if isinstance(value, int) or operator in DAYS or field.sort is Sort.NUMBER:
        return _number(field, operator, value)
    return _instant(field, value) if field.sort is Sort.INSTANT else value


def _number(field: Field, operator: Operator, value: str | int) -> Given:
    text = str(value)
    if text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX:
        return int(text)
    message = f"{field} {operator} takes a whole number, not {value!r}"
    raise ValueError(message)


def _instant(field: Field, value: str) -> datetime:
    try:
        if len(value) == _DATE_LENGTH:
            return datetime.combine(date.fromisoformat(value), time(), tzinfo=UTC)
        found = datetime.fromisoformat(value)
    except ValueError as error:
        message = f"{field} takes a date such as 2026-09-01, not {value!r}"
        raise ValueError(message) from error
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _told(value: Given) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
