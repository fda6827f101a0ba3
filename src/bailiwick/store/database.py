"""Opening a database so that what is acknowledged survives a power cut, or not opening it at all.

The settings that decide this are set and then read back on every connection (reliability,
section 5): a database that would lose acknowledged writes is refused.
"""

import os
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    TimeoutError,  # noqa: A004 - SQLAlchemy's own: no connection became free in time
)
from sqlalchemy.pool import ConnectionPoolEntry

from bailiwick.domain.fault import IntegrityFault
from bailiwick.store import intake_indexes
from bailiwick.store.driver_error import is_busy, is_lost_write, is_retryable, reason
from bailiwick.store.fault import UnableToMigrate, UnableToOpenDatabase, UnableToReachDatabase
from bailiwick.store.idle_ping import ping_when_idle
from bailiwick.store.revision import HEAD, current_revision
from bailiwick.store.write_turn import BUSY_WAIT_MS, WAIT_MS, begin_writing

if TYPE_CHECKING:
    import psycopg

CONNECT_WAIT_SECONDS: Final = 10  # ours
IDLE_WAIT_MS: Final = 10_000  # ours: as long as a writer waits, so that a frozen one ends first
POOL_SIZE: Final = 5  # SQLAlchemy's default
POOL_OVERFLOW_MAX: Final = 10  # SQLAlchemy's default
_FULL: Final = 2  # PRAGMA synchronous: 0 OFF, 1 NORMAL, 2 FULL, 3 EXTRA
_SNAPSHOT: Final[Mapping[str, str | bool]] = {
    "isolation_level": "REPEATABLE READ",
    "postgresql_readonly": True,
}


class Database:
    """One database, of either kind."""

    def __init__(self, engine: Engine, readers: Engine | None = None) -> None:
        self._engine = engine
        self._readers = readers or engine
        self._current = False
        self._lost_write = False

    @classmethod
    def open(cls, url: str) -> "Database":
        """Open `sqlite:///<path>` or `postgresql://…` and make sure that it keeps what it is given.

        A SQLite file is made when there is none. Raises UnableToOpenDatabase and
        UnableToReachDatabase.
        """
        parsed = _parsed(url)
        if parsed.get_backend_name() == "sqlite":
            # Each kind has connections of its own: to turn query_only on or off makes SQLite
            # prepare every statement of a connection anew.
            database = cls(_sqlite(parsed, writes=True), _sqlite(parsed, writes=False))
        else:
            database = cls(_postgresql(parsed))
        with database.reading():
            return database

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database."""
        name = self._engine.url.database if self.kind == "sqlite" else None
        return None if name is None else Path(name)

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Open a transaction that sees one consistent state and changes nothing.

        Raises UnableToReachDatabase.
        """
        options: Mapping[str, str | bool] = {} if self.kind == "sqlite" else _SNAPSHOT
        with self._faults(), self._readers.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Open a transaction for changes; the caller commits. On SQLite it waits for its turn.

        Raises UnableToReachDatabase, also after a disk failed to keep a write, and IntegrityFault.
        """
        self.require_sound()
        with self._faults(), self._engine.connect() as connection:
            yield connection

    def lone_connection(self) -> "psycopg.Connection":
        """Open a PostgreSQL connection that commits each statement and is in no pool.

        The caller closes it. Raises UnableToReachDatabase.
        """
        with self._faults():
            try:
                pooled = self._engine.raw_connection()
            except self._engine.dialect.loaded_dbapi.Error as error:  # as it comes from the driver
                message = f"the {self.kind} database could not be reached: {type(error).__name__}"
                raise UnableToReachDatabase(message, retryable=True) from None
            pooled.detach()
            connection = cast("psycopg.Connection", pooled.dbapi_connection)
        connection.autocommit = True
        return connection

    def migrate(self) -> str:
        """Bring the schema up to this program's version and return that. Safe to repeat.

        Raises UnableToMigrate when the schema is newer, and UnableToReachDatabase.
        """
        with self.writing() as connection:
            if self.kind == "postgresql":
                connection.execute(_MIGRATION_LOCK)
            found = current_revision(connection)
            _refuse_newer(found)
            if found != HEAD:
                from bailiwick.store.migrate import upgrade  # noqa: PLC0415 - loads Alembic

                upgrade(connection)
            connection.commit()
        self._current = True
        return HEAD

    def schema_version(self) -> str | None:
        """Return the schema's revision; None when nothing was ever migrated."""
        with self.reading() as connection:
            return current_revision(connection)

    def require_current(self) -> None:
        """Make sure that the schema is the one this program works with. Raises UnableToMigrate."""
        if self._current:
            return
        found = self.schema_version()
        _refuse_newer(found)
        if found != HEAD:
            if found is None:
                message = "the database is empty: run `bailiwick init`"
            else:
                message = (
                    f"the database has schema {found}, this program needs {HEAD}: stop what uses "
                    "it, make a backup with the version before, then run `bailiwick migrate`"
                )
            raise UnableToMigrate(message)
        self._build_late_indexes()
        self._current = True

    def _build_late_indexes(self) -> None:
        """Build what an import that died left away; while one is writing it is left to that one."""
        with self.reading() as connection:
            if not intake_indexes.missing(connection):
                return
        try:
            with self.writing() as connection:
                intake_indexes.put_back(connection.execution_options(**{WAIT_MS: 0}))
        except UnableToReachDatabase as fault:
            if not fault.retryable:
                raise

    def require_sound(self) -> None:
        """Make sure that the disk kept every write so far. Raises UnableToReachDatabase.

        After a failed fsync the kernel forgets what it could not write, and a later fsync succeeds
        without it: only a new start, which reads what is on the disk, may be believed.
        """
        if self._lost_write:
            message = "the disk failed to keep a write: look at the disk, then start this anew"
            raise UnableToReachDatabase(message)

    def close(self) -> None:
        """Let go of all connections."""
        self._readers.dispose()
        self._engine.dispose()

    @contextmanager
    def _faults(self) -> Generator[None]:
        """Turn the driver's errors into ours, without the values they may quote."""
        try:
            yield
        except IntegrityError as error:
            message = f"the database refused a row: {reason(error)}"
            raise IntegrityFault(message) from None
        except DBAPIError as error:
            self._lost_write |= is_lost_write(error.orig)
            message = f"the {self.kind} database could not do it: {reason(error)}"
            raise UnableToReachDatabase(message, retryable=is_retryable(error)) from None
        except TimeoutError as error:
            message = f"the {self.kind} database is asked too much at once: {error.code}"
            raise UnableToReachDatabase(message, retryable=True) from None
        except sqlite3.Error as error:  # of our own BEGIN, which SQLAlchemy does not wrap
            self._lost_write |= is_lost_write(error)
            message = f"the {self.kind} database could not do it: {error}"
            raise UnableToReachDatabase(message, retryable=is_busy(error)) from None


_MIGRATION_LOCK: Final = text("SELECT pg_advisory_xact_lock(7093416358)")


def _refuse_newer(found: str | None) -> None:
    if found is None or found == HEAD:
        return
    from bailiwick.store.migrate import known_revisions  # noqa: PLC0415 - loads Alembic

    if found not in known_revisions():
        message = (
            f"the database has schema {found}, which this program does not know (it knows {HEAD}):"
            " install the newer version of bailiwick, or restore a backup made before the upgrade"
        )
        raise UnableToMigrate(message)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        message = (
            "the database address cannot be read; write `sqlite:///<path>` or"
            " `postgresql://<user>@<host>/<database>`"
        )
        raise UnableToOpenDatabase(message) from None
    if parsed.drivername in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "postgresql+psycopg"}:
        return parsed
    message = (
        f"the database address begins with {parsed.drivername!r}; known are `sqlite:///<path>`"
        " and `postgresql://<user>@<host>/<database>`"
    )
    raise UnableToOpenDatabase(message)


def _sqlite(url: URL, *, writes: bool) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        message = "a SQLite database needs a file, since memory keeps nothing: `sqlite:///<path>`"
        raise UnableToOpenDatabase(message)
    _make_file(Path(url.database))
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW_MAX,
        connect_args={"timeout": BUSY_WAIT_MS / 1000},
    )
    event.listen(engine, "connect", _set_up_sqlite)
    if not writes:
        event.listen(engine, "connect", _only_query_sqlite)
    event.listen(engine, "begin", _begin_writing if writes else _begin_reading)
    return engine


def _make_file(path: Path) -> None:
    """Create the file for its owner only, and make its name durable."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        message = f"the database file {str(path)!r} cannot be made: {error.strerror}"
        raise UnableToOpenDatabase(message) from error
    os.close(descriptor)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _set_up_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    del entry
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # we say BEGIN ourselves, and say which kind
    wanted: tuple[tuple[str, str, object], ...] = (
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", _FULL),
        ("foreign_keys", "ON", 1),
        ("busy_timeout", str(BUSY_WAIT_MS), BUSY_WAIT_MS),
    )
    for name, value, expected in wanted:
        connection.execute(f"PRAGMA {name}={value}")
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != expected:
            message = (
                f"SQLite does not accept {name}={value} for this file (it says {found!r}), so"
                " acknowledged writes could be lost: put the database on a local disk"
            )
            raise UnableToOpenDatabase(message)


def _only_query_sqlite(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    del entry
    assert isinstance(connection, sqlite3.Connection)
    connection.execute("PRAGMA query_only=ON")


def _begin_writing(connection: Connection) -> None:
    wait_ms: int = connection.get_execution_options().get(WAIT_MS, BUSY_WAIT_MS)
    begin_writing(_driver(connection), wait_ms=wait_ms)


def _begin_reading(connection: Connection) -> None:
    _driver(connection).execute("BEGIN DEFERRED")


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            hide_parameters=True,
            # All are kept: to open one takes ten times as long as to store a run with it.
            pool_size=POOL_SIZE + POOL_OVERFLOW_MAX,
            max_overflow=0,
            pool_use_lifo=True,  # what was used last has its statements prepared and needs no ping
            connect_args={
                "connect_timeout": CONNECT_WAIT_SECONDS,
                "options": f"-c lock_timeout={BUSY_WAIT_MS}"
                f" -c idle_in_transaction_session_timeout={IDLE_WAIT_MS}",
            },
        )
    except (ImportError, NoSuchModuleError):
        message = "PostgreSQL needs the driver: install `bailiwick[postgres]`"
        raise UnableToOpenDatabase(message) from None
    event.listen(engine, "connect", _check_postgresql)
    ping_when_idle(engine)
    return engine


def _check_postgresql(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    del entry
    cursor = connection.cursor()
    try:
        for name, refused in (("fsync", "off"), ("synchronous_commit", "off")):
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone() == (refused,):
                message = (
                    f"PostgreSQL runs with {name}={refused} and would lose acknowledged writes:"
                    f" set {name}=on for this server, database and role"
                )
                raise UnableToOpenDatabase(message)
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()
        if encoding != ("UTF8",):
            message = f"PostgreSQL's database has encoding {encoding!r}; make one with UTF8"
            raise UnableToOpenDatabase(message)
    finally:
        cursor.close()
    connection.rollback()
