"""What a transaction has read already, so that the same question is put to the database once.

A judgement reads a dozen rows, and a run judges its steps up to three times: within one snapshot
the answers can only be the same until the transaction itself writes to one of the tables.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import Delete, RowMapping, Select, Table, Update
from sqlalchemy.sql.visitors import iterate

Key: TypeAlias = "tuple[Select[*tuple[Any, ...]], tuple[object, ...]]"

ANSWERS_COUNT_MAX: Final = 500  # ours: a run asks a few dozen; a longer loop starts anew
ROWS_COUNT_MAX: Final = 100  # ours: a longer answer is not worth its memory
STATEMENTS_COUNT_MAX: Final = 500  # ours: the repositories have about a hundred


class Seen:
    """The short answers of one snapshot."""

    __slots__ = ("_answers",)

    def __init__(self) -> None:
        self._answers: dict[Key, Sequence[RowMapping]] = {}

    def answer(self, key: Key) -> Sequence[RowMapping] | None:
        """Return what was read before; None when it was not."""
        return self._answers.get(key)

    def keep(self, key: Key, rows: Sequence[RowMapping]) -> None:
        """Keep an answer, unless it is long."""
        if len(rows) <= ROWS_COUNT_MAX:
            if len(self._answers) >= ANSWERS_COUNT_MAX:
                self._answers.clear()
            self._answers[key] = rows

    def forget(self, table: Table) -> None:
        """Drop the answers that a change of this table may have made wrong."""
        stale = [key for key in self._answers if table in tables_of(key[0])]
        for key in stale:
            del self._answers[key]

    def forget_all(self) -> None:
        """Drop every answer: the snapshot has ended."""
        self._answers.clear()


def key_of(statement: "Select[*tuple[Any, ...]]", values: Mapping[str, object]) -> Key:
    """Name a question. Two statements are the same only if they are one object."""
    return statement, tuple(tuple(v) if isinstance(v, list) else v for v in values.values())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - a list of an IN


@lru_cache(maxsize=STATEMENTS_COUNT_MAX)
def tables_of(statement: "Select[*tuple[Any, ...]]") -> frozenset[Table]:
    """Return every table that a statement reads, those of its subqueries too."""
    tables: set[Table] = set()
    for node in iterate(statement):
        if isinstance(node, Table):
            tables.add(node)  # pyright: ignore[reportUnknownArgumentType] - its type is open
    return frozenset(tables)


def table_of(statement: Update | Delete) -> Table:
    """Return the table that a statement changes."""
    table: object = statement.table  # pyright: ignore[reportUnknownMemberType] - its type is open
    assert isinstance(table, Table), "a change names one table"
    return table  # pyright: ignore[reportUnknownVariableType] - same
