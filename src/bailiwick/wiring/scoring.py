"""Makes what learns scores; numbers and trees are loaded only now."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bailiwick.domain.score.sheet import Sheet, SheetColumn
    from bailiwick.ports.learner import Learner


def learner() -> "Learner":
    """Return what learns from outcomes."""
    from bailiwick.models.scores.learner import ScikitLearner

    return ScikitLearner()


def labelled_sheet(
    path: "Path", *, label: str, positive: str, ordered: bool
) -> "tuple[Sheet, int]":
    """Return the rows of a CSV file that have an outcome, and how many lines were no row.

    Raises UnableToReadExport.
    """
    from bailiwick.connectors.csv_export.labelled import labelled, read_cells

    cells = read_cells(path)
    sheet = labelled(cells, label=label, positive=positive, ordered=ordered)
    return sheet, cells.skipped_count


def open_columns(path: "Path") -> "tuple[SheetColumn, ...]":
    """Return every row of a CSV file by column. Raises UnableToReadExport."""
    from bailiwick.connectors.csv_export.labelled import read_cells, typed

    cells = read_cells(path)
    return tuple(typed(name, values) for name, values in cells.columns.items())
