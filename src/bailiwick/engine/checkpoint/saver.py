"""Our LangGraph saver: sealed, bound to a workspace, one writer for each thread (decision 0015).

What tasks write is kept until the checkpoint that follows and is stored with it, so a super-step
costs one transaction, shared with other runs of the process (`engine/group_commit.py`). A crash
before it repeats the step, which an effect key makes harmless.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.serde import _msgpack

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.thread import GraphThreadId
from bailiwick.engine.checkpoint.book import (
    CheckpointBook,
    TaskWrites,
    checkpoint_id_of,
    config_of,
    place_of,
    where_of,
)
from bailiwick.engine.checkpoint.bounds import surplus
from bailiwick.engine.checkpoint.fresh import Fresh
from bailiwick.engine.group_commit import GroupCommit
from bailiwick.engine.thread_faults import LostThread
from bailiwick.ports.checkpoints import LIST_COUNT_MAX, CheckpointRow
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.threads import THREAD_LEASE_SECONDS, ThreadLease
from bailiwick.ports.unit import Unit, Units

Config: TypeAlias = RunnableConfig
_VERSION_DIGITS: Final = 10  # ours: more steps than a thread will ever have
Leases = Callable[[Unit, GraphThreadId], ThreadLease | None]
"""Finds the lease under which a thread is written; None refuses the write."""


class UnableToTrustCheckpoints(SettingsFault):
    """LangGraph was loaded without its strict mode, so stored bytes could name code to run."""


def require_strict() -> None:
    """Make sure that LangGraph refuses unknown types. Raises UnableToTrustCheckpoints."""
    if not _msgpack.STRICT_MSGPACK_ENABLED:
        message = (
            "LangGraph was loaded with LANGGRAPH_STRICT_MSGPACK unset; set it to true before "
            "anything imports langgraph"
        )
        raise UnableToTrustCheckpoints(message)


class CheckpointSaver(BaseCheckpointSaver[str]):
    """Keeps the checkpoints of one graph's threads."""

    def __init__(
        self,
        *,
        units: Units,
        writes: GroupCommit,
        book: CheckpointBook,
        clock: Clock,
        ids: Ids,
        leases: Leases,
    ) -> None:
        require_strict()
        super().__init__()
        self._units = units
        self._group = writes
        self._book = book
        self._clock = clock
        self._ids = ids
        self._leases = leases
        self._fresh = Fresh()
        self._waiting: dict[GraphThreadId, dict[tuple[str, str, str], TaskWrites]] = {}

    def get_next_version(self, current: str | None, channel: None) -> str:
        """Return a version above another; two branches of a thread never share one.

        A run goes along one branch with a saver of its own, whose name tells them apart.
        """
        del channel
        number = int(str(current).partition(".")[0]) if current is not None else 0
        return f"{number + 1:0{_VERSION_DIGITS}}.{self._branch}"

    @cached_property
    def _branch(self) -> str:
        return self._ids.new("ver").partition("_")[2]

    def with_allowlist(self, extra_allowlist: Iterable[tuple[str, ...]]) -> "CheckpointSaver":
        """Return itself: what it stores is read by a closed list of its own."""
        del extra_allowlist
        return self

    async def flush(self) -> None:
        """Store all that waits; returns when it is durable. Raises LostThread."""
        for thread_id in list(self._waiting):
            # Taken once: the work may run twice.
            store = self._storing(thread_id, self._taken(thread_id))
            await self._group.commit(self._units, store)

    # -- writing ---------------------------------------------------------------------------------

    async def aput(
        self,
        config: Config,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> Config:
        """Store a checkpoint; durable when this returns. Raises LostThread."""
        store = self._putting(config, checkpoint, metadata, new_versions)
        await self._group.commit(self._units, store)
        return config_of(*place_of(config), checkpoint["id"])

    def put(
        self,
        config: Config,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> Config:
        """Store a checkpoint; durable when this returns. Raises LostThread."""
        self._write(self._putting(config, checkpoint, metadata, new_versions))
        return config_of(*place_of(config), checkpoint["id"])

    async def aput_writes(
        self, config: Config, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep what a task wrote until the next checkpoint."""
        self._keep(config, writes, task_id, task_path)

    def put_writes(
        self, config: Config, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Keep what a task wrote until the next checkpoint."""
        self._keep(config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete all checkpoints of a thread."""
        self.delete_thread(thread_id)

    def delete_thread(self, thread_id: str) -> None:
        """Delete all checkpoints of a thread."""
        self._waiting.pop(GraphThreadId(thread_id), None)
        self._write(lambda unit: unit.checkpoints.delete_thread(GraphThreadId(thread_id)))

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Delete the checkpoints that runs have made."""
        self.delete_for_runs(run_ids)

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Delete the checkpoints that runs have made, and values that nothing shows any more."""
        self._write(lambda unit: self.forget_runs(unit, run_ids))

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copy a thread's checkpoints, sealed anew, to another thread."""
        self.copy_thread(source_thread_id, target_thread_id)

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copy a thread's checkpoints, sealed anew, to another thread. Raises LostThread."""
        source, target = GraphThreadId(source_thread_id), GraphThreadId(target_thread_id)

        def copy(unit: Unit) -> None:
            self._require(unit, target)
            self.copy_in(unit, source, target)

        self._write_all(source)
        self._write(copy)

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Delete all but the newest checkpoint of each namespace, or all (`delete`)."""
        self.prune(thread_ids, strategy=strategy)

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Delete all but the newest checkpoint of each namespace, or all (`delete`)."""
        for thread_id in thread_ids:
            if strategy == "delete":
                self.delete_thread(thread_id)
            else:
                one = GraphThreadId(thread_id)
                self._write(lambda unit, one=one: self.keep_newest(unit, one))

    def forget_runs(self, unit: Unit, run_ids: Sequence[str]) -> None:
        """Delete the checkpoints that runs have made, in a unit of the caller's."""
        rows = unit.checkpoints.of_runs(run_ids)
        unit.checkpoints.delete(rows)
        for thread_id in {row.thread_id for row in rows}:
            self._sweep(unit, thread_id)

    def forget_answers(self, unit: Unit, thread_id: GraphThreadId) -> None:
        """Take back what tasks that asked have been told at the newest checkpoint of each graph.

        In a unit of the caller's. They ask again.
        """
        at, seen = self._clock.now(), set[str]()
        for row in self._all(unit, thread_id):
            if row.ns not in seen:
                seen.add(row.ns)
                unit.checkpoints.put_writes(self._book.unanswered(unit, row), at=at)

    def adopt(self, unit: Unit, thread_id: GraphThreadId) -> None:
        """Store a thread's checkpoints in the words of the present graph, in a caller's unit."""
        self._require(unit, thread_id)
        at = self._clock.now()
        rows = self._all(unit, thread_id)
        moved = [self._book.adopted(unit, row) for row in rows]
        unit.checkpoints.delete_thread(thread_id)
        for row, values, writes in reversed(moved):
            unit.checkpoints.put(row, values, at=at)
            unit.checkpoints.put_writes(writes, at=at)

    def copy_in(self, unit: Unit, source: GraphThreadId, target: GraphThreadId) -> None:
        """Copy a thread's checkpoints, sealed anew, in a unit of the caller's."""
        at = self._clock.now()
        for row in reversed(self._all(unit, source)):
            copied, values, writes = self._book.copied(unit, source, target, row)
            unit.checkpoints.put(copied, values, at=at)
            unit.checkpoints.put_writes(writes, at=at)

    def keep_newest(self, unit: Unit, thread_id: GraphThreadId) -> None:
        """Delete all but the newest checkpoint of each namespace, in a unit of the caller's."""
        rows = self._all(unit, thread_id)
        newest = {row.ns: row for row in reversed(rows)}
        self._forget_rows(unit, thread_id, [row for row in rows if row is not newest[row.ns]])

    def tidy(self, unit: Unit, thread_id: GraphThreadId) -> None:
        """Keep what the bounds of a thread's checkpoints allow, in a unit of the caller's."""
        rows = self._all(unit, thread_id)
        sizes = unit.checkpoints.value_sizes(thread_id)
        self._forget_rows(unit, thread_id, surplus(rows, sizes, self._book.shown))

    # -- reading ---------------------------------------------------------------------------------

    async def aget_tuple(self, config: Config) -> CheckpointTuple | None:
        """Return a checkpoint, or the newest. Raises UnableToOpenCheckpoint."""
        return self.get_tuple(config)

    def get_tuple(self, config: Config) -> CheckpointTuple | None:
        """Return a checkpoint, or the newest. Raises UnableToOpenCheckpoint."""
        thread_id, ns = place_of(config)
        self._write_all(thread_id)
        with self._units.read() as unit:
            row = unit.checkpoints.get(thread_id, ns, checkpoint_id_of(config))
            return None if row is None else self._book.tuple_of(unit, row)

    async def alist(
        self,
        config: Config | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's name
        before: Config | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Return checkpoints, newest first."""
        for found in self.list(config, filter=filter, before=before, limit=limit):
            yield found

    def list(
        self,
        config: Config | None,
        *,
        filter: dict[str, Any] | None = None,  # noqa: A002 - LangGraph's name
        before: Config | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Return checkpoints, newest first. Metadata is compared after opening, never in SQL."""
        left = LIST_COUNT_MAX if limit is None else min(limit, LIST_COUNT_MAX)
        for thread_id in self._threads(config):
            self._write_all(thread_id)
            for found in self._listed(thread_id, config, filter or {}, before):
                if left <= 0:
                    return
                left -= 1
                yield found

    def _listed(
        self,
        thread_id: GraphThreadId,
        config: Config | None,
        wanted: dict[str, Any],
        before: Config | None,
    ) -> Iterator[CheckpointTuple]:
        where: Mapping[str, Any] = where_of(config) if config is not None else {}
        with self._units.read() as unit:
            rows = unit.checkpoints.list(
                thread_id,
                where.get("checkpoint_ns"),
                before=checkpoint_id_of(before) if before is not None else None,
                checkpoint_id=where.get("checkpoint_id"),
                count_max=LIST_COUNT_MAX,
            )
            for row in rows:
                metadata = dict(self._book.metadata_of(row))
                if all(metadata.get(name) == value for name, value in wanted.items()):
                    yield self._book.tuple_of(unit, row)

    def _threads(self, config: Config | None) -> Sequence[GraphThreadId]:
        if config is not None:
            return (place_of(config)[0],)
        with self._units.read() as unit:
            return unit.checkpoints.threads(after="", count_max=LIST_COUNT_MAX)

    # -- parts -----------------------------------------------------------------------------------

    def _putting(
        self,
        config: Config,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> Callable[[Unit], None]:
        thread_id, _ = place_of(config)
        row, values = self._book.rows_of(config, checkpoint, metadata, new_versions)
        begin = self._storing(thread_id, self._taken(thread_id))
        is_new = self._fresh.adds(row, values)

        def store(unit: Unit) -> None:
            begin(unit)
            if is_new:
                unit.checkpoints.add([row], values, (), at=self._clock.now())
            else:
                unit.checkpoints.put(row, values, at=self._clock.now())

        return store

    def _keep(
        self, config: Config, writes: Sequence[tuple[str, Any]], task_id: str, path: str
    ) -> None:
        thread_id, ns = place_of(config)
        checkpoint_id = checkpoint_id_of(config) or ""
        key = (ns, checkpoint_id, task_id)
        tasks = self._waiting.setdefault(thread_id, {})
        known = dict(tasks[key].writes) if key in tasks else {}
        for number, (channel, value) in enumerate(writes):
            place = WRITES_IDX_MAP.get(channel, number)
            if place < 0 or place not in known:
                known[place] = (place, channel, value)
        tasks[key] = TaskWrites(
            ns=ns, checkpoint_id=checkpoint_id, task_id=task_id, path=path, writes=known
        )

    def _require(self, unit: Unit, thread_id: GraphThreadId) -> None:
        lease = self._leases(unit, thread_id)
        if lease is None or not unit.threads.renew(lease, seconds=THREAD_LEASE_SECONDS):
            message = f"thread {thread_id} is written by another process; nothing was stored"
            raise LostThread(message)

    def _taken(self, thread_id: GraphThreadId) -> Sequence[TaskWrites]:
        return tuple(self._waiting.pop(thread_id, {}).values())

    def _storing(
        self, thread_id: GraphThreadId, tasks: Sequence[TaskWrites]
    ) -> Callable[[Unit], None]:
        new = [task for task in tasks if self._fresh.begins(thread_id, task)]
        old = [task for task in tasks if task not in new]

        def store(unit: Unit) -> None:
            self._require(unit, thread_id)
            at = self._clock.now()
            unit.checkpoints.add((), (), self._book.first_writes_rows(thread_id, new), at=at)
            if old:
                unit.checkpoints.put_writes(self._book.writes_rows(unit, thread_id, old), at=at)

        return store

    def _write_all(self, thread_id: GraphThreadId) -> None:
        if self._waiting.get(thread_id):
            self._write(self._storing(thread_id, self._taken(thread_id)))

    def _write(self, work: Callable[[Unit], object]) -> None:
        with self._units.write(records=False) as unit:
            work(unit)
            unit.commit()

    def _all(self, unit: Unit, thread_id: GraphThreadId) -> Sequence[CheckpointRow]:
        return unit.checkpoints.list(
            thread_id, None, before=None, checkpoint_id=None, count_max=LIST_COUNT_MAX
        )

    def _forget_rows(
        self, unit: Unit, thread_id: GraphThreadId, rows: Sequence[CheckpointRow]
    ) -> None:
        if rows:
            unit.checkpoints.delete(rows)
            self._sweep(unit, thread_id)

    def _sweep(self, unit: Unit, thread_id: GraphThreadId) -> None:
        self._book.sweep(unit, thread_id, self._all(unit, thread_id))
