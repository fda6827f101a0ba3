"""States of threads: reading the newest and older ones, and writing one by hand."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from langgraph.errors import InvalidUpdateError

from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.domain.record import RecordKind
from bailiwick.domain.thread import (
    END_NODE,
    CheckpointId,
    GraphThreadId,
    ThreadState,
    ThreadStatus,
)
from bailiwick.engine.thread.graph import (
    Opened,
    UnableToResumeThread,
    open_graph,
    open_to_write,
    standing,
    state_of,
)
from bailiwick.engine.thread.lookup import found_thread
from bailiwick.engine.thread.parts import ThreadParts, forget_at, is_forgotten, withdraw_cards
from bailiwick.engine.thread_faults import (
    UnableToFindThread,
    UnableToTakeThread,
    UnableToUseThread,
)
from bailiwick.kit.json_value import Json
from bailiwick.ports.threads import THREAD_LEASE_SECONDS, ThreadLease, ThreadRow
from bailiwick.ports.unit import Unit

HISTORY_COUNT_MAX: Final = 1_000  # ours: states of one answer
LET_GO_SECONDS: Final = 2.0  # ours: a run's end and the end of its lease are two commits
LOOK_SECONDS: Final = 0.02  # ours
FILTERS: Final = frozenset({"source", "step", "run_id"})
"""By what history may be filtered; compared after opening, never in SQL."""


class States:
    """Reads and writes the states of threads."""

    def __init__(self, parts: ThreadParts, workspace_id: WorkspaceId) -> None:
        self._parts = parts
        self._workspace_id = workspace_id

    async def state(
        self,
        thread_id: GraphThreadId,
        *,
        checkpoint_id: CheckpointId | None,
        checkpoint_ns: str,
        subgraphs: bool,
    ) -> ThreadState:
        """Return the newest state, or that of a checkpoint. Raises UnableToFindThread."""
        row = self._row(thread_id)
        if not row.capability:
            return ThreadState(values={})
        opened = self._open(row)
        where = _where(row.thread_id, checkpoint_ns, checkpoint_id)
        found = state_of(
            await opened.graph.aget_state(where, subgraphs=subgraphs), gated=opened.gated
        )
        if checkpoint_id is not None and found.created_at is None:
            message = f"Checkpoint with ID {checkpoint_id} not found in thread {thread_id}"
            raise UnableToFindThread(message)
        return found

    async def history(
        self,
        thread_id: GraphThreadId,
        *,
        limit: int,
        before: CheckpointId | None,
        checkpoint_ns: str,
        metadata: Mapping[str, Json],
    ) -> Sequence[ThreadState]:
        """Return states, newest first. Raises UnableToUseThread for an unknown filter."""
        unknown = sorted(set(metadata) - FILTERS)
        if unknown:
            message = f"history is filtered by {', '.join(sorted(FILTERS))}, not by {unknown[0]!r}"
            raise UnableToUseThread(message)
        row = self._row(thread_id)
        if not row.capability:
            return ()
        opened = self._open(row)
        older = _where(row.thread_id, checkpoint_ns, before) if before is not None else None
        return [
            state_of(snapshot, gated=opened.gated)
            async for snapshot in opened.graph.aget_state_history(
                _where(row.thread_id, checkpoint_ns, None),
                filter=dict(metadata) or None,
                before=older,
                limit=min(limit, HISTORY_COUNT_MAX),
            )
        ]

    async def update(
        self,
        thread_id: GraphThreadId,
        *,
        values: Mapping[str, Json] | Sequence[Mapping[str, Json]] | None,
        as_node: str | None,
        checkpoint_id: CheckpointId | None,
        by: PersonId,
    ) -> CheckpointId:
        """Write state by hand and return its checkpoint. Raises UnableToTakeThread."""
        row = self._row(thread_id)
        if not row.capability:
            message = f"thread {thread_id} has no graph yet; start a run on it first"
            raise UnableToUseThread(message)
        updates = [values] if values is None or isinstance(values, Mapping) else list(values)
        where = _where(row.thread_id, "", checkpoint_id)
        lease = await self._leased(row.thread_id)
        try:
            opened = self._open_to_write(row, lease)
            self._require_known(opened, updates, as_node)
        except BaseException:
            self._release(lease)
            raise
        self._withdraw(row, lease, by=by, ended=as_node == END_NODE and values is None)
        try:
            for update in updates:
                where = await opened.graph.aupdate_state(where, update, as_node=as_node)
        except InvalidUpdateError as error:
            message = f"the state cannot be written so: {error}"
            raise UnableToUseThread(message) from None
        finally:
            await self._give_back(row.thread_id, lease, opened)
        return CheckpointId(str(where["configurable"]["checkpoint_id"]))

    def _require_known(
        self, opened: Opened, updates: Sequence[Mapping[str, Json] | None], as_node: str | None
    ) -> None:
        """Look at names before a card is withdrawn. Raises UnableToUseThread."""
        if as_node not in {None, END_NODE, *opened.graph.nodes}:
            message = f"{opened.spec.name!r} has no node {as_node!r} to write as"
            raise UnableToUseThread(message)
        keys = self._parts.graphs.thread_form(opened.spec.name).builder.channels
        for name in (name for update in updates if update is not None for name in update):
            if name not in keys:
                message = f"the state of {opened.spec.name!r} has no key {name!r}"
                raise UnableToUseThread(message)

    def copy_in(self, unit: Unit, source: ThreadRow, target: ThreadRow) -> None:
        """Copy a thread's checkpoints to another one, in the caller's transaction."""
        saver = self._open(replace(source, paused_shape="")).saver
        saver.copy_in(unit, source.thread_id, target.thread_id)

    def _withdraw(self, row: ThreadRow, lease: ThreadLease, *, by: PersonId, ended: bool) -> None:
        """Close every open card of the thread: what a person would approve may have changed."""
        at = self._parts.clock.now()
        with self._parts.units.write() as unit:
            self._require(unit, lease)
            current = found_thread(unit, row.thread_id)
            unit.threads.save(replace(current, root_run_id=None, updated_at=at))
            reason = "its thread was ended" if ended else "the state of its thread was written"
            cards = withdraw_cards(unit, row.root_run_id, reason=reason, at=at, rejected=ended)
            self._record(unit, row, by=by, cards=cards, ended=ended, at=at)
            unit.commit()

    def _record(
        self,
        unit: Unit,
        row: ThreadRow,
        *,
        by: PersonId,
        cards: Sequence[str],
        ended: bool,
        at: datetime,
    ) -> None:
        unit.records.append(
            RecordKind.THREAD_WRITTEN,
            subject=row.thread_id,
            payload={"by": by, "cards": list(cards), "ended": ended},
            at=at,
            run_id=row.root_run_id,
            contact_id=row.contact_id,
        )

    async def _give_back(
        self, thread_id: GraphThreadId, lease: ThreadLease, opened: Opened
    ) -> None:
        snapshot = await standing(opened, thread_id)
        at = self._parts.clock.now()
        with self._parts.units.write(records=False) as unit:
            self._require(unit, lease)
            row = found_thread(unit, thread_id)
            face = self._parts.shelf.opened_face(row)
            status = ThreadStatus.INTERRUPTED if snapshot.next else ThreadStatus.IDLE
            if is_forgotten(unit, row):
                row = replace(row, expires_at=forget_at(snapshot.pauses, at=at))
            unit.threads.save(
                replace(
                    row,
                    status=status,
                    updated_at=at,
                    state_updated_at=at,
                    face=self._parts.shelf.face(
                        thread_id, replace(face, pauses=snapshot.pauses, error=None)
                    ),
                    state=self._parts.shelf.values(thread_id, snapshot.values),
                    paused_shape=opened.shape if snapshot.next else "",
                    paused_version=opened.spec.version if snapshot.next else "",
                )
            )
            unit.threads.release(lease)
            unit.commit()

    async def _leased(self, thread_id: GraphThreadId) -> ThreadLease:
        """Take a thread; who only has to let go of it, its run being over, is waited for."""
        until = time.monotonic() + LET_GO_SECONDS
        while True:
            with self._parts.units.write(records=False) as unit:
                lease = unit.threads.lease(
                    thread_id, holder=self._parts.holder, seconds=THREAD_LEASE_SECONDS
                )
                works = found_thread(unit, thread_id).status is ThreadStatus.BUSY
                unit.commit()
            if lease is not None:
                return lease
            if works or time.monotonic() > until:
                message = f"thread {thread_id} is busy; wait for its run or cancel it"
                raise UnableToTakeThread(message)
            await asyncio.sleep(LOOK_SECONDS)

    def _require(self, unit: Unit, lease: ThreadLease) -> None:
        if not unit.threads.renew(lease, seconds=THREAD_LEASE_SECONDS):
            message = f"thread {lease.thread_id} was taken by another process; ask again"
            raise UnableToTakeThread(message)

    def _release(self, lease: ThreadLease) -> None:
        with self._parts.units.write(records=False) as unit:
            unit.threads.release(lease)
            unit.commit()

    def _open_to_write(self, row: ThreadRow, lease: ThreadLease) -> Opened:
        try:
            return open_to_write(self._parts, self._workspace_id, row, row.capability, lease=lease)[
                0
            ]
        except UnableToResumeThread as fault:
            raise UnableToTakeThread(str(fault)) from None

    def _row(self, thread_id: GraphThreadId) -> ThreadRow:
        with self._parts.units.read() as unit:
            return found_thread(unit, thread_id)

    def _open(self, row: ThreadRow) -> Opened:
        """Return a graph to read with. Raises UnableToTakeThread when it has another shape."""
        try:
            return open_graph(
                self._parts,
                self._workspace_id,
                row,
                row.capability,
                leases=lambda _unit, _thread_id: None,
            )
        except UnableToResumeThread as fault:
            raise UnableToTakeThread(str(fault)) from None


def _where(
    thread_id: GraphThreadId, ns: str, checkpoint_id: CheckpointId | None
) -> Mapping[str, Any]:
    where: dict[str, Any] = {"thread_id": thread_id, "checkpoint_ns": ns}
    if checkpoint_id is not None:
        where["checkpoint_id"] = checkpoint_id
    return {"configurable": where}
