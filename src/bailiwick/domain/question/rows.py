"""What came of running a statement: rows, or why there are none."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Cell: TypeAlias = "str | int | float | None"


class Trouble(StrEnum):
    """Why a statement that passed the gate gave no rows."""

    ERROR = "error"
    """The database did not understand it; the text says what."""
    TIME = "time"
    SIZE = "size"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a statement gave."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    cut: bool = False
    """There were more rows than may be given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Why it gave nothing."""

    trouble: Trouble
    text: str
    """The database's own words; they name no value."""
