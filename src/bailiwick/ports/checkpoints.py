"""Where checkpoints of graphs are kept: sealed bytes, read by `engine/checkpoint/saver.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bailiwick.domain.thread import GraphThreadId

KEEP_COUNT_MAX: Final = 100  # ours: checkpoints kept of one namespace of a thread
LIST_COUNT_MAX: Final = 1_000  # ours: bounds one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRow:
    """One checkpoint without the values of its channels."""

    thread_id: GraphThreadId
    ns: str
    checkpoint_id: str
    parent_id: str
    """Empty for the first."""
    run_id: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow:
    """The value of a channel at a version."""

    thread_id: GraphThreadId
    ns: str
    channel: str
    version: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WritesRow:
    """What one task has written so far at a checkpoint."""

    thread_id: GraphThreadId
    ns: str
    checkpoint_id: str
    task_id: str
    path: str
    body: bytes


class Checkpoints(Protocol):
    """Checkpoints of one workspace. Who writes has shown the thread's lease in the same unit."""

    def put(self, row: CheckpointRow, values: Sequence[ValueRow], *, at: datetime) -> None:
        """Store a checkpoint and the values that are new in it; the same again changes nothing."""
        ...

    def add(
        self,
        rows: Sequence[CheckpointRow],
        values: Sequence[ValueRow],
        writes: Sequence[WritesRow],
        *,
        at: datetime,
    ) -> None:
        """Store checkpoints, values and what tasks wrote, none of which is there yet."""
        ...

    def put_writes(self, rows: Sequence[WritesRow], *, at: datetime) -> None:
        """Store what tasks have written; a task's later row replaces its earlier one."""
        ...

    def get(
        self, thread_id: GraphThreadId, ns: str, checkpoint_id: str | None
    ) -> CheckpointRow | None:
        """Return a checkpoint, or the newest of the namespace."""
        ...

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
        ...

    def values(
        self, thread_id: GraphThreadId, ns: str, versions: Sequence[tuple[str, str]]
    ) -> Sequence[ValueRow]:
        """Return the values of channels at these versions, those that there are."""
        ...

    def writes(self, thread_id: GraphThreadId, ns: str, checkpoint_id: str) -> Sequence[WritesRow]:
        """Return what tasks have written at a checkpoint."""
        ...

    def threads(self, *, after: str, count_max: int) -> Sequence[GraphThreadId]:
        """Return threads that have checkpoints, by id."""
        ...

    def of_runs(self, run_ids: Sequence[str]) -> Sequence[CheckpointRow]:
        """Return the checkpoints that runs have made."""
        ...

    def delete_thread(self, thread_id: GraphThreadId) -> None:
        """Delete all checkpoints of a thread."""
        ...

    def delete(self, rows: Sequence[CheckpointRow]) -> None:
        """Delete checkpoints and what tasks wrote at them; values stay until they are swept."""
        ...

    def value_sizes(self, thread_id: GraphThreadId) -> Mapping[tuple[str, str, str], int]:
        """Return the bytes of every value of a thread by namespace, channel and version."""
        ...

    def delete_values(self, thread_id: GraphThreadId, keys: Sequence[tuple[str, str, str]]) -> int:
        """Delete values; return how many there were."""
        ...
