"""Makes backups while everything runs: one snapshot of every table in one file."""

import json
from collections.abc import Generator, Sequence
from dataclasses import asdict
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Table, func, insert, select

from bailiwick.domain.ids import WorkspaceId
from bailiwick.ports.care import BackupKept, BackupMade, ChainHead, Manifest, Progress
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.store.care.backup_file import BackupKey, BackupWriter
from bailiwick.store.care.raw_rows import columns_of, encoded, raw_table, tables
from bailiwick.store.database import Database
from bailiwick.store.revision import HEAD
from bailiwick.store.tables.care import BACKUPS
from bailiwick.store.tables.ledger import RECORDS
from bailiwick.store.tables.schema import WORKSPACES

ROWS_COUNT: Final = 1_000  # ours: rows read at a time and put into one frame
LARGE_ROWS_COUNT: Final = 8  # ours: the same where a row may be a whole mail; bounds memory
PORTION_LENGTH: Final = 16 * 1024 * 1024  # ours: values of a frame; a reader takes 256 MiB of JSON
BACKUPS_COUNT_MAX: Final = 1_000  # ours: named in one answer
PREFIX: Final = "bak"


class Backups:
    """Backups of one database, all of its workspaces."""

    def __init__(self, database: Database, ids: Ids, clock: Clock) -> None:
        self._database = database
        self._ids = ids
        self._clock = clock

    def make(
        self, path: Path, *, key: BackupKey | None, keep_days: int, progress: Progress
    ) -> BackupMade:
        """Write one consistent state to a new file; writers go on meanwhile.

        Everything that was acknowledged before the call is in it. Raises UnableToKeepBackup,
        UnableToMigrate and UnableToReachDatabase.
        """
        self._database.require_current()
        made_at = self._clock.now()
        header = {
            "backup_id": self._ids.new(PREFIX),
            "made_at": made_at.isoformat(),
            "schema": HEAD,
            "database": self._database.kind,
            "program": version("bailiwick"),
        }
        writer = BackupWriter(path, header, key)
        try:
            counts, heads = self._written(writer, progress)
            sha256, size = writer.complete()
            manifest = Manifest(
                backup_id=header["backup_id"],
                made_at=made_at,
                schema=HEAD,
                database=header["database"],
                program=header["program"],
                counts=counts,
                heads=heads,
            )
            made = BackupMade(
                manifest=manifest,
                path=str(path),
                sha256=sha256,
                size_bytes=size,
                sealed=key is not None,
                keep_until=made_at + timedelta(days=keep_days),
            )
            self._note(made)  # before it is there: an erasure names every backup that is
            writer.publish()
        finally:
            writer.discard()
        return made

    def kept(self, workspace_id: WorkspaceId) -> Sequence[BackupKept]:
        """Return the backups of a workspace that should still be there, oldest first."""
        statement = (
            select(BACKUPS)
            .where(BACKUPS.c.workspace_id == workspace_id, BACKUPS.c.keep_until > self._clock.now())
            .order_by(BACKUPS.c.id)
            .limit(BACKUPS_COUNT_MAX)
        )
        with self._database.reading() as connection:
            return tuple(
                BackupKept(
                    backup_id=row["id"],
                    made_at=row["created_at"],
                    file_name=row["file_name"],
                    sha256=row["sha256"],
                    keep_until=row["keep_until"],
                )
                for row in connection.execute(statement).mappings()
            )

    def _written(
        self, writer: BackupWriter, progress: Progress
    ) -> tuple[dict[str, int], tuple[ChainHead, ...]]:
        counts: dict[str, int] = {}
        done = 0
        with self._database.reading() as connection:
            total = sum(_count(connection, table) for table in tables())
            for table in tables():
                counts[table.name] = 0
                for size in _table_written(connection, table, writer):
                    counts[table.name] += size
                    done += size
                    progress(done, total)
            heads = chain_heads(connection)
        manifest = {"counts": counts, "heads": [asdict(head) for head in heads]}
        writer.add(b"M", json.dumps(manifest, sort_keys=True).encode())
        return counts, heads

    def _note(self, made: BackupMade) -> None:
        """Remember for each workspace that this file holds its people."""
        with self._database.writing() as connection:
            for head in made.manifest.heads:
                connection.execute(
                    insert(BACKUPS),
                    {
                        "workspace_id": head.workspace_id,
                        "id": made.manifest.backup_id,
                        "created_at": made.manifest.made_at,
                        "file_name": Path(made.path).name,
                        "sha256": made.sha256,
                        "size_bytes": made.size_bytes,
                        "sealed": made.sealed,
                        "head_seq": head.seq,
                        "head_hash": head.hash,
                        "keep_until": made.keep_until,
                    },
                )
            connection.commit()


def chain_heads(connection: Connection) -> tuple[ChainHead, ...]:
    """Return where each workspace's chain ends; (0, empty) where nothing was recorded."""
    heads: list[ChainHead] = []
    workspaces = connection.execute(select(WORKSPACES.c.id, WORKSPACES.c.name).order_by("id"))
    for workspace_id, name in workspaces.all():
        row = connection.execute(
            select(RECORDS.c.seq, RECORDS.c.hash)
            .where(RECORDS.c.workspace_id == workspace_id)
            .order_by(RECORDS.c.seq.desc())
            .limit(1)
        ).first()
        seq, found = (0, "") if row is None else (row.seq, row.hash)
        heads.append(
            ChainHead(workspace_id=WorkspaceId(workspace_id), name=name, seq=seq, hash=found)
        )
    return tuple(heads)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _table_written(connection: Connection, table: Table, writer: BackupWriter) -> Generator[int]:
    columns = columns_of(table)
    writer.add(b"T", json.dumps({"table": table.name, "columns": columns}).encode())
    raw = raw_table(table.name, columns)
    keys = [raw.c[column.name] for column in table.primary_key.columns]
    statement = select(raw).order_by(*keys)
    count = LARGE_ROWS_COUNT if any(kind == "bytes" for _, kind in columns) else ROWS_COUNT
    streamed = connection.execution_options(yield_per=count).execute(statement)
    for read in streamed.partitions(count):
        for rows in portions([tuple(row) for row in read]):
            writer.add(b"R", encoded(rows, columns))
            yield len(rows)


def portions(rows: Sequence[Sequence[object]]) -> Generator[Sequence[Sequence[object]]]:
    """Cut rows into frames that a reader takes: a backup that cannot be read is none."""
    start = length = 0
    for place, row in enumerate(rows):
        added = sum(len(value) for value in row if isinstance(value, str | bytes))
        if place > start and length + added > PORTION_LENGTH:
            yield rows[start:place]
            start, length = place, 0
        length += added
    if rows:
        yield rows[start:]
