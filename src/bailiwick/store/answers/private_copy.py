"""A private copy of rows in memory: whatever SQL is run in it, there is nothing else to be seen.

The copy holds the rows and columns that one asker may see, so no condition has to be trusted. It is
read-only once it is filled: SQLite itself is told so, asks about every table, column and function
by the authorizer, and is stopped by time, steps and sizes (security, section 3).
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bailiwick.domain.fault import InputFault
from bailiwick.domain.question.admission import Admitted
from bailiwick.domain.question.permitted import FUNCTIONS, IMPLIED
from bailiwick.domain.question.rows import Cell, Failed, Rows, Trouble
from bailiwick.domain.question.schema import Column, Kind, Schema, Table
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.text import folded
from bailiwick.ports.answers import ValueIndex

SECONDS_MAX: Final = 2.0  # capabilities 8: gate
STEPS_BETWEEN: Final = 2_000  # ours: asks for the time about every tenth of a millisecond
RESULT_BYTES_MAX: Final = 1_000_000  # capabilities 8: gate
ROWS_COUNT_MAX: Final = 500_000  # ours: about a gigabyte at the widest; more is refused, not cut
TEXT_LENGTH_MAX: Final = 2_000  # ours: a cell of the copy; nobody compares longer texts
VALUES_COUNT_MAX: Final = 20_000  # ours: texts in the index of all columns
COLUMN_VALUES_COUNT_MAX: Final = 2_000  # ours: a column with more is prose, names are fewer
VALUE_LENGTH_MAX: Final = 60  # ours: what people type of a value
BATCH_COUNT: Final = 1_000  # ours
_LIMITS: Final[Mapping[int, int]] = {
    sqlite3.SQLITE_LIMIT_LENGTH: RESULT_BYTES_MAX,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,  # ours: twice what the gate lets through, quoted
    sqlite3.SQLITE_LIMIT_COLUMN: 100,  # ours: four times the widest table
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,  # ours: the gate's brackets and chains of AND
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 10,  # ours
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 10,  # ours
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,  # ours: long patterns take quadratic time
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_TYPES: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "TEXT", Kind.NUMBER: "NUMERIC", Kind.DATE: "TEXT", Kind.INSTANT: "TEXT",
    Kind.FLAG: "INTEGER",
}  # fmt: skip


class UnableToCopyRows(InputFault):
    """There are more rows than a question may look at, or they cannot be read."""


class PrivateCopy:
    """Rows that one asker may see."""

    def __init__(self, schema: Schema, rows: Mapping[str, Iterable[Sequence[Cell]]]) -> None:
        """Copy the rows, by the name of their table. Raises UnableToCopyRows."""
        self._schema = schema
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            ":memory:", check_same_thread=False, isolation_level=None
        )
        self._values: ValueIndex | None = None
        self._clock = SystemClock()
        self._refused = ""
        try:
            self._version = self._fill(rows)
        except BaseException:
            self._connection.close()
            raise
        self._close_doors()

    @property
    def schema(self) -> Schema:
        """What may be asked about."""
        return self._schema

    @property
    def version(self) -> str:
        """A name of exactly these rows."""
        return self._version

    def close(self) -> None:
        """Forget the rows."""
        with self._lock:
            self._connection.close()

    def values(self) -> ValueIndex:
        """Return which texts occur in which columns; bounded."""
        with self._lock:
            if self._values is None:
                self._values = self._read_values()
            return self._values

    def run(self, admitted: Admitted) -> Rows | Failed:
        """Run a statement that passed the gate, within time and size."""
        with self._lock:
            ends = self._clock.monotonic() + SECONDS_MAX
            self._refused = ""
            self._connection.set_progress_handler(
                lambda: self._clock.monotonic() > ends, STEPS_BETWEEN
            )
            try:
                return self._read(admitted)
            except sqlite3.Error as error:
                return self._failed(error, late=self._clock.monotonic() > ends)
            finally:
                self._connection.set_progress_handler(None, 0)

    def _read(self, admitted: Admitted) -> Rows | Failed:
        cursor = self._connection.execute(admitted.sql)
        names = tuple(str(one[0]) for one in cursor.description or ())
        rows: list[tuple[Cell, ...]] = []
        size = 0
        for row in cursor:
            size += sum(_size(cell) for cell in row)
            if size > RESULT_BYTES_MAX:
                cursor.close()
                text = f"the answer is larger than {RESULT_BYTES_MAX} bytes; ask for less"
                return Failed(trouble=Trouble.SIZE, text=text)
            rows.append(tuple(_plain(cell) for cell in row))
            if len(rows) > admitted.rows_max:
                cursor.close()
                return Rows(columns=names, rows=tuple(rows[: admitted.rows_max]), cut=True)
        return Rows(columns=names, rows=tuple(rows))

    def _failed(self, error: sqlite3.Error, *, late: bool) -> Failed:
        if late:
            text = f"it took longer than {SECONDS_MAX:g} s; ask for less"
            return Failed(trouble=Trouble.TIME, text=text)
        if self._refused:
            return Failed(trouble=Trouble.FORBIDDEN, text=f"{self._refused} may not be asked for")
        if isinstance(error, sqlite3.DataError):
            text = "a value would become too large"
            return Failed(trouble=Trouble.SIZE, text=text)
        return Failed(trouble=Trouble.ERROR, text=str(error))

    def _fill(self, rows: Mapping[str, Iterable[Sequence[Cell]]]) -> str:
        """Make the tables; return a hash of all that is in them."""
        told = hashlib.sha256(self._schema.hash.encode())
        left = ROWS_COUNT_MAX
        self._connection.execute("BEGIN")
        for table in self._schema.tables:
            self._connection.execute(_making(table))
            batch: list[tuple[Cell, ...]] = []
            for row in rows.get(table.name, ()):
                left -= 1
                if left < 0:
                    message = (
                        f"there are more than {ROWS_COUNT_MAX} rows to ask about, the copy of "
                        f"{table.name!r} was stopped; ask as somebody who sees fewer"
                    )
                    raise UnableToCopyRows(message)
                cells = tuple(map(_kept, row))
                told.update(repr(cells).encode("utf-8", "surrogatepass"))
                batch.append(cells)
                if len(batch) == BATCH_COUNT:
                    self._connection.executemany(_adding(table), batch)
                    batch.clear()
            self._connection.executemany(_adding(table), batch)
        self._connection.execute("COMMIT")
        return told.hexdigest()

    def _close_doors(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA query_only=ON")
        for limit, value in _LIMITS.items():
            connection.setlimit(limit, value)
        allowed = {
            table.name.lower(): {column.name.lower() for column in table.columns} | {""}
            for table in self._schema.tables
        }
        callable_names = FUNCTIONS | IMPLIED

        def authorised(action: int, *names: str | None) -> int:
            # The last name, the inner-most view, proves nothing: a WITH may bear its name.
            first, second = names[:2]
            match action:
                case sqlite3.SQLITE_SELECT:
                    return sqlite3.SQLITE_OK
                case sqlite3.SQLITE_READ:
                    found = allowed.get((first or "").lower())
                    known = found is not None and (second or "").lower() in found
                    what = f"{first}.{second}"
                case sqlite3.SQLITE_FUNCTION:
                    known = (second or "").lower() in callable_names
                    what = f"{second}()"
                case _:
                    known, what = False, "anything but reading"
            if known:
                return sqlite3.SQLITE_OK
            self._refused = what
            return sqlite3.SQLITE_DENY

        connection.set_authorizer(authorised)

    def _read_values(self) -> ValueIndex:
        found: dict[str, list[tuple[str, str, str]]] = {}
        left = VALUES_COUNT_MAX
        for table, column in self._schema.columns():
            if column.kind is not Kind.TEXT:
                continue
            texts = [
                str(text)
                for (text,) in self._connection.execute(_distinct(table, column))
                if text not in {None, ""}
            ]
            if len(texts) > min(left, COLUMN_VALUES_COUNT_MAX):
                continue
            left -= len(texts)
            for text in texts:
                if len(text) <= VALUE_LENGTH_MAX:
                    found.setdefault(folded(text), []).append((table.name, column.name, text))
        return found


def _size(cell: object) -> int:
    return len(cell) if isinstance(cell, (str, bytes)) else 8


def _plain(cell: object) -> Cell:
    if cell is None or isinstance(cell, (str, int, float)):
        return cell
    return "(bytes)"


def _kept(cell: Cell) -> Cell:
    return cell[:TEXT_LENGTH_MAX] if isinstance(cell, str) else cell


def _making(table: Table) -> str:
    columns = ", ".join(
        f"{quoted(one.name)} {one.declared or _TYPES[one.kind]}" for one in table.columns
    )
    return f"CREATE TABLE {quoted(table.name)} ({columns})"


def _adding(table: Table) -> str:
    places = ", ".join("?" for _ in table.columns)
    return f"INSERT INTO {quoted(table.name)} VALUES ({places})"  # noqa: S608 - names of a schema, quoted


def _distinct(table: Table, column: Column) -> str:
    name = quoted(column.name)
    source = quoted(table.name)
    return f"SELECT DISTINCT {name} FROM {source} LIMIT {COLUMN_VALUES_COUNT_MAX + 1}"  # noqa: S608 - as above


def quoted(name: str) -> str:
    """Return a name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'
