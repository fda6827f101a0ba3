"""Makes a database forget: what was deleted is gone from its files, as far as it can make it so.

SQLite is rebuilt and its log emptied. PostgreSQL rewrites the touched tables, their statistics and
its log's position; segments of the log that were written before stay until the server recycles
them (decision 0029 says what that means).
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, inspect

from bailiwick.store.database import Database
from bailiwick.store.fault import UnableToReachDatabase

_OF_THE_SERVER: Final = {
    "VACUUM FULL pg_catalog.pg_statistic": "the planner's statistics may quote values: let the "
    "database's owner run VACUUM FULL pg_statistic",
    "SELECT pg_switch_wal()": "the server's log is still being written where it was: let an "
    "administrator run pg_switch_wal() and CHECKPOINT",
    "CHECKPOINT": "",
}
"""What only an owner or administrator may do, and what is told when we are neither."""
_BUSY: Final = 1
"""First column of `wal_checkpoint`: somebody else still reads the log."""


def leave_nothing(database: Database, tables: Sequence[str] = ()) -> tuple[str, ...]:
    """Rewrite the files without what was deleted; returns what could not be done, in words.

    `tables` are those that rows were deleted from; none means all. It is safe to repeat.
    """
    if database.kind == "sqlite":
        return _sqlite(database)
    return _postgres(database, tables)


def _sqlite(database: Database) -> tuple[str, ...]:
    try:
        with database.writing() as connection:
            # Straight to the driver: no transaction may be open around a VACUUM.
            driver = connection.connection.dbapi_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA secure_delete=ON")
            driver.execute("VACUUM")
            (busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except UnableToReachDatabase as fault:
        return (f"the file was not rewritten ({fault}): run it again",)
    if busy == _BUSY:
        return ("the write-ahead log is in use: stop what reads the database and run it again",)
    return ()


def _postgres(database: Database, tables: Sequence[str]) -> tuple[str, ...]:
    undone: list[str] = []
    with _outside_transactions(database) as connection:
        names = list(tables) or inspect(connection).get_table_names()
        quote = connection.dialect.identifier_preparer.quote
    for name in names:
        try:
            with _outside_transactions(database) as connection:
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {quote(name)}")
        except UnableToReachDatabase as fault:
            undone.append(f"table {name} was not rewritten ({fault}): run it again")
    for statement, told in _OF_THE_SERVER.items():
        try:
            with _outside_transactions(database) as connection:
                connection.exec_driver_sql(statement)
        except UnableToReachDatabase:
            undone += [told] if told else []
    return (
        *undone,
        "pg_wal and archives of it hold what was deleted until the server has overwritten them",
    )


@contextmanager
def _outside_transactions(database: Database) -> Generator[Connection]:
    with database.writing() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")
