"""Indexes that a large import into SQLite does without and builds at its end.

Their keys come in random order, and one sort at the end is a fraction of a million such insertions.
No uniqueness and no reference rests on them: without them queries are slower, never wrong. An
import that dies leaves them away; the next import, or the next program that opens the database,
builds them (decision 0021).
"""

from typing import Final

from sqlalchemy import Connection, Index, Text, column, select, table
from sqlalchemy.schema import CreateIndex, DropIndex

from bailiwick.store.tables.crm import CONTACTS

_NAMES: Final = frozenset({"ix_contacts_account", "ix_contacts_name"})
LATE_INDEXES: Final = tuple(
    sorted((index for index in CONTACTS.indexes if index.name in _NAMES), key=lambda i: str(i.name))
)
assert len(LATE_INDEXES) == len(_NAMES), "every name is an index of the table"
NEW_ROWS_MIN: Final = 10_000  # ours: half a batch; a smaller one is not a large import
KEPT_ROWS_PER_NEW_ROW: Final = 4
"""Sorting a row costs a fifth of inserting it at random (bench/results): with this many rows there
for each new one, building anew and inserting cost the same."""


def worth_it(connection: Connection, *, new_rows: int, batch_rows: int) -> bool:
    """Tell whether the rows an import has made outweigh sorting those that were there before."""
    if connection.dialect.name != "sqlite" or batch_rows < NEW_ROWS_MIN:
        return False
    # SQLite numbers rows in order: the last number bounds the count, at the price of one look.
    last = connection.exec_driver_sql(f"SELECT max(rowid) FROM {CONTACTS.name}").scalar()  # noqa: S608 - our own name
    before = (last or 0) - new_rows
    return before <= KEPT_ROWS_PER_NEW_ROW * (new_rows + batch_rows)


def take_away(connection: Connection) -> None:
    """Drop the indexes, as part of the transaction that is open."""
    for index in LATE_INDEXES:
        connection.execute(DropIndex(index, if_exists=True))


def missing(connection: Connection) -> tuple[Index, ...]:
    """Return those that are not there; PostgreSQL never goes without."""
    if connection.dialect.name != "sqlite":
        return ()
    names = select(column("name", Text)).select_from(table("sqlite_master"))
    there = frozenset(connection.execute(names.where(column("type", Text) == "index")).scalars())
    return tuple(index for index in LATE_INDEXES if index.name not in there)


def put_back(connection: Connection) -> None:
    """Build those that are not there, each in a transaction of its own."""
    for index in missing(connection):
        connection.execute(CreateIndex(index, if_not_exists=True))
        connection.commit()
    connection.rollback()  # ends the transaction of the question when nothing was missing
