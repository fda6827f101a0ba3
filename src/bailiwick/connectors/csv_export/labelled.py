"""Reads any CSV file as columns with an outcome, which scores are learned from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Final

from bailiwick.connectors.csv_export.encoding import file_text
from bailiwick.connectors.csv_export.fault import UnableToReadExport
from bailiwick.connectors.csv_export.number import NO, YES
from bailiwick.connectors.csv_export.reader import RowReader, Unreadable, opened
from bailiwick.connectors.csv_export.sniffing import SAMPLE_CHARACTERS, dialect_of
from bailiwick.domain.score.sheet import (
    COLUMNS_COUNT_MAX,
    ROWS_COUNT_MAX,
    Numbers,
    Sheet,
    SheetColumn,
    Words,
)
from bailiwick.ports.intake_files import ImportOptions

_POINT: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_COMMA: Final = re.compile(r"[-+]?\d+(,\d+)?")
_NOTHING: Final = frozenset({"", "na", "n/a", "nan", "null", "none"})
_OUTCOMES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A file by column, as text."""

    columns: dict[str, list[str]]
    skipped_count: int
    """Lines that are no row of the header's width."""

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values())))


def read_cells(path: Path) -> Cells:
    """Read a file with a header.

    Raises UnableToReadExport naming what is wrong with the file.
    """
    text = file_text(path)
    with opened(path, text.encoding) as file:
        dialect = dialect_of(file.read(SAMPLE_CHARACTERS), path.name, ImportOptions())
    rows: list[list[str]] = []
    skipped = 0
    with opened(path, text.encoding) as file:
        for entry in RowReader(file, dialect):
            if isinstance(entry, Unreadable) or (rows and len(entry[1]) != len(rows[0])):
                skipped += 1
                continue
            rows.append(entry[1])
            if len(rows) > ROWS_COUNT_MAX + 1:
                message = f"{path.name!r} has more than {ROWS_COUNT_MAX} rows; give the latest"
                raise UnableToReadExport(message)
    header = [cell.strip("\ufeff \t") for cell in rows[0]] if rows else []
    if len(set(header)) != len(header) or not all(header):
        message = f"each column of {path.name!r} needs a name of its own in the first row"
        raise UnableToReadExport(message)
    if len(header) > COLUMNS_COUNT_MAX:
        message = f"{path.name!r} has {len(header)} columns; {COLUMNS_COUNT_MAX} are read at most"
        raise UnableToReadExport(message)
    if len(rows) <= 1:
        message = f"{path.name!r} holds no row below its header"
        raise UnableToReadExport(message)
    cells = [[_told(cell) for cell in column] for column in zip(*rows[1:], strict=True)]
    return Cells(columns=dict(zip(header, cells, strict=True)), skipped_count=skipped)


def labelled(cells: Cells, *, label: str, positive: str, ordered: bool) -> Sheet:
    """Return the rows that have an outcome.

    Raises UnableToReadExport when the outcome is unclear.
    """
    outcomes = column_of(cells, label)
    good = _good(label, outcomes, positive)
    closed = [place for place, outcome in enumerate(outcomes) if outcome]
    return Sheet(
        columns=tuple(
            typed(name, [values[place] for place in closed])
            for name, values in cells.columns.items()
            if name != label
        ),
        labels=[outcomes[place] == good for place in closed],
        ordered=ordered,
    )


def column_of(cells: Cells, name: str) -> list[str]:
    """Return one column. Raises UnableToReadExport naming those there are."""
    found = cells.columns.get(name)
    if found is None:
        message = f"there is no column {name!r}; there are: {', '.join(cells.columns)}"
        raise UnableToReadExport(message)
    return found


def typed(name: str, values: Sequence[str]) -> SheetColumn:
    """Return a column as numbers when each value is one, else as words."""
    known = [value for value in values if value]
    if known and all(map(_POINT.fullmatch, known)):
        return Numbers(name=name, values=[float(v) if v else nan for v in values])
    if known and all(map(_COMMA.fullmatch, known)):
        turned = (value.replace(",", ".") for value in values)
        return Numbers(name=name, values=[float(v) if v else nan for v in turned])
    return Words(name=name, values=list(values))


def _good(label: str, outcomes: Sequence[str], positive: str) -> str:
    """Return the word of a good outcome."""
    words = sorted(set(outcomes) - {""})
    if positive and positive in words:
        return positive
    if positive or len(words) != _OUTCOMES:
        shown = ", ".join(words[:10])
        message = f"say which value of {label!r} is the good outcome with --positive; seen: {shown}"
        raise UnableToReadExport(message)
    good = [word for word in words if word.casefold() in YES]
    bad = [word for word in words if word.casefold() in NO]
    if len(good) == 1 and len(bad) == 1:
        return good[0]
    message = f"say which of {words[0]!r} and {words[1]!r} is the good outcome with --positive"
    raise UnableToReadExport(message)


def _told(cell: str) -> str:
    value = cell.strip()
    return "" if value.casefold() in _NOTHING else value
