"""What commands print: one JSON document with --json, else tables and sentences for people.

Text from customers and models is printed as text: control characters are dropped and markup is
never interpreted.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bailiwick.kit.text import without_controls

if TYPE_CHECKING:
    from rich.console import Console

    from bailiwick.kit.json_value import Json as JsonValue

_MARK = {"ok": "green", "held": "yellow", "refused": "red", "": "default"}


class Output:
    """Prints the answer of one command."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._console: Console | None = None

    @property
    def console(self) -> "Console":
        """The terminal, made on first use: importing it is half of a command's start."""
        if self._console is None:
            from rich.console import Console

            self._console = Console(highlight=False, soft_wrap=False)
        return self._console

    def answer(self, value: "JsonValue") -> None:
        """Print the whole answer as JSON; does nothing for people."""
        if self.as_json:
            sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n")

    def say(self, *sentences: str, mark: str = "") -> None:
        """Print sentences for people; nothing with --json."""
        if self.as_json:
            return
        for sentence in sentences:
            self.console.print(shown(sentence), style=_MARK[mark], markup=False, soft_wrap=True)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table for people; nothing with --json, nor when it has no rows."""
        if self.as_json or not rows:
            return
        from rich.table import Table
        from rich.text import Text

        table = Table(title=title, title_justify="left", header_style="bold")
        whole = _kept_whole(rows, width_max=self.console.width * 2 // 3)
        for place, column in enumerate(columns):
            table.add_column(column, overflow="fold", no_wrap=place in whole)
        for row in rows:
            table.add_row(*(Text(shown(cell)) for cell in row))
        self.console.print(table)

    def pairs(self, title: str, pairs: Mapping[str, str]) -> None:
        """Print names and values for people; nothing with --json."""
        if self.as_json:
            return
        self.table(title, ("what", "value"), [(name, value) for name, value in pairs.items()])


def _kept_whole(rows: Sequence[Sequence[str]], *, width_max: int) -> frozenset[int]:
    """Return the columns of single words, such as ids, that fit unbroken: people copy them."""
    found: set[int] = set()
    left = width_max
    for place, cells in enumerate(zip(*rows, strict=True)):
        width = max(map(len, cells)) + 3  # ours: rich's border and padding
        if width <= left and not any(" " in cell or "\n" in cell for cell in cells):
            found.add(place)
            left -= width
    return frozenset(found)


def shown(text: str) -> str:
    """Return text as it may be printed: no control, bidirectional or invisible characters."""
    return without_controls(text)


def complain(message: str, *, as_json: bool, kind: str) -> None:
    """Print why a command failed, to standard error; with --json as a JSON document."""
    if as_json:
        sys.stderr.write(json.dumps({"error": kind, "message": message}, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"bailiwick: {shown(message)}\n")
