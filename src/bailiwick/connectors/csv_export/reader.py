"""Reads rows out of text in bounded memory; a row that cannot be read costs only itself.

The csv module would let one stray quote swallow the rest of a file. Here every physical line since
the start of a row is held; when the row does not end, its first line is set aside with a reason and
reading starts again at the next line.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

QUOTED_LINES_MAX: Final = 200  # ours: no note in an export seen has more lines
LINE_CHARACTERS_MAX: Final = 1 << 18  # ours: 256 K characters bound one buffer
KEPT_CHARACTERS_MAX: Final = 10_000  # ours: how much of an overlong line goes to the rejects


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a file separates its cells."""

    delimiter: str
    quote: str = '"'
    skip_lines: int = 0
    """Lines before the header, such as `sep=;`."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A physical line that is no row."""

    line: int
    reason: str
    text: str


class RowReader:
    """Iterates over rows as (line number, cells), and over lines that are no rows.

    Physical lines come from a file that was opened with `newline=""`.
    """

    def __init__(self, file: TextIO, dialect: Dialect) -> None:
        self._file = file
        self._dialect = dialect
        self._held: list[str] = []
        self._again: deque[str] = deque()
        self._line = 0
        self._broken = ""
        self._csv = self._reader()
        for _ in range(dialect.skip_lines):
            self._drop_rest(file.readline(LINE_CHARACTERS_MAX))
            self._line += 1
        self.blank_count = 0

    def __iter__(self) -> Iterator[tuple[int, list[str]] | Unreadable]:
        """Yield what the file holds, in order."""
        held = self._held
        while True:
            held.clear()
            self._broken = ""
            try:
                cells = next(self._csv)
            except StopIteration:
                return
            except csv.Error as fault:
                yield self._set_aside(self._broken or _reason(str(fault)))
                continue
            if self._broken:
                yield self._set_aside(self._broken)
                continue
            if not cells:
                self.blank_count += 1
                continue
            yield self._line - len(held) + 1, cells

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(
            self._lines(),
            delimiter=self._dialect.delimiter,
            quotechar=self._dialect.quote,
            strict=True,
        )

    def _lines(self) -> Iterator[str]:
        held, again, readline = self._held, self._again, self._file.readline
        while True:
            if again:
                line = again.popleft()
            else:
                line = readline(LINE_CHARACTERS_MAX)
                if len(line) >= LINE_CHARACTERS_MAX:
                    self._drop_rest(line)
            if not line:
                return
            self._line += 1
            held.append(line)
            if "\0" in line:
                self._broken = "the row holds a NUL character"
            elif len(held) > QUOTED_LINES_MAX:
                self._broken = f"a quoted cell runs over more than {QUOTED_LINES_MAX} lines"
                raise csv.Error(self._broken)
            elif len(line) >= LINE_CHARACTERS_MAX:
                self._broken = f"the line is longer than {LINE_CHARACTERS_MAX} characters"
                raise csv.Error(self._broken)
            yield line

    def _drop_rest(self, line: str) -> None:
        """Pass over what nobody could read of an overlong line."""
        while line and not line.endswith(("\n", "\r")):
            line = self._file.readline(LINE_CHARACTERS_MAX)

    def _set_aside(self, reason: str) -> Unreadable:
        """Give up the first line of the row and read the others again."""
        first, *rest = self._held
        self._line -= len(rest)
        self._again.extendleft(reversed(rest))
        self._csv = self._reader()
        text = first[:KEPT_CHARACTERS_MAX].rstrip("\r\n")
        return Unreadable(self._line, reason, text)


def _reason(message: str) -> str:
    if "expected after" in message:
        return "there is text after a closing quote; write a quote inside a cell twice"
    if "end of data" in message:
        return "the quote that opens here is never closed"
    if "field larger" in message:
        return "a cell is longer than 131,072 characters"
    return "the row cannot be read as CSV"


def opened(path: Path, encoding: str) -> TextIO:
    """Open a file as text; bytes that do not fit become marks that the row builder rejects."""
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return path.open("r", encoding=encoding, errors=errors, newline="")
