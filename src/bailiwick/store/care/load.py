"""Puts a backup back: into an empty database, or in place of what is there, in one transaction.

A crash at any moment leaves what was there before. Nothing is kept until every row was counted and
every chain verified.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, Table, insert, inspect, select, text

from bailiwick.domain.fault import InputFault
from bailiwick.ports.care import ChainHead, Erasure, Manifest, Progress
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.store.care.backup_file import BackupKey, BackupReader, Header, UnableToTrustBackup
from bailiwick.store.care.dump import chain_heads
from bailiwick.store.care.persons import ERASURES_COUNT_MAX, erasure_of
from bailiwick.store.care.raw_rows import decoded, raw_table
from bailiwick.store.care.restored import OpenDatabase
from bailiwick.store.database import Database
from bailiwick.store.queue.parts import QueueParts
from bailiwick.store.revision import HEAD, current_revision
from bailiwick.store.tables.care import ERASURES

_HEADS: Final = TypeAdapter(tuple[ChainHead, ...])
ENGINE_SCHEMA: Final = "pgqueuer"
"""What the job engine keeps on PostgreSQL; a restore queues open jobs anew."""
TABLES_COUNT_MAX: Final = 500  # ours: the schema has some fifty


class UnableToRestore(InputFault):
    """The database holds something, or the backup is of another program version."""


def examined(path: Path, *, key: BackupKey | None) -> Manifest:
    """Read a whole backup without a database: every frame, row and count.

    Raises UnableToReadBackup, UnableToTrustBackup and UnableToRestore.
    """
    reader = BackupReader(path, key)
    try:
        return _poured(reader, lambda _table, _rows: None, lambda _done, _total: None)
    finally:
        reader.close()


class Restores:
    """Restores backups into one database."""

    def __init__(self, database: Database, ids: Ids, clock: Clock) -> None:
        self._database = database
        self._ids = ids
        self._clock = clock

    def restore(
        self,
        path: Path,
        *,
        key: BackupKey | None,
        replace: bool,
        progress: Progress,
        finish: Callable[[OpenDatabase, Manifest], None],
    ) -> Manifest:
        """Put a backup into the database; `finish` runs in the transaction, before the commit.

        Raises UnableToRestore when the database holds a workspace and `replace` is off, and what
        `examined` raises.
        """
        from bailiwick.store.migrate import upgrade  # noqa: PLC0415 - loads Alembic

        reader = BackupReader(path, key)
        try:
            schema = _known_schema(reader.header)
            with self._database.writing() as connection:
                former = _former_erasures(connection)
                _make_room(connection, replace=replace)
                upgrade(connection, schema)
                if connection.dialect.name == "sqlite":
                    connection.execute(text("PRAGMA defer_foreign_keys=ON"))
                manifest = _poured(reader, _Filling(connection).fill, progress)
                upgrade(connection)
                _check_heads(connection, manifest.heads)
                opened = OpenDatabase(
                    connection,
                    QueueParts(self._database),
                    ids=self._ids,
                    clock=self._clock,
                    former=former,
                )
                finish(opened, manifest)
                connection.commit()
            return manifest
        finally:
            reader.close()


class _Filling:
    """Inserts rows into tables that the schema of the backup has."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        inspector = inspect(connection)
        self._known = {
            name: {str(column["name"]) for column in inspector.get_columns(name)}
            for name in inspector.get_table_names()
        }

    def fill(self, table: Table, rows: Sequence[dict[str, object]]) -> None:
        """Insert rows. Raises UnableToTrustBackup when the schema has no such column."""
        missing = {column.name for column in table.columns} - self._known.get(table.name, set())
        if missing:
            message = f"the backup's table {table.name!r} has columns that its schema has not"
            raise UnableToTrustBackup(message)
        if rows:
            self._connection.execute(insert(table), list(rows))


def _poured(
    reader: BackupReader,
    fill: Callable[[Table, Sequence[dict[str, object]]], None],
    progress: Progress,
) -> Manifest:
    _known_schema(reader.header)
    counts: dict[str, int] = {}
    table: Table | None = None
    columns: list[tuple[str, str]] = []
    ending: dict[str, object] | None = None
    for kind, content in reader.frames():
        if ending is not None:
            message = "the backup goes on after its manifest"
            raise UnableToTrustBackup(message)
        try:
            found = json.loads(content)
            if kind == b"T" and len(counts) < TABLES_COUNT_MAX:
                columns = [(str(name), str(held)) for name, held in found["columns"]]
                table = raw_table(str(found["table"]), columns)
                counts[table.name] = 0
            elif kind == b"R" and table is not None:
                rows = decoded(content, columns)
                fill(table, rows)
                counts[table.name] += len(rows)
                progress(sum(counts.values()), None)
            elif kind == b"M":
                ending = dict(found)
            else:
                message = "the backup has a frame of an unknown kind"
                raise UnableToTrustBackup(message)
        except (ValueError, KeyError, TypeError) as error:
            message = "a frame of the backup cannot be read"
            raise UnableToTrustBackup(message) from error
    if ending is None or ending.get("counts") != counts:
        message = "the backup does not hold the rows that its manifest counts"
        raise UnableToTrustBackup(message)
    return _manifest(reader.header, counts, ending)


def _manifest(header: Header, counts: Mapping[str, int], ending: Mapping[str, object]) -> Manifest:
    try:
        heads = _HEADS.validate_python(ending.get("heads"))
    except ValidationError as error:
        message = "the backup's manifest cannot be read"
        raise UnableToTrustBackup(message) from error
    return Manifest(
        backup_id=header.backup_id,
        made_at=header.made_at,
        schema=header.schema,
        database=header.database,
        program=header.program,
        counts=counts,
        heads=heads,
    )


def _known_schema(header: Header) -> str:
    from bailiwick.store.migrate import known_revisions  # noqa: PLC0415 - loads Alembic

    found = header.schema
    if found not in known_revisions():
        message = (
            f"the backup has schema {found}, which this program does not know (it knows {HEAD}):"
            " install the newer version of bailiwick to restore it"
        )
        raise UnableToRestore(message)
    return found


def _former_erasures(connection: Connection) -> tuple[Erasure, ...]:
    """Return who was erased in the database that is replaced."""
    if "erasures" not in inspect(connection).get_table_names():
        return ()
    rows = connection.execute(select(ERASURES).limit(ERASURES_COUNT_MAX)).mappings()
    return tuple(map(erasure_of, rows))


def _make_room(connection: Connection, *, replace: bool) -> None:
    """Empty the database, or make sure that it is. Raises UnableToRestore."""
    names = inspect(connection).get_table_names()
    held = 0
    if "workspaces" in names:
        held = connection.execute(text("SELECT count(*) FROM workspaces")).scalar_one()
    elif names and current_revision(connection) is None:
        message = "the database holds tables of something else; give bailiwick its own database"
        raise UnableToRestore(message)
    if held and not replace:
        message = (
            f"the database holds {held} workspace(s); restore into an empty one, or put the backup"
            " in their place with --replace (make a backup of them before)"
        )
        raise UnableToRestore(message)
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    quote = connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"DROP SCHEMA IF EXISTS {ENGINE_SCHEMA} CASCADE"))
    cascade = "" if connection.dialect.name == "sqlite" else " CASCADE"
    for name in names:
        connection.execute(text(f"DROP TABLE {quote(name)}{cascade}"))


def _check_heads(connection: Connection, heads: Sequence[ChainHead]) -> None:
    if chain_heads(connection) != tuple(heads):
        message = "the records of the backup do not end where its manifest says"
        raise UnableToTrustBackup(message)
