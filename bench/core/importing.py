"""Import of a million contacts on both databases, beside the raw limit of the same machine.

The raw limit takes the very rows that the import stored and writes them into the same tables of a
fresh database with nothing in between: `executemany` on SQLite, COPY on PostgreSQL.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from tests.store.postgres_server import Server, running

from bailiwick.store.database import Database
from bailiwick.store.intake_room import CACHE_KIBIBYTES, CHECKPOINT_PAGES
from bailiwick.store.tables.schema import METADATA
from bench.core.figures import Result, Spread, Timed, timed
from bench.result_file import Plain

TABLES: Final = ("workspaces", "accounts", "contacts", "contact_addresses", "external_ids")
"""Where the rows of the export end up, in the order of their references."""
BATCH: Final = 20_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is imported."""

    small: int
    """Imported several times, for the spread."""
    rounds: int
    large: int
    """Imported once."""


def measure(*, quick: bool) -> Result:
    """Import into both databases; then write the same rows raw."""
    sizes = Sizes(5_000, 2, 10_000) if quick else Sizes(100_000, 3, 1_000_000)
    figures: dict[str, Spread] = {}
    facts: dict[str, Plain] = {"contacts": sizes.large, "contacts of the small one": sizes.small}
    with tempfile.TemporaryDirectory(prefix="bench-") as name, running(Path(name)) as server:
        folder = Path(name)
        facts["PostgreSQL"] = server.found
        small = [_imported(_sqlite(folder, f"s{n}"), sizes.small) for n in range(sizes.rounds)]
        figures["SQLite small: rows a second"] = _speeds(small)
        large = folder / "large.db"
        _note(figures, facts, "SQLite", _imported(f"sqlite:///{large}", sizes.large))
        _note_raw(figures, facts, "SQLite", raw_sqlite(large, folder / "raw.db"))
        _note(figures, facts, "PostgreSQL", _imported(_postgres(server, "ours"), sizes.large))
        _note_raw(figures, facts, "PostgreSQL", _raw_postgres(large, server))
    return Result("import", figures, facts)


@dataclass(frozen=True, slots=True)
class Imported:
    """What one import took, measured by its own process."""

    rows: int
    seconds: float
    cpu_seconds: float
    peak_mib: int
    again_seconds: float


def _imported(url: str, contacts: int) -> Imported:
    done = subprocess.run(
        [sys.executable, "-m", "bench.core.import_csv", "--contacts", str(contacts),
         "--database", url],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    first, again = (json.loads(line) for line in done.stdout.splitlines())
    assert first["rejected"] == 0, first
    assert again["duplicate"] == again["rows"], again
    return Imported(
        first["rows"], first["seconds"], first["cpu_seconds"], first["peak_rss_mb"],
        again["seconds"],
    )  # fmt: skip


def _speeds(runs: list[Imported]) -> Spread:
    return Spread("/s", tuple(run.rows / run.seconds for run in runs))


def _note(figures: dict[str, Spread], facts: dict[str, Plain], name: str, run: Imported) -> None:
    figures[f"{name}: rows a second, wall"] = _speeds([run])
    figures[f"{name}: rows a second of our CPU"] = Spread("/s", (run.rows / run.cpu_seconds,))
    figures[f"{name}: the same files again"] = Spread("s", (run.again_seconds,))
    facts[f"{name}: rows"] = run.rows
    facts[f"{name}: peak memory, MiB"] = run.peak_mib


def _note_raw(
    figures: dict[str, Spread], facts: dict[str, Plain], name: str, raw_run: tuple[Timed, int]
) -> None:
    """Compare by rows of the export: the raw limit writes the same ones, spread over tables."""
    took, rows = raw_run
    exported = facts[f"{name}: rows"]
    assert isinstance(exported, int), "noted before"
    raw = exported / took.wall
    figures[f"{name}, raw limit: rows a second, wall"] = Spread("/s", (raw,))
    ours = figures[f"{name}: rows a second, wall"].median
    facts[f"{name}: table rows written"] = rows
    facts[f"{name}: share of the raw limit"] = round(ours / raw, 3)


def _sqlite(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}.db"


def _postgres(server: Server, name: str) -> str:
    server.execute(f"create database {name}")
    return server.database_url(name)


def raw_sqlite(source: Path, target: Path) -> tuple[Timed, int]:
    """Write the rows of one database into another; returns what it took and how many."""
    _migrated(f"sqlite:///{target}")
    written = 0

    def work() -> None:
        nonlocal written
        with closing(sqlite3.connect(target)) as connection:
            # The settings of an import, so that only what happens in between differs.
            connection.execute("pragma synchronous=FULL")
            connection.execute("pragma foreign_keys=ON")
            connection.execute(f"pragma cache_size=-{CACHE_KIBIBYTES}")
            connection.execute(f"pragma wal_autocheckpoint={CHECKPOINT_PAGES}")
            for table in TABLES:
                marks = ", ".join("?" for _ in METADATA.tables[table].columns)
                with _rows(source, table) as batches:
                    for rows in batches:
                        connection.executemany(
                            f"insert into {table} ({_columns(table)}) values ({marks})",  # noqa: S608 - our own names
                            rows,
                        )
                        connection.commit()
                        written += len(rows)

    return timed(work), written


def _raw_postgres(source: Path, server: Server) -> tuple[Timed, int]:
    url = _postgres(server, "raw")
    _migrated(url)
    booleans = {
        (table, place)
        for table in TABLES
        for place, column in enumerate(METADATA.tables[table].columns)
        if str(column.type) == "BOOLEAN"
    }
    written = 0

    def work() -> None:
        nonlocal written
        with psycopg.connect(url) as connection:
            for table in TABLES:
                places = [place for name, place in booleans if name == table]
                with (
                    _rows(source, table) as batches,
                    connection.cursor() as cursor,
                    cursor.copy(f"copy {table} ({_columns(table)}) from stdin".encode()) as copy,
                ):
                    for rows in batches:
                        for row in rows:
                            values = list(row)
                            for place in places:
                                values[place] = bool(values[place])
                            copy.write_row(values)
                        written += len(rows)
            connection.commit()

    return timed(work), written


def _migrated(url: str) -> None:
    database = Database.open(url)
    database.migrate()
    database.close()


def _columns(table: str) -> str:
    return ", ".join(column.name for column in METADATA.tables[table].columns)


@contextmanager
def _rows(source: Path, table: str) -> Generator[Iterator[list[tuple[object, ...]]]]:
    with closing(sqlite3.connect(source)) as connection:
        cursor = connection.execute(f"select {_columns(table)} from {table}")  # noqa: S608 - our own names
        yield iter(lambda: cursor.fetchmany(BATCH), [])
