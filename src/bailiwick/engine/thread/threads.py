"""Threads of one workspace: making, finding, changing, answering, following, erasing.

Surfaces call this and nothing below it. It decides nothing about rights: the surface has asked the
law whether this caller may. What a person approves is the stored payload of a card, whatever the
client sends (api-compat, section 7). The faults named here are in `thread_faults`.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bailiwick.domain.ids import PersonId, RunId, WorkspaceId
from bailiwick.domain.thread import (
    ENDED,
    Answer,
    CancelAction,
    CheckpointId,
    GraphThreadId,
    NewRun,
    Thread,
    ThreadEvent,
    ThreadPage,
    ThreadQuery,
    ThreadRun,
    ThreadRunStatus,
    ThreadState,
    ThreadStatus,
    Waited,
)
from bailiwick.engine.thread.asking import Asking
from bailiwick.engine.thread.begin import Beginning
from bailiwick.engine.thread.carry import Carrier
from bailiwick.engine.thread.following import Following
from bailiwick.engine.thread.lookup import found_run, found_thread, require_uuid
from bailiwick.engine.thread.parts import ThreadParts, enqueue, withdraw_cards
from bailiwick.engine.thread.rows import new_thread, new_thread_id
from bailiwick.engine.thread.search import every_thread, matches, said_in, sorted_threads
from bailiwick.engine.thread.shelf import Face
from bailiwick.engine.thread.states import States
from bailiwick.engine.thread_faults import UnableToTakeThread
from bailiwick.kit.json_value import Json
from bailiwick.ports.care import Holding
from bailiwick.ports.queue import Full
from bailiwick.ports.threads import ThreadRow
from bailiwick.ports.unit import Unit, Units

SCAN_COUNT_MAX: Final = 10_000  # ours: threads looked through for one search
EVENT_HOURS: Final = 1  # ours: a client that reconnects does so within it
STRANDED_SECONDS: Final = 60  # ours: three leases; its job was lost with a full pool
TIDY_COUNT_MAX: Final = 500  # ours: of each kind in one go


class Threads:
    """What surfaces may do with threads."""

    def __init__(self, parts: ThreadParts, workspace_id: WorkspaceId) -> None:
        self._parts = parts
        self._carrier = Carrier(parts, workspace_id)
        self._asking = Asking(parts, self._carrier)
        self._states = States(parts, workspace_id)
        self._following = Following(parts)
        self._beginning = Beginning(parts, workspace_id)

    def create(
        self,
        thread_id: GraphThreadId | None = None,
        *,
        metadata: Mapping[str, Json] | None = None,
        ttl_minutes: int | None = None,
        exists_ok: bool = False,
        by: str = "",
    ) -> Thread:
        """Make a thread, or return the one of that id when `exists_ok`.

        Raises UnableToTakeThread when the id is taken, UnableToUseThread when it is no UUID.
        """
        with self._parts.units.write(records=False) as unit:
            if thread_id is not None and exists_ok:
                known = unit.threads.get(require_uuid(thread_id))
                if known is not None:
                    return self._parts.shelf.thread(known)
            row = self._new(thread_id, metadata or {}, ttl_minutes, by=by)
            if not unit.threads.add(row):
                message = f"Thread with ID {row.thread_id} already exists"
                raise UnableToTakeThread(message)
            unit.commit()
        return self._parts.shelf.thread(row)

    def get(self, thread_id: GraphThreadId) -> Thread:
        """Return a thread. Raises UnableToFindThread."""
        with self._parts.units.read() as unit:
            return self._parts.shelf.thread(found_thread(unit, thread_id))

    def search(self, query: ThreadQuery, *, seen: Units | None = None) -> ThreadPage:
        """Return threads that match, those that `seen` shows if it is given."""
        found = sorted_threads(self._matching(query, seen), query)
        page = found[query.offset : query.offset + query.limit]
        return ThreadPage(items=tuple(page), total_count=len(found))

    def count(self, query: ThreadQuery, *, seen: Units | None = None) -> int:
        """Count threads that match, those that `seen` shows if it is given."""
        return len(self._matching(query, seen))

    def update(
        self,
        thread_id: GraphThreadId,
        *,
        metadata: Mapping[str, Json],
        ttl_minutes: int | None = None,
    ) -> Thread:
        """Merge metadata into a thread's. Raises UnableToFindThread."""
        at = self._parts.clock.now()
        with self._parts.units.write(records=False) as unit:
            row = found_thread(unit, thread_id)
            face = self._parts.shelf.opened_face(row)
            merged = replace(face, metadata={**face.metadata, **metadata})
            row = replace(row, face=self._parts.shelf.face(row.thread_id, merged), updated_at=at)
            if ttl_minutes is not None:
                row = replace(row, expires_at=at + timedelta(minutes=ttl_minutes))
            unit.threads.save(row)
            unit.commit()
        return self._parts.shelf.thread(row)

    def delete(self, thread_id: GraphThreadId) -> None:
        """Delete working state; open cards go stale, records stay. Raises UnableToFindThread."""
        with self._parts.units.write() as unit:
            self._delete(unit, found_thread(unit, thread_id))
            unit.commit()

    def copy(self, thread_id: GraphThreadId, *, by: str = "") -> Thread:
        """Make a new thread with the state of one; cards are not copied."""
        with self._parts.units.read() as unit:
            source = found_thread(unit, thread_id)
        face = self._parts.shelf.opened_face(source)
        row = self._new(None, face.metadata, None, by=by)
        with self._parts.units.write(records=False) as unit:
            values = self._parts.shelf.opened_values(source)
            row = replace(
                row,
                capability=source.capability,
                contact_id=source.contact_id,
                status=ThreadStatus.IDLE,
                state=None if values is None else self._parts.shelf.values(row.thread_id, values),
            )
            unit.threads.add(row)
            if source.capability:
                self._states.copy_in(unit, source, row)
            unit.commit()
        return self._parts.shelf.thread(row)

    async def state(
        self,
        thread_id: GraphThreadId,
        *,
        checkpoint_id: CheckpointId | None = None,
        checkpoint_ns: str = "",
        subgraphs: bool = False,
    ) -> ThreadState:
        """Return the newest state, or that of a checkpoint. Raises UnableToFindThread."""
        return await self._states.state(
            thread_id,
            checkpoint_id=checkpoint_id,
            checkpoint_ns=checkpoint_ns,
            subgraphs=subgraphs,
        )

    async def history(
        self,
        thread_id: GraphThreadId,
        *,
        limit: int = 10,
        before: CheckpointId | None = None,
        checkpoint_ns: str = "",
        metadata: Mapping[str, Json] | None = None,
    ) -> Sequence[ThreadState]:
        """Return states, newest first; `metadata` may name source, step and run_id."""
        return await self._states.history(
            thread_id,
            limit=limit,
            before=before,
            checkpoint_ns=checkpoint_ns,
            metadata=metadata or {},
        )

    async def update_state(
        self,
        thread_id: GraphThreadId,
        *,
        values: Mapping[str, Json] | Sequence[Mapping[str, Json]] | None,
        as_node: str | None = None,
        checkpoint_id: CheckpointId | None = None,
        by: PersonId,
    ) -> CheckpointId:
        """Write state by hand and return its checkpoint; every open card of the thread goes stale.

        Privileged. `values=None, as_node="__end__"` ends the thread, rejecting its cards. Raises
        UnableToTakeThread while a run works, UnableToUseThread for an unknown node or key.
        """
        return await self._states.update(
            thread_id, values=values, as_node=as_node, checkpoint_id=checkpoint_id, by=by
        )

    def start(self, thread_id: GraphThreadId, asked: NewRun) -> ThreadRun | Full:
        """Store a run and ring for it. With `command` it goes on with the thread.

        Raises UnableToFindThread; UnableToTakeThread when the thread is busy (REJECT), an input
        meets an open card (unless INTERRUPT or ROLLBACK), or a plain resume meets several
        interrupts; UnableToUseThread when a card is to be resumed without `answer`.
        """
        return self._asking.start(thread_id, asked)

    async def begin(self, asked: NewRun, *, by: str, seconds_max: float) -> Waited | Full | None:
        """Walk a run on a thread of its own here, to its end or pause, and store both at once.

        None when that cannot be done here or in time: nothing was stored, start it in its pool.
        """
        return await self._beginning.begin(asked, by=by, seconds_max=seconds_max)

    def answer(
        self, thread_id: GraphThreadId, answers: Sequence[Answer], asked: NewRun, *, by: PersonId
    ) -> ThreadRun | Full:
        """Decide the cards of interrupts through the inbox and go on with the thread.

        `asked.command.resume` is kept as what the client sent and never executed. Raises
        UnableToTakeThread when an interrupt is not open, a hash differs or a card is closed, and
        what the inbox raises; cards before it in `answers` stay decided.
        """
        return self._asking.answer(thread_id, answers, asked, by=by)

    def runs(
        self,
        thread_id: GraphThreadId,
        *,
        status: ThreadRunStatus | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Sequence[ThreadRun]:
        """Return the runs of a thread, newest first. Raises UnableToFindThread."""
        with self._parts.units.read() as unit:
            row = found_thread(unit, thread_id)
            found = list(reversed(unit.threads.runs(row.thread_id, status=status)))
        return tuple(self._parts.shelf.run(run) for run in found[offset : offset + limit])

    def run(self, thread_id: GraphThreadId, run_id: RunId) -> ThreadRun:
        """Return a run of this thread. Raises UnableToFindThread."""
        with self._parts.units.read() as unit:
            return self._parts.shelf.run(found_run(unit, thread_id, run_id))

    async def wait(self, thread_id: GraphThreadId, run_id: RunId, *, seconds_max: float) -> Waited:
        """Return how the run stands when it has ended or the time is over."""
        return await self._following.wait(thread_id, run_id, seconds_max=seconds_max)

    def events(
        self, thread_id: GraphThreadId, run_id: RunId, *, after: int = 0
    ) -> AsyncIterator[ThreadEvent]:
        """Follow a run from the frame after `after`: stored ones, then live, until its `end`.

        Frames stay for an hour, so a reconnect with the last seen number loses none.
        """
        return self._following.events(thread_id, run_id, after=after)

    async def cancel(
        self,
        thread_id: GraphThreadId,
        run_id: RunId,
        *,
        action: CancelAction = CancelAction.INTERRUPT,
        wait_seconds: float = 0,
    ) -> ThreadRun | None:
        """Ask a run to end; None when it was rolled back and is gone."""
        self._asking.cancel(thread_id, run_id, action)
        if wait_seconds:
            await self._following.gone_or_ended(run_id, seconds_max=wait_seconds)
        with self._parts.units.read() as unit:
            row = unit.threads.run(run_id)
        return None if row is None else self._parts.shelf.run(row)

    def delete_run(self, thread_id: GraphThreadId, run_id: RunId) -> None:
        """Delete a run that has ended. Raises UnableToTakeThread while it works."""
        with self._parts.units.write(records=False) as unit:
            run = found_run(unit, thread_id, run_id)
            if run.status not in ENDED:
                message = f"run {run_id} is {run.status.value}; cancel it first"
                raise UnableToTakeThread(message)
            unit.threads.delete_run(run_id)
            unit.commit()

    async def carry(self, thread_id: GraphThreadId) -> int:
        """Carry out the runs of a thread that are due, one after another; return how many.

        For the worker of JobKind.RESUME, whose subject is the thread id; returns 0 while another
        process carries the thread, which then does this too.
        """
        return await self._carrier.carry(thread_id)

    def forget(self, unit: Unit, holding: Holding) -> Mapping[str, int]:
        """Delete every thread about a person or in which one is named, whoever wrote that.

        Returns how many others than the person's own there were. Raises UnableToOpenThread.
        """
        mine = set(unit.threads.about(holding.contact_id))
        naming = {
            row.thread_id
            for row in every_thread(unit)
            if row.thread_id not in mine and self._names(unit, row, holding)
        }
        for thread_id in mine | naming:
            self._delete(unit, found_thread(unit, thread_id))
        return {"threads": len(naming)} if naming else {}

    def _names(self, unit: Unit, row: ThreadRow, holding: Holding) -> bool:
        said = said_in(unit, row, self._parts.shelf)
        return any(term.lower() in said for term in holding.terms)

    def tidy(self) -> int:
        """Delete expired threads and old frames; ring for stranded runs; count all of them."""
        at = self._parts.clock.now()
        with self._parts.units.write() as unit:
            expired = unit.threads.expired(at=at, count_max=TIDY_COUNT_MAX)
            for thread_id in expired:
                self._delete(unit, found_thread(unit, thread_id))
            frames = unit.threads.forget_events(before=at - timedelta(hours=EVENT_HOURS))
            stranded = unit.threads.stranded(
                before=at - timedelta(seconds=STRANDED_SECONDS), count_max=TIDY_COUNT_MAX
            )
            for run in stranded:
                if run.attempt < 0:
                    unit.threads.delete_run(run.run_id)  # who set it aside died before deciding
                else:
                    enqueue(self._parts, unit, run)
            unit.commit()
        return len(expired) + frames + len(stranded)

    def _delete(self, unit: Unit, row: ThreadRow) -> None:
        at = self._parts.clock.now()
        unit.threads.save(replace(row, root_run_id=None))
        withdraw_cards(unit, row.root_run_id, reason="its thread was deleted", at=at)
        unit.threads.delete(row.thread_id)

    def _new(
        self,
        thread_id: GraphThreadId | None,
        metadata: Mapping[str, Json],
        ttl_minutes: int | None,
        *,
        by: str,
    ) -> ThreadRow:
        at = self._parts.clock.now()
        name = new_thread_id(self._parts.ids) if thread_id is None else require_uuid(thread_id)
        row = new_thread(name, at=at, by=by)
        return replace(
            row,
            face=self._parts.shelf.face(name, Face(metadata=metadata, config={})),
            expires_at=at + timedelta(minutes=ttl_minutes) if ttl_minutes is not None else None,
        )

    def _matching(self, query: ThreadQuery, seen: Units | None) -> list[Thread]:
        with (seen or self._parts.units).read() as unit:
            rows = unit.threads.page(
                status=query.status, ids=query.ids, after=None, size=SCAN_COUNT_MAX
            )
        found = (self._parts.shelf.thread(row) for row in rows)
        return [thread for thread in found if matches(thread, query)]
