"""Checkpoints of one graph as LangGraph knows them, sealed into rows and opened from them.

Each value is bound to its workspace, thread, namespace and channel with version, so that no stored
byte can be moved to another place, and what is not sealed is refused.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_metadata,
)
from langgraph.types import Send

from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.thread import GraphThreadId
from bailiwick.engine.checkpoint.codec import StateCodec
from bailiwick.engine.checkpoint.shape import Migration
from bailiwick.kit.envelope import UnableToOpenSeal
from bailiwick.kit.keyring import Keyring
from bailiwick.kit.packing import UnableToUnpack, packed, unpacked
from bailiwick.ports.checkpoints import CheckpointRow, ValueRow, WritesRow
from bailiwick.ports.unit import Unit

Write: TypeAlias = tuple[int, str, object]
"""Place in the task's writes (below zero for LangGraph's own channels), channel and value."""
NO_MIGRATION: Final = Migration()
INTERRUPT: Final = "__interrupt__"
TASKS: Final = "__pregel_tasks"
NULL_TASK_ID: Final = "00000000-0000-0000-0000-000000000000"
"""LangGraph's own names: of a question, of the tasks that a `Send` starts, and of no task."""


class UnableToOpenCheckpoint(IntegrityFault):
    """A stored checkpoint was changed, moved or never sealed; nothing of it is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWrites:
    """What one task has written so far at a checkpoint."""

    ns: str
    checkpoint_id: str
    task_id: str
    path: str
    writes: Mapping[int, Write]


class CheckpointBook:
    """Seals, stores, reads and opens the checkpoints of one graph."""

    def __init__(
        self,
        *,
        workspace_id: WorkspaceId,
        keyring: Keyring,
        codec: StateCodec,
        migration: Migration = NO_MIGRATION,
    ) -> None:
        self._workspace_id = workspace_id
        self._keyring = keyring
        self._codec = codec
        self._migration = migration

    def rows_of(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> tuple[CheckpointRow, tuple[ValueRow, ...]]:
        """Return what LangGraph saves as sealed rows. Raises UnableToStoreState."""
        thread_id, ns = place_of(config)
        told = get_checkpoint_metadata(config, metadata)
        parent = checkpoint_id_of(config) or ""
        row = self.checkpoint_row(thread_id, ns, checkpoint, metadata=told, parent_id=parent)
        return row, self.value_rows(thread_id, ns, checkpoint["channel_values"], new_versions)

    def checkpoint_row(
        self,
        thread_id: GraphThreadId,
        ns: str,
        checkpoint: Checkpoint,
        *,
        metadata: CheckpointMetadata,
        parent_id: str,
    ) -> CheckpointRow:
        """Return a checkpoint, its channels' values left out, as a sealed row."""
        told = {k: v for k, v in checkpoint.items() if k != "channel_values"}
        body = self._codec.dumps({"c": told, "m": dict(metadata)})
        name = checkpoint["id"]
        return CheckpointRow(
            thread_id=thread_id,
            ns=ns,
            checkpoint_id=name,
            parent_id=parent_id,
            run_id=str(metadata.get("run_id") or ""),
            body=self._seal(body, thread_id, ns, "checkpoint", name),
        )

    def value_rows(
        self,
        thread_id: GraphThreadId,
        ns: str,
        values: Mapping[str, object],
        versions: Mapping[str, str | int | float],
    ) -> tuple[ValueRow, ...]:
        """Return the values at new versions as sealed rows; an empty channel has none."""
        return tuple(
            ValueRow(
                thread_id=thread_id,
                ns=ns,
                channel=channel,
                version=str(version),
                body=self._seal(
                    self._codec.dumps(values[channel]), thread_id, ns, channel, str(version)
                ),
            )
            for channel, version in versions.items()
            if channel in values
        )

    def writes_rows(
        self, unit: Unit, thread_id: GraphThreadId, tasks: Sequence[TaskWrites]
    ) -> tuple[WritesRow, ...]:
        """Return what tasks wrote as sealed rows, put together with what they had written."""
        rows: list[WritesRow] = []
        for task in tasks:
            stored = unit.checkpoints.writes(thread_id, task.ns, task.checkpoint_id)
            before = next((row for row in stored if row.task_id == task.task_id), None)
            known = {w[0]: w for w in self._opened(before)} if before is not None else {}
            kept = {place: w for place, w in known.items() if place >= 0}
            merged = {**known, **task.writes, **kept}
            rows.append(self._writes_row(thread_id, task, list(merged.values())))
        return tuple(rows)

    def first_writes_rows(
        self, thread_id: GraphThreadId, tasks: Sequence[TaskWrites]
    ) -> tuple[WritesRow, ...]:
        """Return what tasks wrote as sealed rows, where nothing is stored of them yet."""
        return tuple(
            self._writes_row(thread_id, task, list(task.writes.values())) for task in tasks
        )

    def tuple_of(self, unit: Unit, row: CheckpointRow) -> CheckpointTuple:
        """Return a stored checkpoint with its values and pending writes.

        Raises UnableToOpenCheckpoint and UnableToReadState.
        """
        told, metadata = self._head(row)
        values = {value.channel: self._value(value) for value in self._values(unit, row, told)}
        checkpoint = cast("Checkpoint", {**told, "channel_values": values})
        pending = [
            (writes.task_id, self._migration.channel(channel), value)
            for writes in self._sorted(self._answers(unit, row))
            for _, channel, value in self._opened(writes)
        ]
        return CheckpointTuple(
            config=config_of(row.thread_id, row.ns, row.checkpoint_id),
            checkpoint=self._migrated(checkpoint),
            metadata=metadata,
            parent_config=config_of(row.thread_id, row.ns, row.parent_id)
            if row.parent_id
            else None,
            pending_writes=pending,
        )

    def metadata_of(self, row: CheckpointRow) -> CheckpointMetadata:
        """Return the metadata of a stored checkpoint. Raises UnableToOpenCheckpoint."""
        return self._head(row)[1]

    def copied(
        self, unit: Unit, source: GraphThreadId, target: GraphThreadId, row: CheckpointRow
    ) -> tuple[CheckpointRow, tuple[ValueRow, ...], tuple[WritesRow, ...]]:
        """Return a checkpoint's rows sealed anew for another thread."""
        told, metadata = self._head(row)
        values = tuple(
            replace(
                value,
                thread_id=target,
                body=self._seal(
                    self._open(value.body, source, value.ns, value.channel, value.version),
                    target,
                    value.ns,
                    value.channel,
                    value.version,
                ),
            )
            for value in self._values(unit, row, told)
        )
        writes = tuple(
            self._writes_row(target, _task(one), self._opened(one))
            for one in unit.checkpoints.writes(*_place(row))
        )
        body = self._seal(
            self._codec.dumps({"c": told, "m": dict(metadata)}),
            target,
            row.ns,
            "checkpoint",
            row.checkpoint_id,
        )
        return replace(row, thread_id=target, body=body), values, writes

    def adopted(
        self, unit: Unit, row: CheckpointRow
    ) -> tuple[CheckpointRow, tuple[ValueRow, ...], tuple[WritesRow, ...]]:
        """Return a checkpoint's rows in the words of the present graph."""
        told, metadata = self._head(row)
        values = {value.channel: self._value(value) for value in self._values(unit, row, told)}
        moved = self._migrated(cast("Checkpoint", {**told, "channel_values": values}))
        new = self.checkpoint_row(
            row.thread_id, row.ns, moved, metadata=metadata, parent_id=row.parent_id
        )
        stored = self.value_rows(
            row.thread_id, row.ns, moved["channel_values"], moved["channel_versions"]
        )
        return new, stored, tuple(self._moved(one) for one in self._answers(unit, row))

    def unanswered(self, unit: Unit, row: CheckpointRow) -> tuple[WritesRow, ...]:
        """Return what tasks wrote at a checkpoint, those that asked without what followed."""
        rows: list[WritesRow] = []
        for one in unit.checkpoints.writes(*_place(row)):
            asked = [write for write in self._opened(one) if write[1] == INTERRUPT]
            if asked or one.task_id == NULL_TASK_ID:
                rows.append(self._writes_row(one.thread_id, _task(one), asked))
        return tuple(rows)

    def shown(self, row: CheckpointRow) -> frozenset[tuple[str, str, str]]:
        """Return namespace, channel and version of each value that a checkpoint shows."""
        versions = cast("Mapping[str, object]", self._head(row)[0]["channel_versions"])
        return frozenset((row.ns, name, str(version)) for name, version in versions.items())

    def sweep(self, unit: Unit, thread_id: GraphThreadId, rows: Sequence[CheckpointRow]) -> int:
        """Delete values of a thread that none of its remaining checkpoints shows."""
        used: set[tuple[str, str, str]] = set()
        used.update(*(self.shown(row) for row in rows))
        unused = [key for key in unit.checkpoints.value_sizes(thread_id) if key not in used]
        return unit.checkpoints.delete_values(thread_id, unused) if unused else 0

    def _values(
        self, unit: Unit, row: CheckpointRow, told: Mapping[str, Any]
    ) -> Sequence[ValueRow]:
        versions = cast("Mapping[str, object]", told["channel_versions"])
        named = [(name, str(version)) for name, version in versions.items()]
        return unit.checkpoints.values(row.thread_id, row.ns, named)

    def _head(self, row: CheckpointRow) -> tuple[dict[str, Any], CheckpointMetadata]:
        body = self._open(row.body, row.thread_id, row.ns, "checkpoint", row.checkpoint_id)
        told = cast("dict[str, Any]", self._codec.loads(body))
        return told["c"], told["m"]

    def _value(self, row: ValueRow) -> object:
        body = self._open(row.body, row.thread_id, row.ns, row.channel, row.version)
        return self._codec.loads(body)

    def _writes_row(
        self, thread_id: GraphThreadId, task: TaskWrites, writes: Sequence[Write]
    ) -> WritesRow:
        place = ("writes", task.checkpoint_id, task.task_id, task.path)
        body = self._codec.dumps([list(write) for write in writes])
        return WritesRow(
            thread_id=thread_id,
            ns=task.ns,
            checkpoint_id=task.checkpoint_id,
            task_id=task.task_id,
            path=task.path,
            body=self._seal(body, thread_id, task.ns, *place),
        )

    def _opened(self, row: WritesRow) -> list[Write]:
        place = ("writes", row.checkpoint_id, row.task_id, row.path)
        body = self._open(row.body, row.thread_id, row.ns, *place)
        writes = cast("list[tuple[int, str, object]]", self._codec.loads(body))
        return sorted(((place, channel, value) for place, channel, value in writes), key=_first)

    def _sorted(self, rows: Sequence[WritesRow]) -> Iterator[WritesRow]:
        yield from sorted(rows, key=lambda row: (row.path, row.task_id))

    def _migrated(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return a checkpoint in the words of the present graph."""
        migration = self._migration
        if migration is NO_MIGRATION:
            return checkpoint
        named = migration.channel
        updated = checkpoint.get("updated_channels")
        return cast(
            "Checkpoint",
            {
                **checkpoint,
                # By these LangGraph finds what is to run next.
                "updated_channels": None if updated is None else [named(k) for k in updated],
                "channel_values": {
                    named(k): self._renamed(v) if k == TASKS else v
                    for k, v in checkpoint["channel_values"].items()
                },
                "channel_versions": {
                    named(k): v for k, v in checkpoint["channel_versions"].items()
                },
                "versions_seen": {
                    migration.nodes.get(node, node): {named(k): v for k, v in seen.items()}
                    for node, seen in checkpoint["versions_seen"].items()
                },
            },
        )

    def _renamed(self, value: object) -> object:
        """Return tasks that wait to be started, each under its node's present name."""
        if isinstance(value, Send):
            return Send(self._migration.nodes.get(value.node, value.node), value.arg)
        if isinstance(value, list | tuple):
            told = [self._renamed(one) for one in cast("Sequence[object]", value)]
            return tuple(told) if isinstance(value, tuple) else told
        return value

    def _answers(self, unit: Unit, row: CheckpointRow) -> Sequence[WritesRow]:
        # A renamed node is another task: what the old one wrote answers nothing any more.
        return () if self._migration.nodes else unit.checkpoints.writes(*_place(row))

    def _moved(self, row: WritesRow) -> WritesRow:
        named = self._migration.channel
        writes = [(place, named(channel), value) for place, channel, value in self._opened(row)]
        return self._writes_row(row.thread_id, _task(row), writes)

    def _seal(self, body: bytes, thread_id: GraphThreadId, *place: str) -> bytes:
        return self._keyring.seal(packed(body), thread_id, self._workspace_id, *place)

    def _open(self, body: bytes, thread_id: GraphThreadId, *place: str) -> bytes:
        try:
            return unpacked(self._keyring.open(body, thread_id, self._workspace_id, *place))
        except (UnableToOpenSeal, UnableToUnpack) as fault:
            message = f"the stored state of thread {thread_id} cannot be opened: {fault}"
            raise UnableToOpenCheckpoint(message) from None


def config_of(thread_id: str, ns: str, checkpoint_id: str) -> RunnableConfig:
    """Return how LangGraph names a checkpoint."""
    return {
        "configurable": {
            "thread_id": thread_id,
            "checkpoint_ns": ns,
            "checkpoint_id": checkpoint_id,
        }
    }


def where_of(config: RunnableConfig) -> Mapping[str, Any]:
    """Return what LangGraph names."""
    found = config.get("configurable")
    assert found is not None, "LangGraph names the thread of a checkpoint"
    return found


def place_of(config: RunnableConfig) -> tuple[GraphThreadId, str]:
    """Return the thread and namespace that LangGraph names."""
    where = where_of(config)
    return GraphThreadId(str(where["thread_id"])), str(where.get("checkpoint_ns") or "")


def checkpoint_id_of(config: RunnableConfig) -> str | None:
    """Return the checkpoint that LangGraph names; None for the newest."""
    found = where_of(config).get("checkpoint_id")
    return str(found) if found else None


def _first(write: Write) -> int:
    return write[0]


def _task(row: WritesRow) -> TaskWrites:
    return TaskWrites(
        ns=row.ns,
        checkpoint_id=row.checkpoint_id,
        task_id=row.task_id,
        path=row.path,
        writes={},
    )


def _place(row: CheckpointRow) -> tuple[GraphThreadId, str, str]:
    return row.thread_id, row.ns, row.checkpoint_id
