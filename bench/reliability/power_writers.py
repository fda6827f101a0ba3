"""Writers on a disk whose power is cut: of SQLite, and of a PostgreSQL server on that disk."""

import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, Protocol

import psycopg
from sqlalchemy import Connection, insert
from tests.store.postgres_server import call, found_binaries, server_account

from bailiwick.kit.clock import SystemClock
from bailiwick.store.database import Database
from bailiwick.store.tables.schema import WORKSPACES

WRITERS_COUNT: Final = 2  # ours: two commits can meet at the moment of the cut
START_SECONDS_MAX: Final = 60  # ours: a recovery of some megabytes of log
_MIB: Final = 1024 * 1024


class Disk(Protocol):
    """A kind of database on a disk of its own."""

    image_bytes: int
    lossy_settings: str
    """What the proof of the rig is run with; the product refuses it."""
    checked: str
    """What beside the rows is checked after each cut."""

    def prepare(self, place: Path) -> None:
        """Make a migrated database."""
        ...

    def write(self, place: Path, acknowledged: Path, *, lossy: bool) -> Sequence[int]:
        """Start writers that tell each committed row outside; returns the processes."""
        ...

    def others(self, pids: Sequence[int]) -> Sequence[int]:
        """Return the processes that these have started since."""
        ...

    def found(self, place: Path) -> set[str]:
        """Open the database after the cut, check it, and return the rows that it holds."""
        ...


class SqliteDisk:
    """A SQLite file."""

    image_bytes = 64 * _MIB  # reliability, section 7
    lossy_settings = "synchronous=NORMAL"
    checked = "PRAGMA integrity_check"

    def prepare(self, place: Path) -> None:
        """Make a migrated database."""
        _prepare(_sqlite_url(place))

    def write(self, place: Path, acknowledged: Path, *, lossy: bool) -> Sequence[int]:
        """Start writers; returns their processes."""
        return _fork_writers(_sqlite_url(place), acknowledged, _normal if lossy else _as_it_is)

    def others(self, pids: Sequence[int]) -> Sequence[int]:
        """Return none: SQLite has no server."""
        del pids
        return ()

    def found(self, place: Path) -> set[str]:
        """Check the file and return its rows."""
        with closing(sqlite3.connect(place / "app.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return {str(row[0]) for row in connection.execute("SELECT id FROM workspaces")}


class PostgresDisk:
    """A PostgreSQL server whose data and log are on the disk."""

    image_bytes = 384 * _MIB  # ours: an empty server has 40 MiB, its log up to 128 MiB here
    lossy_settings = "synchronous_commit=off"
    checked = "a clean stop after recovery, then pg_checksums --check over every page"

    def __init__(self) -> None:
        self._binaries, _ = found_binaries()

    def prepare(self, place: Path) -> None:
        """Make a cluster with a migrated database."""
        if os.geteuid() == 0:
            user = server_account()
            os.chown(place, user.pw_uid, user.pw_gid)
        call(self._binaries / "initdb",
             ["-D", str(place / "data"), "-U", "bailiwick", "-A", "trust", "-E", "UTF8",
              "--locale=C", "--data-checksums"])  # fmt: skip
        _prepare(self._start(place))
        self._stop(place)

    def write(self, place: Path, acknowledged: Path, *, lossy: bool) -> Sequence[int]:
        """Start the server and writers; returns the server's first process and the writers."""
        url = self._start(place)
        server = int((place / "data" / "postmaster.pid").read_text("ascii").split()[0])
        return (server, *_fork_writers(url, acknowledged, _async if lossy else _as_it_is))

    def others(self, pids: Sequence[int]) -> Sequence[int]:
        """Return every back end of the server."""
        children = Path(f"/proc/{pids[0]}/task/{pids[0]}/children").read_text("ascii")
        return tuple(map(int, children.split()))

    def found(self, place: Path) -> set[str]:
        """Let the server recover, return its rows, and check every page of it."""
        for left in (place / "data" / "postmaster.pid", *place.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)  # as a machine that boots clears them
        with psycopg.connect(self._start(place)) as connection:
            rows = {str(row[0]) for row in connection.execute("SELECT id FROM workspaces")}
        self._stop(place)
        call(self._binaries / "pg_checksums", ["--check", "-D", str(place / "data")])
        return rows

    def _start(self, place: Path) -> str:
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={place}"
            " -c shared_buffers=32MB -c max_wal_size=96MB -c min_wal_size=32MB"
            " -c dynamic_shared_memory_type=mmap"  # nothing of a killed server stays in memory
        )
        call(self._binaries / "pg_ctl",
             ["-D", str(place / "data"), "-w", "-t", str(START_SECONDS_MAX), "-s",
              "-l", str(place / "log"), "-o", options, "start"])  # fmt: skip
        return f"postgresql://bailiwick@/postgres?host={place}"

    def _stop(self, place: Path) -> None:
        call(self._binaries / "pg_ctl", ["-D", str(place / "data"), "-w", "-s", "stop"])


DISKS: Final[Mapping[str, Callable[[], Disk]]] = {"sqlite": SqliteDisk, "postgres": PostgresDisk}


def _sqlite_url(place: Path) -> str:
    return f"sqlite:///{place / 'app.db'}"


def _prepare(url: str) -> None:
    database = Database.open(url)
    database.migrate()
    database.close()


def _fork_writers(
    url: str, acknowledged: Path, setting: Callable[[Connection], None]
) -> tuple[int, ...]:
    pids: list[int] = []
    for writer in range(WRITERS_COUNT):
        pid = os.fork()
        if pid == 0:
            try:
                _write(url, acknowledged, setting, start=writer * 10_000_000)
            finally:
                os._exit(1)
        pids.append(pid)
    return tuple(pids)


def _write(
    url: str, acknowledged: Path, setting: Callable[[Connection], None], *, start: int
) -> None:
    """Commit rows and tell each one outside, until killed."""
    database = Database.open(url)
    clock = SystemClock()
    number = start
    with acknowledged.open("ab", buffering=0) as told:
        while True:
            name = f"{number:08d}"
            with database.writing() as connection:
                setting(connection)
                row = {"id": name, "name": name, "created_at": clock.now()}
                connection.execute(insert(WORKSPACES), row)
                connection.commit()
            told.write(name.encode() + b"\n")
            number += 1


def _as_it_is(connection: Connection) -> None:
    """Change nothing: what the product sets."""
    del connection


def _normal(connection: Connection) -> None:
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute("PRAGMA synchronous=NORMAL")


def _async(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL synchronous_commit=off")
