"""Makes a database forget: what was deleted is gone from its files, as far as it can make it so.

SQLite is rebuilt and its log emptied. PostgreSQL rewrites the touched tables, their statistics and
its log's position; segments of the log that were written before stay until the server recycles
them (decision 0029 says what that means).
"""

import sqlite3
import time
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
LOOKS_COUNT_MAX: Final = 100  # ours: ten seconds for who began to read before the deletion
LOOK_SECONDS: Final = 0.1  # ours
_NOW: Final = "SELECT pg_current_xact_id()::text"
_STILL_READING: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() "
    "AND (age(backend_xmin) > age('{0}'::xid) OR age(backend_xid) > age('{0}'::xid))"
)
"""Counts who still sees the database as it was before a transaction; PostgreSQL keeps it for them.

The server itself is among them, when it counts a table's values in the background.
"""
_BUSY: Final = 1
"""First column of `wal_checkpoint`: somebody else still reads the log."""


def leave_nothing(
    database: Database, tables: Sequence[str] = (), *, looks_count_max: int = LOOKS_COUNT_MAX
) -> tuple[str, ...]:
    """Rewrite the files without what was deleted; returns what could not be done, in words.

    `tables` are those that rows were deleted from; none means all. On PostgreSQL, who began to read
    before is waited for, so many looks long. It is safe to repeat.
    """
    if database.kind == "sqlite":
        return _sqlite(database)
    return _postgres(database, tables, looks_count_max=looks_count_max)


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


def _postgres(
    database: Database, tables: Sequence[str], *, looks_count_max: int
) -> tuple[str, ...]:
    undone: list[str] = []
    unread = True
    with _outside_transactions(database) as connection:
        names = list(tables) or inspect(connection).get_table_names()
        quote = connection.dialect.identifier_preparer.quote
    for name in names:
        # Before each: who looks in only now may see as of before, since somebody else still does.
        unread = unread and _unread(database, looks_count_max=looks_count_max)
        try:
            with _outside_transactions(database) as connection:
                connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {quote(name)}")
        except UnableToReachDatabase as fault:
            undone.append(f"table {name} was not rewritten ({fault}): run it again")
    # What the rewriting replaced in the statistics is dead now, and seen by who came since.
    if not (_unread(database, looks_count_max=looks_count_max) and unread):
        told = "somebody still reads the database as it was before: run it again when they are done"
        undone.append(told)
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


def _unread(database: Database, *, looks_count_max: int) -> bool:
    """Wait until nobody sees rows that were deleted; tables are rewritten with what is seen."""
    with _outside_transactions(database) as connection:
        now = str(connection.exec_driver_sql(_NOW).scalar_one())
        for _ in range(looks_count_max):
            # xid has 32 bits: the epoch above them is left out.
            asked = _STILL_READING.format(int(now) % 2**32)
            if connection.exec_driver_sql(asked).scalar_one() == 0:
                return True
            time.sleep(LOOK_SECONDS)
    return False


@contextmanager
def _outside_transactions(database: Database) -> Generator[Connection]:
    with database.writing() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")
