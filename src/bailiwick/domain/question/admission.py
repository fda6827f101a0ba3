"""What the gate says about a statement: what may be run in its place, or why nothing may."""

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What a statement broke."""

    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    ONE_STATEMENT = "one_statement"
    SELECT_ONLY = "select_only"
    CONSTRUCT = "construct"
    TABLE = "table"
    COLUMN = "column"
    FUNCTION = "function"
    SHADOW = "shadow"
    RECURSION = "recursion"
    JOINS = "joins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why a statement is not run: which rule, what broke it, and how to mend it."""

    rule: Rule
    name: str
    fix: str

    def __str__(self) -> str:
        return f"{self.rule.value}: {self.name}; {self.fix}" if self.name else self.fix


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """A statement that may be run, as it is run."""

    sql: str
    tables: tuple[str, ...]
    """The tables that are read, in the schema's own spelling."""
    rows_max: int
    """How many rows it may give; one more than that means that the answer was cut."""
