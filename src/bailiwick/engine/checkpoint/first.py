"""The saver of a thread that nobody knows yet: in memory, until all of it is stored at once."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    copy_checkpoint,
)

from bailiwick.domain.thread import GraphThreadId
from bailiwick.engine.checkpoint.book import (
    CheckpointBook,
    TaskWrites,
    checkpoint_id_of,
    config_of,
    place_of,
)
from bailiwick.engine.checkpoint.codec import UnableToStoreState
from bailiwick.engine.checkpoint.saver import CheckpointSaver
from bailiwick.engine.group_commit import GroupCommit
from bailiwick.ports.checkpoints import CheckpointRow, ValueRow, WritesRow
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

Config: TypeAlias = RunnableConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A checkpoint as it will be stored, and as LangGraph reads it before."""

    row: CheckpointRow
    values: tuple[ValueRow, ...]
    found: CheckpointTuple


@dataclass(slots=True)
class _Stretch:
    """What was saved so far."""

    checkpoints: list[_Kept] = field(default_factory=list[_Kept])
    writes: tuple[WritesRow, ...] = ()
    refused: bool = False


class FirstSaver(CheckpointSaver):
    """Keeps what one run saves of one thread; `store` writes the very rows of any other saver.

    Each is sealed as it comes, so a state that cannot be stored fails where it always does.
    """

    def __init__(
        self,
        thread_id: GraphThreadId,
        *,
        units: Units,
        writes: GroupCommit,
        book: CheckpointBook,
        clock: Clock,
        ids: Ids,
    ) -> None:
        super().__init__(
            units=units, writes=writes, book=book, clock=clock, ids=ids, leases=_nobody
        )
        self._thread_id = thread_id
        self._stretch = _Stretch()

    @property
    def refused(self) -> bool:
        """Whether something could not be stored, so that what is kept is not all."""
        return self._stretch.refused

    async def flush(self) -> None:
        """Seal what tasks have written. Raises UnableToStoreState."""
        with self._noticed():
            self._stretch.writes = self._book.first_writes_rows(self._thread_id, self._tasks())

    def store(self, unit: Unit) -> None:
        """Write all of it, in the unit that stores its thread. Raises PortFault."""
        kept = self._stretch.checkpoints
        values = [value for one in kept for value in one.values]
        rows = [one.row for one in kept]
        unit.checkpoints.add(rows, values, self._stretch.writes, at=self._clock.now())

    async def aput(
        self,
        config: Config,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> Config:
        """Keep a checkpoint. Raises UnableToStoreState."""
        return self.put(config, checkpoint, metadata, new_versions)

    def put(
        self,
        config: Config,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> Config:
        """Keep a checkpoint. Raises UnableToStoreState."""
        with self._noticed():
            row, values = self._book.rows_of(config, checkpoint, metadata, new_versions)
        place = config_of(row.thread_id, row.ns, row.checkpoint_id)
        parent = config_of(row.thread_id, row.ns, row.parent_id) if row.parent_id else None
        found = CheckpointTuple(place, checkpoint, metadata, parent)
        self._stretch.checkpoints.append(_Kept(row=row, values=values, found=found))
        return place

    def get_tuple(self, config: Config) -> CheckpointTuple | None:
        """Return a checkpoint, or the newest."""
        _, ns = place_of(config)
        wanted = checkpoint_id_of(config)
        for kept in reversed(self._stretch.checkpoints):
            row = kept.row
            if row.ns == ns and wanted in {None, row.checkpoint_id}:
                return kept.found._replace(
                    # Whoever reads a state applies to its own copy what tasks have written.
                    checkpoint=copy_checkpoint(kept.found.checkpoint),
                    pending_writes=self._pending(row),
                )
        return None

    @contextmanager
    def _noticed(self) -> Generator[None]:
        try:
            yield
        except UnableToStoreState:
            self._stretch.refused = True
            raise

    def _pending(self, row: CheckpointRow) -> list[tuple[str, str, Any]]:
        tasks = [t for t in self._tasks() if (t.ns, t.checkpoint_id) == (row.ns, row.checkpoint_id)]
        return [
            (task.task_id, channel, value)
            for task in sorted(tasks, key=lambda task: (task.path, task.task_id))
            for _, (_, channel, value) in sorted(task.writes.items())
        ]

    def _tasks(self) -> Sequence[TaskWrites]:
        return tuple(self._waiting.get(self._thread_id, {}).values())


def _nobody(unit: Unit, thread_id: GraphThreadId) -> None:
    """Lease nothing: whatever would be written through is refused."""
    del unit, thread_id
