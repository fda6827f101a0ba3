"""Importing files: what a person may settle, how files will be read, and what became of them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from bailiwick.domain.stop_column import may_say_stop
from bailiwick.ports.intake import ImportKind


class DateOrder(StrEnum):
    """Which of the two first numbers of a date is the day."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class DecimalMark(StrEnum):
    """What stands before the cents."""

    POINT = "."
    COMMA = ","


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the person settled; None means: find out."""

    kind: ImportKind | None = None
    system: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: DecimalMark | None = None
    date_order: DateOrder | None = None
    header: bool = True
    region: str = ""
    """Country of phone numbers without one, ISO alpha-2."""
    currency: str = ""
    """Of amounts whose row names none, ISO 4217."""
    columns: Mapping[str, str] | None = None
    """Field to header text, or to a number from 1 in a file without a header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedColumn:
    """One column and what it is read as."""

    field: str
    column: int
    header: str
    confidence_permille: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """How a file will be read."""

    name: str
    system: str
    kind: ImportKind
    encoding: str
    delimiter: str
    decimal: DecimalMark
    date_order: DateOrder
    columns: tuple[MappedColumn, ...]
    unread_columns: tuple[str, ...]

    def doubtful_columns(self, leave: Collection[str] = ()) -> tuple[str, ...]:
        """Name columns that are not read and may say whom not to write to, those to leave aside."""
        if self.kind not in {ImportKind.CONTACTS, ImportKind.LEADS}:
            return ()
        return tuple(h for h in self.unread_columns if h not in leave and may_say_stop(h))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file."""

    plan: FilePlan
    new_count: int
    updated_count: int
    duplicate_count: int
    rejected_count: int
    blank_count: int
    """Empty lines, which are no rows."""
    conflict_count: int
    """Rows stored without an address that belongs to another contact."""
    omitted: tuple[tuple[str, int, int], ...]
    """Field, how many values were left out as unreadable, and the line of the first."""
    reasons: tuple[tuple[str, int], ...]
    """Why rows were rejected, most frequent first."""
    rejected_path: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of an import."""

    files: tuple[FileReport, ...]
    linked_count: int
    """References that waited and were resolved."""
    waiting_count: int
    """References whose row has not arrived."""
    dry_run: bool


ImportProgress: TypeAlias = Callable[[str, int], None]
"""Called with a file's name and how many of its rows have been written."""
