"""Sealed checkpoints of graphs."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, Table, bindparam, delete, func, select

from bailiwick.domain.thread import GraphThreadId
from bailiwick.ports.checkpoints import LIST_COUNT_MAX, CheckpointRow, ValueRow, WritesRow
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, Value, key, own
from bailiwick.store.tables.threads import CHECKPOINT_VALUES, CHECKPOINT_WRITES, CHECKPOINTS

_IDS_COUNT_MAX: Final = 500  # ours: well below the 32,766 parameters that SQLite takes
_SIZE: Final = bindparam("size", type_=Integer)
_LIST: Final = (
    select(CHECKPOINTS)
    .where(own(CHECKPOINTS), CHECKPOINTS.c.thread_id == key())
    .order_by(CHECKPOINTS.c.checkpoint_id.desc())
    .limit(_SIZE)
)
_NEWEST: Final = _LIST.where(CHECKPOINTS.c.ns == key("ns"))
_ONE: Final = select(CHECKPOINTS).where(own(CHECKPOINTS), CHECKPOINTS.c.id == key())
_WRITES: Final = (
    select(CHECKPOINT_WRITES)
    .where(
        own(CHECKPOINT_WRITES),
        CHECKPOINT_WRITES.c.thread_id == key(),
        CHECKPOINT_WRITES.c.checkpoint_key == key("checkpoint"),
    )
    .order_by(CHECKPOINT_WRITES.c.id)
    .limit(ROWS_COUNT_MAX)
)
_THREADS: Final = (
    select(CHECKPOINTS.c.thread_id)
    .where(own(CHECKPOINTS), CHECKPOINTS.c.thread_id > key())
    .distinct()
    .order_by(CHECKPOINTS.c.thread_id)
    .limit(_SIZE)
)
_VALUE_SIZES: Final = (
    select(
        CHECKPOINT_VALUES.c.ns,
        CHECKPOINT_VALUES.c.channel,
        CHECKPOINT_VALUES.c.version,
        func.length(CHECKPOINT_VALUES.c.body).label("size"),
    )
    .where(own(CHECKPOINT_VALUES), CHECKPOINT_VALUES.c.thread_id == key())
    .limit(ROWS_COUNT_MAX)
)


class SqlCheckpoints:
    """Checkpoints of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def put(self, row: CheckpointRow, values: Sequence[ValueRow], *, at: datetime) -> None:
        """Store a checkpoint and the values that are new in it; the same again changes nothing."""
        self._forget_rows(CHECKPOINTS, [_key(row.thread_id, row.ns, row.checkpoint_id)])
        self._scope.insert(CHECKPOINTS, _checkpoint_values(row, at=at))
        keys = [_key(v.thread_id, v.ns, v.channel, v.version) for v in values]
        self._forget_rows(CHECKPOINT_VALUES, keys)
        self._scope.insert_all(CHECKPOINT_VALUES, [_value_values(v, at=at) for v in values])

    def add(
        self,
        rows: Sequence[CheckpointRow],
        values: Sequence[ValueRow],
        writes: Sequence[WritesRow],
        *,
        at: datetime,
    ) -> None:
        """Store checkpoints, values and what tasks wrote, none of which is there yet."""
        for row in rows:
            self._scope.insert_soon(CHECKPOINTS, _checkpoint_values(row, at=at))
        for value in values:
            self._scope.insert_soon(CHECKPOINT_VALUES, _value_values(value, at=at))
        for written in writes:
            self._scope.insert_soon(CHECKPOINT_WRITES, _writes_values(written, at=at))

    def put_writes(self, rows: Sequence[WritesRow], *, at: datetime) -> None:
        """Store what tasks have written; a task's later row replaces its earlier one."""
        keys = [_key(r.thread_id, r.ns, r.checkpoint_id, r.task_id) for r in rows]
        self._forget_rows(CHECKPOINT_WRITES, keys)
        self._scope.insert_all(CHECKPOINT_WRITES, [_writes_values(row, at=at) for row in rows])

    def get(
        self, thread_id: GraphThreadId, ns: str, checkpoint_id: str | None
    ) -> CheckpointRow | None:
        """Return a checkpoint, or the newest of the namespace."""
        if checkpoint_id is None:
            row = self._scope.row(_NEWEST, key=thread_id, ns=ns, size=1)
        else:
            row = self._scope.row(_ONE, key=_key(thread_id, ns, checkpoint_id))
        return None if row is None else _checkpoint(row)

    def list(
        self,
        thread_id: GraphThreadId,
        ns: str | None,
        *,
        before: str | None,
        checkpoint_id: str | None,
        count_max: int,
    ) -> Sequence[CheckpointRow]:
        """Return checkpoints, newest first; all namespaces when `ns` is None."""
        statement = _LIST
        if ns is not None:
            statement = statement.where(CHECKPOINTS.c.ns == ns)
        if checkpoint_id is not None:
            statement = statement.where(CHECKPOINTS.c.checkpoint_id == checkpoint_id)
        if before is not None:
            statement = statement.where(CHECKPOINTS.c.checkpoint_id < before)
        rows = self._scope.rows(statement, key=thread_id, size=min(count_max, LIST_COUNT_MAX))
        return tuple(_checkpoint(row) for row in rows)

    def values(
        self, thread_id: GraphThreadId, ns: str, versions: Sequence[tuple[str, str]]
    ) -> Sequence[ValueRow]:
        """Return the values of channels at these versions, those that there are."""
        keys = [_key(thread_id, ns, channel, version) for channel, version in versions]
        found: list[RowMapping] = []
        for start in range(0, len(keys), _IDS_COUNT_MAX):
            part = keys[start : start + _IDS_COUNT_MAX]
            statement = select(CHECKPOINT_VALUES).where(
                own(CHECKPOINT_VALUES), CHECKPOINT_VALUES.c.id.in_(part)
            )
            found.extend(self._scope.rows(statement))
        return tuple(
            ValueRow(
                thread_id=thread_id,
                ns=row["ns"],
                channel=row["channel"],
                version=row["version"],
                body=bytes(row["body"]),
            )
            for row in found
        )

    def writes(self, thread_id: GraphThreadId, ns: str, checkpoint_id: str) -> Sequence[WritesRow]:
        """Return what tasks have written at a checkpoint."""
        rows = self._scope.rows(
            _WRITES, key=thread_id, checkpoint=_key(thread_id, ns, checkpoint_id)
        )
        return tuple(
            WritesRow(
                thread_id=thread_id,
                ns=ns,
                checkpoint_id=checkpoint_id,
                task_id=row["task_id"],
                path=row["path"],
                body=bytes(row["body"]),
            )
            for row in rows
        )

    def threads(self, *, after: str, count_max: int) -> Sequence[GraphThreadId]:
        """Return threads that have checkpoints, by id."""
        rows = self._scope.rows(_THREADS, key=after, size=count_max)
        return tuple(GraphThreadId(row["thread_id"]) for row in rows)

    def of_runs(self, run_ids: Sequence[str]) -> Sequence[CheckpointRow]:
        """Return the checkpoints that runs have made."""
        statement = (
            select(CHECKPOINTS)
            .where(own(CHECKPOINTS), CHECKPOINTS.c.run_id.in_(list(run_ids)))
            .order_by(CHECKPOINTS.c.checkpoint_id)
            .limit(ROWS_COUNT_MAX)
        )
        return tuple(_checkpoint(row) for row in self._scope.rows(statement))

    def delete_thread(self, thread_id: GraphThreadId) -> None:
        """Delete all checkpoints of a thread."""
        for table in (CHECKPOINT_WRITES, CHECKPOINT_VALUES, CHECKPOINTS):
            self._scope.change(delete(table).where(own(table), table.c.thread_id == thread_id))

    def delete(self, rows: Sequence[CheckpointRow]) -> None:
        """Delete checkpoints and what tasks wrote at them; values stay until they are swept."""
        keys = [_key(row.thread_id, row.ns, row.checkpoint_id) for row in rows]
        for start in range(0, len(keys), _IDS_COUNT_MAX):
            part = keys[start : start + _IDS_COUNT_MAX]
            self._scope.change(
                delete(CHECKPOINT_WRITES).where(
                    own(CHECKPOINT_WRITES), CHECKPOINT_WRITES.c.checkpoint_key.in_(part)
                )
            )
        self._forget_rows(CHECKPOINTS, keys)

    def value_sizes(self, thread_id: GraphThreadId) -> Mapping[tuple[str, str, str], int]:
        """Return the bytes of every value of a thread by namespace, channel and version."""
        rows = self._scope.rows(_VALUE_SIZES, key=thread_id)
        return {(row["ns"], row["channel"], row["version"]): row["size"] for row in rows}

    def delete_values(self, thread_id: GraphThreadId, keys: Sequence[tuple[str, str, str]]) -> int:
        """Delete values; return how many there were."""
        return self._forget_rows(CHECKPOINT_VALUES, [_key(thread_id, *parts) for parts in keys])

    def _forget_rows(self, table: Table, keys: Sequence[str]) -> int:
        count = 0
        for start in range(0, len(keys), _IDS_COUNT_MAX):
            part = list(keys[start : start + _IDS_COUNT_MAX])
            count += self._scope.change(delete(table).where(own(table), table.c.id.in_(part)))
        return count


def _key(*parts: str) -> str:
    """Name a row by a place that may be long: each part preceded by its length, hashed."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


def _checkpoint_values(row: CheckpointRow, *, at: datetime) -> dict[str, Value]:
    return {
        "id": _key(row.thread_id, row.ns, row.checkpoint_id),
        "thread_id": row.thread_id,
        "ns": row.ns,
        "checkpoint_id": row.checkpoint_id,
        "parent_id": row.parent_id,
        "run_id": row.run_id,
        "body": row.body,
        "created_at": at,
    }


def _value_values(row: ValueRow, *, at: datetime) -> dict[str, Value]:
    return {
        "id": _key(row.thread_id, row.ns, row.channel, row.version),
        "thread_id": row.thread_id,
        "ns": row.ns,
        "channel": row.channel,
        "version": row.version,
        "body": row.body,
        "created_at": at,
    }


def _writes_values(row: WritesRow, *, at: datetime) -> dict[str, Value]:
    return {
        "id": _key(row.thread_id, row.ns, row.checkpoint_id, row.task_id),
        "thread_id": row.thread_id,
        "checkpoint_key": _key(row.thread_id, row.ns, row.checkpoint_id),
        "task_id": row.task_id,
        "path": row.path,
        "body": row.body,
        "created_at": at,
    }


def _checkpoint(row: RowMapping) -> CheckpointRow:
    return CheckpointRow(
        thread_id=GraphThreadId(row["thread_id"]),
        ns=row["ns"],
        checkpoint_id=row["checkpoint_id"],
        parent_id=row["parent_id"],
        run_id=row["run_id"],
        body=bytes(row["body"]),
    )
