"""Carries the runs of a thread: takes its lease, walks one run after another, ends each once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Final

from bailiwick.domain.fault import BailiwickFault, PortFault
from bailiwick.domain.ids import RunId, WorkspaceId
from bailiwick.domain.thread import (
    CancelAction,
    GraphThreadId,
    ThreadRunStatus,
    ThreadStatus,
)
from bailiwick.engine.placing import resuming
from bailiwick.engine.thread.graph import Opened, open_graph, open_to_write, standing
from bailiwick.engine.thread.parts import ThreadParts, is_forgotten, withdraw_cards
from bailiwick.engine.thread.rows import End, first_frame, last_frames, moved
from bailiwick.engine.thread.walk import StillWaiting, Walk, Walked, failed
from bailiwick.engine.thread_faults import LostThread
from bailiwick.kit.json_value import Json
from bailiwick.kit.plain import UnableToShow
from bailiwick.ports.threads import (
    EVENTS_COUNT_MAX,
    THREAD_HEARTBEAT_SECONDS,
    THREAD_LEASE_SECONDS,
    ThreadEventRow,
    ThreadLease,
    ThreadRow,
    ThreadRunRow,
)
from bailiwick.ports.unit import Unit

LOOK_SECONDS: Final = 1.0  # ours: how soon a cancellation by another process is noticed
RUNS_COUNT_MAX: Final = 100  # ours: of one thread in one go; then others have their turn


@dataclass(slots=True)
class _Telling:
    """Numbers the frames of one run."""

    carrier: "Carrier"
    thread_id: GraphThreadId
    run_id: RunId
    lease: ThreadLease
    seq: int = 0
    opened: Opened | None = None
    """The graph, once it could be opened."""

    async def frame(self, event: str, data: Json) -> None:
        """Store one frame of the stream; beyond the bound nothing but the end is told."""
        if self.seq >= EVENTS_COUNT_MAX:
            return
        row = self.next(event, data)
        parts = self.carrier.parts

        def store(unit: Unit) -> None:
            self.carrier.require(unit, self.lease)
            unit.threads.add_events([row], at=parts.clock.now())

        await parts.group.commit(parts.units, store)

    def next(self, event: str, data: Json) -> ThreadEventRow:
        """Return the next frame, not yet stored."""
        self.seq += 1
        shelf = self.carrier.parts.shelf
        return shelf.event(self.thread_id, self.run_id, seq=self.seq, event=event, data=data)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Carries threads in this process."""

    parts: ThreadParts
    workspace_id: WorkspaceId
    going: dict[RunId, asyncio.Task[Walked]] = field(
        default_factory=dict[RunId, "asyncio.Task[Walked]"]
    )
    """Runs that this process walks at the moment."""

    async def carry(self, thread_id: GraphThreadId) -> int:
        """Carry out the runs of a thread that are due; return how many."""
        lease = self._leased(thread_id)
        if lease is None:
            return 0
        count = 0
        with suppress(LostThread):
            while count < RUNS_COUNT_MAX:
                run = self._next(lease)
                if run is None:
                    break
                await self._carry_one(run, lease)
                count += 1
            else:
                self._release(lease)
        return count

    def require(self, unit: Unit, lease: ThreadLease) -> None:
        """Show the lease before a write. Raises LostThread."""
        if not unit.threads.renew(lease, seconds=THREAD_LEASE_SECONDS):
            message = f"thread {lease.thread_id} is carried by another process now"
            raise LostThread(message)

    def _leased(self, thread_id: GraphThreadId) -> ThreadLease | None:
        with self.parts.units.write(records=False) as unit:
            lease = unit.threads.lease(
                thread_id, holder=self.parts.holder, seconds=THREAD_LEASE_SECONDS
            )
            unit.commit()
        return lease

    def _release(self, lease: ThreadLease) -> None:
        with self.parts.units.write(records=False) as unit:
            unit.threads.release(lease)
            unit.commit()

    def _next(self, lease: ThreadLease) -> ThreadRunRow | None:
        """Take the next run; with none left give the thread back in the same transaction."""
        at = self.parts.clock.now()
        with self.parts.units.write(records=False) as unit:
            self.require(unit, lease)
            run = unit.threads.next_run(lease.thread_id, at=at)
            if run is None:
                unit.threads.release(lease)
            else:
                run = replace(
                    run, status=ThreadRunStatus.RUNNING, attempt=run.attempt + 1, updated_at=at
                )
                unit.threads.save_run(run)
                thread = unit.threads.get(lease.thread_id)
                assert thread is not None, "its lease was just shown"
                unit.threads.save(replace(thread, status=ThreadStatus.BUSY, updated_at=at))
            unit.commit()
        return run

    async def _carry_one(self, run: ThreadRunRow, lease: ThreadLease) -> None:
        with self.parts.units.read() as unit:
            thread = unit.threads.get(lease.thread_id)
            seq = max(
                (e.seq for e in unit.threads.events(run.run_id, after=0, size=EVENTS_COUNT_MAX)),
                default=0,
            )
        assert thread is not None, "its lease was just shown"
        telling = _Telling(self, thread.thread_id, run.run_id, lease, seq)
        if run.cancel:
            await self._cancelled(run, telling)
            return
        task = asyncio.create_task(self._walk(thread, run, telling))
        self.going[run.run_id] = task
        try:
            async with self._watched(run, lease, task):
                walked = await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                task.cancel()
                raise
            await self._cancelled(run, telling)
        else:
            await self._end(run, telling, walked)
        finally:
            del self.going[run.run_id]

    async def _walk(self, thread: ThreadRow, run: ThreadRunRow, telling: _Telling) -> Walked:
        asked = self.parts.shelf.run(run)
        await telling.frame(*first_frame(run))
        tracer = self.parts.runner.parts.tracer
        try:
            with resuming(tracer, self.parts.units, run, asked.asked.traceparent):
                telling.opened, adopted = self._open(thread, run, telling.lease)
                return await Walk(
                    parts=self.parts,
                    thread=thread,
                    run=replace(asked, attempt=run.attempt),
                    root_run_id=run.root_run_id or run.run_id,
                    opened=telling.opened,
                    tell=telling.frame,
                    adopted=adopted,
                ).go()
        except (LostThread, PortFault):
            raise  # says nothing about the run: whoever carries it next goes on with it
        except BailiwickFault as fault:
            return failed(fault)

    def _open(
        self, thread: ThreadRow, run: ThreadRunRow, lease: ThreadLease
    ) -> tuple[Opened, bool]:
        asked = self.parts.shelf.run(run).asked
        return open_to_write(
            self.parts,
            self.workspace_id,
            thread,
            run.capability,
            lease=lease,
            anew=asked.input is not None and asked.checkpoint_id is None and asked.command is None,
        )

    @asynccontextmanager
    async def _watched(
        self, run: ThreadRunRow, lease: ThreadLease, task: asyncio.Task[Walked]
    ) -> AsyncGenerator[None]:
        """Keep the lease while a run goes, and end it when somebody asks or the lease is lost."""

        async def watch() -> None:
            for beat in range(1, 10_000_000):  # ours: more seconds than any run may take
                await asyncio.sleep(LOOK_SECONDS)
                with suppress(PortFault):  # the store is away; the next beat asks again
                    if await asyncio.to_thread(self._is_over, run, lease, beat):
                        task.cancel()
                        return

        watcher = asyncio.create_task(watch())
        try:
            yield
        finally:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher

    def _is_over(self, run: ThreadRunRow, lease: ThreadLease, beat: int) -> bool:
        if beat % THREAD_HEARTBEAT_SECONDS == 0:
            with self.parts.units.write(records=False) as unit:
                held = unit.threads.renew(lease, seconds=THREAD_LEASE_SECONDS)
                unit.commit()
            if not held:
                return True
        with self.parts.units.read() as unit:
            found = unit.threads.run(run.run_id)
        return found is None or bool(found.cancel)

    async def _cancelled(self, run: ThreadRunRow, telling: _Telling) -> None:
        lease = telling.lease
        # What the walk still had under way is committed before anything of it is undone.
        await self.parts.group.commit(self.parts.units, lambda unit: self.require(unit, lease))
        with self.parts.units.read() as unit:
            found = unit.threads.run(run.run_id)
        if found is not None and found.cancel == CancelAction.ROLLBACK.value:
            await self._roll_back(run, telling)
            return
        await self._end(run, telling, await self._stands(run, telling))

    async def _stands(self, run: ThreadRunRow, telling: _Telling) -> Walked:
        """Return where the thread stands after a cancelled run, as far as its graph can say."""
        with self.parts.units.read() as unit:
            thread = unit.threads.get(telling.thread_id)
        assert thread is not None, "its lease was just shown"
        walked = Walked(status=ThreadRunStatus.INTERRUPTED)
        try:
            telling.opened, _ = self._open(thread, run, telling.lease)
            found = await standing(telling.opened, telling.thread_id)
        except (LostThread, PortFault):
            raise
        except (BailiwickFault, UnableToShow):
            return walked
        if found.checkpoint_id is None:
            return walked
        return replace(walked, values=found.values, pauses=found.pauses, waits=bool(found.next))

    async def _roll_back(self, run: ThreadRunRow, telling: _Telling) -> None:
        """Forget what a run has made of the thread; its records stay, its cards are withdrawn.

        In two transactions; the run is there until the second, so a crash between does it again.
        """
        at, lease = self.parts.clock.now(), telling.lease
        with self.parts.units.write() as unit:
            self.require(unit, lease)
            thread = unit.threads.get(lease.thread_id)
            assert thread is not None, "its lease was just shown"
            if thread.root_run_id == run.run_id:
                thread = replace(thread, root_run_id=None)
                unit.threads.save(thread)
            withdraw_cards(unit, run.run_id, reason="its run was rolled back", at=at)
            saver = open_graph(
                self.parts,
                self.workspace_id,
                thread,
                run.capability,
                leases=lambda _unit, _thread_id: lease,
                anew=True,
            ).saver
            saver.forget_runs(unit, [run.run_id])
            saver.forget_answers(unit, lease.thread_id)
            unit.commit()
        walked = await self._stands(run, telling)
        with self.parts.units.write(records=False) as unit:
            self.require(unit, lease)
            thread = unit.threads.get(lease.thread_id)
            assert thread is not None, "its lease was just shown"
            unit.threads.delete_run(run.run_id)
            unit.threads.save(self._moved(unit, thread, run, walked, opened=telling.opened))
            unit.commit()

    async def _end(self, run: ThreadRunRow, telling: _Telling, walked: Walked) -> None:
        if walked.error is not None and walked.error.get("error") == StillWaiting.__name__:
            walked = replace(walked, status=ThreadRunStatus.SUCCESS, error=None)
        self._finish(run, telling, walked, kept=walked.values is None)

    def _finish(self, run: ThreadRunRow, telling: _Telling, walked: Walked, *, kept: bool) -> None:
        """End a run and say how its thread stands, in one transaction; `kept` is what stood."""
        at = self.parts.clock.now()
        with self.parts.units.write(records=False) as unit:
            self.require(unit, telling.lease)
            thread = unit.threads.get(telling.thread_id)
            assert thread is not None, "its lease was just shown"
            if kept:  # nothing was reached, so what stood before stands
                walked = self._standing(thread, walked)
            error = walked.error
            unit.threads.save_run(
                replace(
                    run,
                    status=walked.status,
                    updated_at=at,
                    error=self.parts.shelf.error(thread.thread_id, run.run_id, error)
                    if error is not None
                    else None,
                )
            )
            opened = None if kept else telling.opened
            unit.threads.save(self._moved(unit, thread, run, walked, opened=opened))
            frames = [telling.next(*told) for told in last_frames(run.run_id, walked)]
            unit.threads.add_events(frames, at=at)
            if opened is not None:
                opened.saver.tidy(unit, thread.thread_id)
            unit.commit()

    def _standing(self, thread: ThreadRow, walked: Walked) -> Walked:
        face = self.parts.shelf.opened_face(thread)
        return replace(
            walked,
            values=self.parts.shelf.opened_values(thread),
            pauses=face.pauses,
            waits=bool(thread.paused_shape),
        )

    def _moved(
        self,
        unit: Unit,
        thread: ThreadRow,
        run: ThreadRunRow,
        walked: Walked,
        *,
        opened: Opened | None,
    ) -> ThreadRow:
        """Return the thread as it is now; `opened` is what it waits in, None when it did before."""
        end = End(
            walked=walked,
            at=self.parts.clock.now(),
            shape=opened.shape if opened is not None else thread.paused_shape,
            version=opened.spec.version if opened is not None else thread.paused_version,
            forgotten=run.forget or is_forgotten(unit, thread),
        )
        return moved(self.parts.shelf, thread, self.parts.shelf.opened_face(thread), end)
