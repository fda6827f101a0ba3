"""One or two sentences about rows, and the check that each number in them is in the rows.

A number is allowed when a cell holds it, or when it is the count of rows, or a column's sum, mean,
least, greatest, or a row's share of its column. Everything else is not said.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from bailiwick.domain.question.rows import Cell, Rows
from bailiwick.kit.text import capped, one_line

TOLERANCE: Final = 0.005  # ours: two decimals are shown
ROWS_TOLD_MAX: Final = 3  # ours: one or two sentences
CELL_LENGTH_MAX: Final = 40  # ours
POINTS_COUNT_MAX: Final = 50  # ours: more bars than that are a table
PERCENT: Final = 100
_NUMBER: Final = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?!\w)")
_INSTANT: Final = re.compile(r"\d{4}-\d{2}(-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?)?")


class Chart(StrEnum):
    """How rows are best drawn."""

    FIGURE = "figure"
    LINE = "line"
    BAR = "bar"
    TABLE = "table"


def numbers_in(text: str) -> tuple[float, ...]:
    """Return the numbers that a text states; those within dates are part of the date."""
    without_dates = _INSTANT.sub(" ", text)
    return tuple(
        float(match[0].replace(",", "").replace("−", "-"))
        for match in _NUMBER.finditer(without_dates)
    )


def unfounded(text: str, rows: Rows, *, given: Sequence[str] = ()) -> tuple[float, ...]:
    """Return the numbers of a text that neither the rows nor the given texts account for."""
    known = [*_computed(rows), *(n for said in given for n in numbers_in(said))]
    return tuple(
        number
        for number in numbers_in(text)
        if not any(abs(number - one) <= TOLERANCE * max(1.0, 1e-9 * abs(one)) for one in known)
    )


def _computed(rows: Rows) -> Iterator[float]:
    yield float(len(rows.rows))
    for at in range(len(rows.columns)):
        cells = [row[at] for row in rows.rows]
        numbers = [float(cell) for cell in cells if isinstance(cell, (int, float))]
        yield from numbers
        for cell in cells:
            if isinstance(cell, str):
                yield from numbers_in(cell)
        if numbers and not rows.cut:
            total = sum(numbers)
            yield total
            yield total / len(numbers)
            if total:
                yield from (PERCENT * one / total for one in numbers)


def summary(title: str, rows: Rows, *, ending: str = "") -> str:
    """Return what the rows say, in one or two sentences whose numbers are all founded."""
    said = _said(title, rows)
    if ending:
        said = f"{said} {ending}"
    if unfounded(said, rows, given=(title, ending)):
        return f"{title}: {_rows_counted(rows)}."
    return said


def _said(title: str, rows: Rows) -> str:
    if not rows.rows:
        return f"{title}: nothing found."
    if len(rows.rows) == 1:
        return f"{title}: {_row_said(rows.columns, rows.rows[0])}."
    told = "; ".join(_row_said(rows.columns, row) for row in rows.rows[:ROWS_TOLD_MAX])
    rest = len(rows.rows) - ROWS_TOLD_MAX
    first = f"{title}: {_rows_counted(rows)}."
    return f"{first} {'First: ' if rest > 0 else ''}{told}."


def _rows_counted(rows: Rows) -> str:
    count = len(rows.rows)
    return f"{'more than ' if rows.cut else ''}{count:,} {'row' if count == 1 else 'rows'}"


def _row_said(columns: Sequence[str], row: Sequence[Cell]) -> str:
    if len(row) == 1:
        return shown(row[0])
    return ", ".join(
        shown(cell) if isinstance(cell, str) else f"{name.replace('_', ' ')} {shown(cell)}"
        for name, cell in zip(columns, row, strict=True)
    )


def shown(cell: Cell) -> str:
    """Return a cell for people: two decimals at most, one line of visible characters."""
    if cell is None:
        return "none"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell.is_integer() else f"{cell:,.2f}"
    if isinstance(cell, int):
        return f"{cell:,}"
    return capped(one_line(cell), CELL_LENGTH_MAX)


def chart_of(rows: Rows) -> Chart:
    """Return how the rows are best drawn."""
    if len(rows.rows) == 1 and any(map(_is_number, rows.rows[0])):
        return Chart.FIGURE
    if not rows.rows or len(rows.rows) > POINTS_COUNT_MAX or len(rows.columns) < 2:  # noqa: PLR2004 - two axes
        return Chart.TABLE
    firsts = [row[0] for row in rows.rows]
    measured = all(any(map(_is_number, row[1:])) for row in rows.rows)
    if not measured or len(set(firsts)) != len(firsts):
        return Chart.TABLE
    dated = all(isinstance(one, str) and _INSTANT.fullmatch(one) for one in firsts)
    return Chart.LINE if dated else Chart.BAR


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, (int, float))
