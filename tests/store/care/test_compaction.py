"""What was deleted is rewritten away once nobody reads the database as it was before."""

from collections.abc import Generator
from threading import Timer

import pytest
from sqlalchemy import Connection, text

from bailiwick.store.care.compaction import leave_nothing
from bailiwick.store.database import Database

STILL_READ = "somebody still reads"


@pytest.fixture
def database(postgres_url: str) -> Generator[Database]:
    opened = Database.open(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def reader(database: Database) -> Generator[Connection]:
    """Somebody who reads as of now, until they are closed."""
    with database.writing() as connection:
        seeing = connection.execution_options(isolation_level="REPEATABLE READ")
        seeing.execute(text("SELECT 1"))  # sees as of now, and locks no table
        yield seeing


def told(database: Database, *, looks_count_max: int) -> str:
    with database.writing() as writing:  # a change of somebody else, after which the reader is old
        writing.execute(text("SELECT pg_current_xact_id()"))
        writing.commit()
    return " ".join(leave_nothing(database, ("workspaces",), looks_count_max=looks_count_max))


class TestLeaveNothing:
    def test_waits_for_who_reads_what_was(self, database: Database, reader: Connection) -> None:
        """An older reader who ends in time is waited for."""
        ending = Timer(0.2, reader.rollback)
        ending.start()
        assert STILL_READ not in told(database, looks_count_max=100)
        ending.join()

    def test_says_that_somebody_reads_on(self, database: Database, reader: Connection) -> None:
        """One who does not end is told of, since their rows stay in the files."""
        assert reader.in_transaction()
        assert STILL_READ in told(database, looks_count_max=2)

    def test_needs_no_waiting_when_nobody_reads(self, database: Database) -> None:
        """An idle database is rewritten at the first look."""
        assert STILL_READ not in told(database, looks_count_max=1)
