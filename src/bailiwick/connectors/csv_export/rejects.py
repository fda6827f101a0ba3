"""The file of rejected rows: line, reason, and the row as it was, so that it can be put right."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO


class RejectsFile:
    """Written only when there is something to write; a dry run writes none.

    The rows are for correcting and importing again, so cells stand as they were. A cell that a
    spreadsheet would run as a formula stays one: the guide says to open the file as text.
    """

    def __init__(self, path: Path | None, *, header: Sequence[str], delimiter: str) -> None:
        self._path = path
        self._header = header
        self._delimiter = delimiter
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        """Open lazily."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what was opened."""
        if self._file is not None:
            self._file.close()

    def add(self, line: int, reason: str, cells: Sequence[str]) -> None:
        """Write one rejected row."""
        if self._path is None:
            return
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", newline="", errors="replace")
            self._write(["line", "reason", *self._header])
        self._write([str(line), reason, *cells])

    def _write(self, cells: Sequence[str]) -> None:
        assert self._file is not None, "opened by add"
        csv.writer(self._file, delimiter=self._delimiter).writerow(cells)
