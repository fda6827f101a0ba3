"""A write that the disk did not keep is never acknowledged; bench/reliability breaks real disks."""

import resource
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from tests.store.stores import NOW

from bailiwick.store.database import Database
from bailiwick.store.fault import UnableToReachDatabase
from bailiwick.store.tables.schema import WORKSPACES
from bailiwick.wiring.readiness import Readiness

PAGE_BYTES = 4096
ROOMS_BYTES = range(0, 40 * PAGE_BYTES, PAGE_BYTES // 2)
"""How much more may be written: a commit ends at any of these points."""


@pytest.fixture
def database(sqlite_url: str) -> Generator[Database]:
    """A migrated database whose log begins anew."""
    opened = Database.open(sqlite_url)
    opened.migrate()
    opened.close()  # the last one to close empties the log
    opened = Database.open(sqlite_url)
    yield opened
    opened.close()


@contextmanager
def room_in(path: Path, room_bytes: int) -> Generator[None]:
    """Let no file of this process grow past the log's size and a bit."""
    size = path.stat().st_size if path.exists() else 0
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + room_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def add(database: Database, name: str) -> None:
    """Write a row that takes several pages."""
    row = {"id": name, "name": name, "company": "c" * 5 * PAGE_BYTES, "created_at": NOW}
    with database.writing() as connection:
        connection.execute(insert(WORKSPACES), row)
        connection.commit()


def held(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(select(WORKSPACES.c.id)).scalars())


class TestNoRoom:
    def test_acknowledges_only_what_is_there_wherever_the_disk_ends(
        self, database: Database, sqlite_url: str
    ) -> None:
        """Commits stop at eighty points; each that returned is there, and nothing is torn."""
        assert database.path is not None
        log = database.path.with_name(f"{database.path.name}-wal")
        acknowledged, refused = set[str](), 0
        for room in ROOMS_BYTES:
            try:
                with room_in(log, room):
                    add(database, f"w{room}")
                acknowledged.add(f"w{room}")
            except UnableToReachDatabase:
                refused += 1
        assert refused >= 10, "the limit was met"
        assert acknowledged, "and sometimes there was room"
        database.close()
        again = Database.open(sqlite_url)
        assert acknowledged <= held(again)
        with again.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        again.close()

    def test_goes_on_when_there_is_room_again(self, database: Database) -> None:
        """No new start is needed: the failed write was undone."""
        assert database.path is not None
        log = database.path.with_name(f"{database.path.name}-wal")
        with room_in(log, 0), pytest.raises(UnableToReachDatabase):
            add(database, "refused")
        add(database, "kept")
        assert held(database) == {"kept"}


class TestFailedSync:
    def test_ends_all_writes_until_a_new_start(self, database: Database, sqlite_url: str) -> None:
        """After a lost write a later one would seem to succeed, so none is tried; reads go on."""
        readiness = Readiness(database, sqlite_url)
        add(database, "before")
        with pytest.raises(UnableToReachDatabase), database.writing():
            raise _unable_to_sync()
        with pytest.raises(UnableToReachDatabase, match="start this anew"):
            add(database, "after")
        assert held(database) == {"before"}
        assert not readiness.checks()[0].passed
        again = Database.open(sqlite_url)
        add(again, "after")
        assert held(again) == {"before", "after"}
        again.close()

    def test_is_told_from_a_full_disk(self, database: Database, sqlite_url: str) -> None:
        """A disk without room recovers by itself, so readiness may come back."""
        with pytest.raises(UnableToReachDatabase), database.writing():
            raise _driver_error(sqlite3.SQLITE_FULL)
        add(database, "after")
        assert Readiness(database, sqlite_url).checks()[0].passed


def _unable_to_sync() -> sqlite3.OperationalError:
    return _driver_error(sqlite3.SQLITE_IOERR_FSYNC)


def _driver_error(code: int) -> sqlite3.OperationalError:
    """Return what the driver raises for a result code."""
    error = sqlite3.OperationalError("disk trouble")
    error.sqlite_errorcode = code
    return error
