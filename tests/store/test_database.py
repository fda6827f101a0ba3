"""A database is opened only if it keeps what it acknowledges, and only with the right schema."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.store.postgres_server import Server
from tests.store.stores import NOW, Store

from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.record import RecordKind
from bailiwick.store.database import Database
from bailiwick.store.fault import UnableToMigrate, UnableToOpenDatabase, UnableToReachDatabase
from bailiwick.store.revision import HEAD
from bailiwick.store.unit import SqlUnits, UnableToFindWorkspace
from bailiwick.store.workspaces import SqlWorkspaces, UnableToMakeWorkspace


class TestAddress:
    @pytest.mark.parametrize(
        ("url", "says"),
        [
            ("", "cannot be read"),
            ("store.db", "cannot be read"),
            ("mysql://root@localhost/crm", "begins with 'mysql'"),
            ("sqlite://", "needs a file"),
            ("sqlite:///:memory:", "needs a file"),
            ("sqlite:////nowhere/at/all/store.db", "No such file or directory"),
        ],
    )
    def test_that_cannot_be_used_is_named(self, url: str, says: str) -> None:
        """Each bad address gets a sentence that says what to write instead."""
        with pytest.raises(UnableToOpenDatabase, match=says):
            Database.open(url)

    def test_of_another_file_is_named(self, tmp_path: Path) -> None:
        """A file that is no database is told apart from an empty one, and is left as it is."""
        path = tmp_path / "letter.txt"
        path.write_text("Dear Ada, this is not a database. " * 9)
        with pytest.raises((UnableToOpenDatabase, UnableToReachDatabase), match="not a database"):
            Database.open(f"sqlite:///{path}")
        assert path.read_text().startswith("Dear Ada")

    def test_of_a_silent_server_is_named(self, tmp_path: Path) -> None:
        """Nobody listening is a fault that can be tried again, and no password is quoted."""
        url = f"postgresql://me:s3cret@/crm?host={tmp_path}"
        with pytest.raises(UnableToReachDatabase) as caught:
            Database.open(url)
        assert caught.value.retryable
        assert "s3cret" not in str(caught.value)


class TestSqlite:
    def test_is_set_to_survive_a_power_cut(self, tmp_path: Path) -> None:
        """Every connection runs with WAL, FULL, foreign keys, and the file is its owner's only."""
        path = tmp_path / "store.db"
        database = Database.open(f"sqlite:///{path}")
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        with database.reading() as one, database.writing() as two:
            for connection in (one, two):
                found = [connection.execute(text(f"PRAGMA {n}")).scalar_one() for n in names]
                assert found == ["wal", 2, 1, 10_000]
        database.close()
        assert path.stat().st_mode & 0o777 == 0o600

    def test_refuses_to_write_while_reading(self, sqlite_store: Store) -> None:
        """A unit opened for reading cannot change anything."""
        with pytest.raises(UnableToReachDatabase, match="readonly"), sqlite_store.units.read() as u:
            u.authority.halt("*", reason="", by="per_1", at=NOW)

    def test_lets_readers_see_one_state(self, sqlite_store: Store) -> None:
        """A reader keeps the state it began with while a writer commits beside it."""
        units = sqlite_store.units
        with units.read() as reader:
            assert reader.authority.halts() == frozenset()
            with units.write() as writer:
                writer.authority.halt("*", reason="", by="per_1", at=NOW)
                writer.commit()
            assert reader.authority.halts() == frozenset()
        with units.read() as reader:
            assert reader.authority.halts() == frozenset({"*"})


class TestPostgres:
    def test_cuts_off_whoever_is_frozen_within_a_transaction(self, postgres_url: str) -> None:
        """A process that stops in its unit keeps locks no longer than others wait for them."""
        database = Database.open(postgres_url)
        with database.writing() as connection:
            found = connection.execute(text("SHOW idle_in_transaction_session_timeout"))
            assert found.scalar_one() == "10s"
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '50ms'"))
            time.sleep(0.1)  # frozen, as far as the server can see
            with pytest.raises(DBAPIError, match="idle-in-transaction"):
                connection.execute(text("SELECT 1"))
            connection.invalidate()
        with database.reading() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1
        database.close()

    @pytest.mark.parametrize("setting", ["synchronous_commit"])
    def test_that_would_lose_writes_is_refused(
        self, postgres_server: Server, postgres_url: str, setting: str
    ) -> None:
        """A database with synchronous_commit off is not opened."""
        name = postgres_url.partition("?")[0].rpartition("/")[2]
        postgres_server.execute(f"alter database {name} set {setting} = off")
        with pytest.raises(UnableToOpenDatabase, match=f"{setting}=off"):
            Database.open(postgres_url)

    def test_refuses_to_write_while_reading(self, postgres_store: Store) -> None:
        """A unit opened for reading cannot change anything."""
        with pytest.raises(UnableToReachDatabase, match="25006"), postgres_store.units.read() as u:
            u.authority.halt("*", reason="", by="per_1", at=NOW)

    def test_faults_quote_no_values(self, postgres_store: Store) -> None:
        """An error names state and constraint, never the address that was in the row."""
        with (
            pytest.raises(UnableToReachDatabase) as caught,
            postgres_store.database.reading() as connection,
        ):
            connection.execute(text("select cast(:value as int)"), {"value": "ada@theirs.example"})
        assert "22P02" in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


class TestSchema:
    def test_of_a_fresh_file_must_be_migrated_first(self, tmp_path: Path) -> None:
        """An empty database is refused with the command that fills it; then it is accepted."""
        database = Database.open(f"sqlite:///{tmp_path / 'new.db'}")
        assert database.schema_version() is None
        with pytest.raises(UnableToMigrate, match="bailiwick init"):
            SqlWorkspaces(database)
        assert database.migrate() == HEAD
        assert not SqlWorkspaces(database).list()
        database.close()

    def test_can_be_migrated_again(self, database_url: str) -> None:
        """Migrating what is current changes nothing, from several processes at once too."""
        databases = [Database.open(database_url) for _ in range(3)]
        with ThreadPoolExecutor(3) as pool:
            assert set(pool.map(Database.migrate, databases)) == {HEAD}
        for database in databases:
            assert database.schema_version() == HEAD
            database.close()

    def test_that_is_newer_is_refused(self, database_url: str) -> None:
        """An older program leaves a newer database alone and says what to do."""
        database = Database.open(database_url)
        with database.writing() as connection:
            connection.execute(text("update alembic_version set version_num = '9999'"))
            connection.commit()
        with pytest.raises(UnableToMigrate, match="install the newer version"):
            database.migrate()
        with pytest.raises(UnableToMigrate, match="9999"):
            database.require_current()
        database.close()


class TestWorkspaces:
    def test_are_made_once_and_found(self, store: Store) -> None:
        """A workspace is found by id and name; its name cannot be taken twice."""
        workspaces = SqlWorkspaces(store.database)
        workspace = workspaces.get(store.workspace_id)
        assert workspace is not None
        assert workspaces.by_name(workspace.name) == workspace
        assert workspace in workspaces.list()
        with store.units.read() as unit:
            assert unit.crm.workspace() == workspace
        assert workspaces.get(WorkspaceId("wsp_0")) is None
        assert workspaces.by_name("nobody") is None
        with pytest.raises(UnableToMakeWorkspace, match="there already"):
            workspaces.create(workspace)

    def test_have_secrets_of_their_own(self, store: Store) -> None:
        """Two workspaces never share the seed of their pseudonyms."""
        other = store.second_workspace()
        workspaces = SqlWorkspaces(store.database)
        secrets = {workspaces.secret(w.workspace_id) for w in (store, other)}
        assert len(secrets) == 2
        assert {len(secret) for secret in secrets} == {32}

    def test_must_be_there_to_be_used(self, store: Store) -> None:
        """A unit cannot be opened for a workspace of nowhere."""
        with pytest.raises(UnableToFindWorkspace, match="wsp_0"):
            SqlUnits(store.database, WorkspaceId("wsp_0"), store.ids)


class TestUnit:
    def test_without_commit_leaves_nothing(self, store: Store) -> None:
        """What was not committed was never there."""
        with store.units.write() as unit:
            unit.records.append(RecordKind.HALT, subject="s", payload={}, at=NOW)
        with store.units.read() as unit:
            assert unit.records.head()[0] == 0

    def test_is_durable_in_the_file_after_commit(self, sqlite_url: str, tmp_path: Path) -> None:
        """Another connection sees a committed row at once."""
        database = Database.open(sqlite_url)
        with database.writing() as connection:
            connection.execute(text("insert into workspaces (id, created_at, name) values (1,1,1)"))
            connection.commit()
            beside = sqlite3.connect(tmp_path / "store.db")
            assert beside.execute("select count(*) from workspaces").fetchone() == (1,)
            beside.close()
        database.close()
