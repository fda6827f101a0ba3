"""Conditions over the columns of contacts and their accounts: closed fields, closed operators.

All conditions of a filter hold at once; one condition with several values holds for any of them.
A `not` is the very opposite: whoever has no account is not in an industry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from bailiwick.domain.ids import PersonId

FilterId = NewType("FilterId", str)
NAME_LENGTH_MAX: Final = 120  # ours: a line of a list
CONDITIONS_COUNT_MAX: Final = 20  # ours: a page that a person can check
VALUES_COUNT_MAX: Final = 200  # ours: every country there is
VALUE_LENGTH_MAX: Final = 200  # ours: as wide as what is imported
DAYS_MAX: Final = 3_660  # ours: ten years
NUMBER_MAX: Final = 2**62  # what both databases count to

Given = str | int | datetime


class Sort(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    INSTANT = "instant"


class Field(StrEnum):
    """What can be asked about."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    TITLE = "title"
    COUNTRY = "country"
    CITY = "city"
    TIMEZONE = "timezone"
    LANGUAGE = "language"
    LIFECYCLE = "lifecycle"
    OWNER = "owner_email"
    SENT = "sent_count"
    RECEIVED = "received_count"
    CREATED = "created_at"
    LAST_INBOUND = "last_inbound_at"
    LAST_OUTBOUND = "last_outbound_at"
    ACCOUNT_NAME = "account.name"
    ACCOUNT_DOMAIN = "account.domain"
    ACCOUNT_INDUSTRY = "account.industry"
    ACCOUNT_COUNTRY = "account.country"
    ACCOUNT_CITY = "account.city"
    ACCOUNT_OWNER = "account.owner_email"
    ACCOUNT_EMPLOYEES = "account.employees_count"

    @property
    def of_account(self) -> bool:
        """Whether it is the account's."""
        return self.value.startswith("account.")

    @property
    def column(self) -> str:
        """Its name without the account's."""
        return self.value.removeprefix("account.")

    @property
    def sort(self) -> Sort:
        """What it holds."""
        return _SORTS.get(self, Sort.TEXT)


_SORTS: Final[Mapping[Field, Sort]] = {
    Field.SENT: Sort.NUMBER,
    Field.RECEIVED: Sort.NUMBER,
    Field.ACCOUNT_EMPLOYEES: Sort.NUMBER,
    Field.CREATED: Sort.INSTANT,
    Field.LAST_INBOUND: Sort.INSTANT,
    Field.LAST_OUTBOUND: Sort.INSTANT,
}


class Operator(StrEnum):
    """How a field is compared."""

    IS = "is"
    """Any of the values, whatever their case."""
    IS_NOT = "is_not"
    CONTAINS = "contains"
    BEGINS = "begins"
    KNOWN = "known"
    UNKNOWN = "unknown"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BEFORE = "before"
    SINCE = "since"
    WITHIN_DAYS = "within_days"
    NOT_WITHIN_DAYS = "not_within_days"
    """Longer ago, or never."""


OPERATORS: Final[Mapping[Sort, frozenset[Operator]]] = {
    Sort.TEXT: frozenset({
        Operator.IS, Operator.IS_NOT, Operator.CONTAINS, Operator.BEGINS,
        Operator.KNOWN, Operator.UNKNOWN,
    }),
    Sort.NUMBER: frozenset({
        Operator.IS, Operator.IS_NOT, Operator.AT_LEAST, Operator.AT_MOST,
        Operator.KNOWN, Operator.UNKNOWN,
    }),
    Sort.INSTANT: frozenset({
        Operator.BEFORE, Operator.SINCE, Operator.WITHIN_DAYS, Operator.NOT_WITHIN_DAYS,
        Operator.KNOWN, Operator.UNKNOWN,
    }),
}  # fmt: skip
"""Which operators fit what a field holds."""
ALONE: Final = frozenset({Operator.KNOWN, Operator.UNKNOWN})
"""Operators without a value."""
SEVERAL: Final = frozenset({Operator.IS, Operator.IS_NOT, Operator.CONTAINS, Operator.BEGINS})
"""Operators that take more than one value."""
DAYS: Final = frozenset({Operator.WITHIN_DAYS, Operator.NOT_WITHIN_DAYS})
"""Operators that count back from now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that is asked of a contact."""

    field: Field
    operator: Operator
    values: tuple[Given, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be asked. Raises ValueError that names what would fit."""
        fitting = OPERATORS[self.field.sort]
        if self.operator not in fitting:
            known = ", ".join(sorted(fitting))
            message = f"{self.field} is {self.field.sort}; it takes {known}, not {self.operator}"
            raise ValueError(message)
        self._require_count()
        for value in self.values:
            self._require_value(value)

    def _require_count(self) -> None:
        least = 0 if self.operator in ALONE else 1
        most = VALUES_COUNT_MAX if self.operator in SEVERAL else least
        if not least <= len(self.values) <= most:
            many = f"{least} to {most} values" if most > 1 else f"{most} value" + "s" * (most == 0)
            message = f"{self.field} {self.operator} takes {many}, not {len(self.values)}"
            raise ValueError(message)

    def _require_value(self, value: Given) -> None:
        wanted = _wanted(self.field, self.operator)
        if type(value) is not wanted:
            message = f"{self.field} {self.operator} takes {_NAMED[wanted]}, not {value!r}"
            raise ValueError(message)
        match value:
            case int() if not 0 <= value <= (DAYS_MAX if self.operator in DAYS else NUMBER_MAX):
                message = f"{self.field} {self.operator} {value}: that is out of range"
            case str() if not 1 <= len(value) <= VALUE_LENGTH_MAX:
                message = f"{self.field}: a value has 1 to {VALUE_LENGTH_MAX} characters"
            case datetime() if value.tzinfo is None:
                message = f"{self.field} {self.operator}: the instant {value} needs a time zone"
            case _:
                return
        raise ValueError(message)


def _wanted(field: Field, operator: Operator) -> type[Given]:
    if operator in DAYS or field.sort is Sort.NUMBER:
        return int
    return datetime if field.sort is Sort.INSTANT else str


_NAMED: Final[Mapping[type[Given], str]] = {
    int: "a whole number",
    str: "text",
    datetime: "a date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Conditions under a name, as people save them."""

    filter_id: FilterId
    name: str
    conditions: tuple[Condition, ...]
    made_by: PersonId
    created_at: datetime
    row_version: int = 1

    def __post_init__(self) -> None:
        """Refuse a filter that everybody passes, or that nobody reads. Raises ValueError."""
        if not 1 <= len(self.conditions) <= CONDITIONS_COUNT_MAX:
            message = (
                f"{len(self.conditions)} conditions: a filter has 1 to {CONDITIONS_COUNT_MAX}; "
                "for everybody with an address write `created_at known`"
            )
            raise ValueError(message)
