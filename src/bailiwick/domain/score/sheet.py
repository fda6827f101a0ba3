"""What a score is learned from: columns of numbers or words, and whether each row ended well."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

ROWS_COUNT_MAX: Final = 500_000  # ours: ten times the largest public lead set
COLUMNS_COUNT_MAX: Final = 200  # ours: a CRM export has a few dozen


class Slope(IntEnum):
    """What a person declared of a column: more of it never lowers, or never raises, the chance."""

    FALLING = -1
    FREE = 0
    RISING = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A column of numbers; NaN is unknown."""

    name: str
    values: Sequence[float]
    slope: Slope = Slope.FREE


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A column of words; the empty word is unknown."""

    name: str
    values: Sequence[str]


SheetColumn: TypeAlias = Numbers | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Rows with an outcome, by column. With `ordered` the rows stand in the order of time."""

    columns: tuple[SheetColumn, ...]
    labels: Sequence[bool]
    ordered: bool

    @property
    def positives_count(self) -> int:
        """How many rows ended well."""
        return sum(self.labels)

    def named(self, name: str) -> SheetColumn | None:
        """Return the column of this name."""
        return next((one for one in self.columns if one.name == name), None)

    def without(self, names: frozenset[str]) -> "Sheet":
        """Return the sheet with some columns left out."""
        kept = tuple(one for one in self.columns if one.name not in names)
        return Sheet(columns=kept, labels=self.labels, ordered=self.ordered)
