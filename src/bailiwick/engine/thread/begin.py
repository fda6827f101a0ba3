"""The first stretch of a run that may pause, walked where it was asked for (decision 0034).

Nothing is stored before it ends or pauses. Then one commit holds the thread, the run, its frames
and its checkpoint, each as a pool would have stored it, and any process goes on from there.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import Final

from bailiwick.domain.fault import BailiwickFault, PortFault
from bailiwick.domain.ids import PREFIX, RunId, WorkspaceId
from bailiwick.domain.thread import NewRun, ThreadRun, ThreadRunStatus, Waited
from bailiwick.engine.checkpoint.book import CheckpointBook
from bailiwick.engine.checkpoint.first import FirstSaver
from bailiwick.engine.thread.graph import Opened
from bailiwick.engine.thread.parts import ThreadParts
from bailiwick.engine.thread.rows import (
    End,
    first_frame,
    last_frames,
    marks,
    moved,
    new_run,
    new_thread,
    new_thread_id,
)
from bailiwick.engine.thread.shelf import Face
from bailiwick.engine.thread.walk import Walk, Walked, failed
from bailiwick.kit.json_value import Json
from bailiwick.ports.queue import Full
from bailiwick.ports.threads import ThreadEventRow, ThreadRow, ThreadRunRow
from bailiwick.ports.unit import Unit

LEFT_SECONDS: Final = 60  # ours: a slow graph is tried once a minute, a stalled moment soon over


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A run on a thread that nobody knows yet."""

    thread: ThreadRow
    row: ThreadRunRow
    run: ThreadRun
    opened: Opened
    saver: FirstSaver


class Beginning:
    """Walks such stretches in one workspace."""

    def __init__(self, parts: ThreadParts, workspace_id: WorkspaceId) -> None:
        self._parts = parts
        self._workspace_id = workspace_id
        self._left: dict[str, float] = {}
        """Until when runs of a capability are left to its pool."""

    async def begin(self, asked: NewRun, *, by: str, seconds_max: float) -> Waited | Full | None:
        """Walk a run and store it with its thread. Raises what `Threads.begin` says."""
        if self._parts.clock.monotonic() < self._left.get(asked.capability, float("-inf")):
            return None
        found = await self._placed(asked, by=by, seconds_max=seconds_max)
        if found is None:
            self._left[asked.capability] = self._parts.clock.monotonic() + LEFT_SECONDS
        return found

    async def _placed(self, asked: NewRun, *, by: str, seconds_max: float) -> Waited | Full | None:
        async with self._parts.places.place() as full:
            if full is not None:
                return full
            begun = self._begun(asked, by)
            try:
                async with asyncio.timeout(seconds_max):
                    walked = await self._walked(begun)
            except TimeoutError:
                return None
            # A pool, which keeps each step, tells what came before a state that none can keep.
            return None if begun.saver.refused else await self._stored(begun, walked)

    def _begun(self, asked: NewRun, by: str) -> _Begun:
        parts = self._parts
        at = parts.clock.now()
        thread_id = new_thread_id(parts.ids)
        run_id = RunId(parts.ids.new(PREFIX["run"]))
        row = replace(new_run(parts.shelf, thread_id, run_id, asked, at=at), attempt=1)
        form = parts.graphs.thread_form(asked.capability)
        book = CheckpointBook(
            workspace_id=self._workspace_id, keyring=parts.keyring, codec=form.codec
        )
        saver = FirstSaver(
            thread_id,
            units=parts.units,
            writes=parts.group,
            book=book,
            clock=parts.clock,
            ids=parts.ids,
        )
        spec = parts.graphs.spec(asked.capability)
        return _Begun(
            thread=replace(
                new_thread(thread_id, at=at, by=by), capability=spec.name, root_run_id=run_id
            ),
            row=row,
            run=ThreadRun(
                run_id=run_id,
                thread_id=thread_id,
                status=ThreadRunStatus.RUNNING,
                asked=asked,
                created_at=at,
                updated_at=at,
                attempt=row.attempt,
            ),
            opened=Opened(graph=form.on(saver), saver=saver, spec=spec, shape=form.shape),
            saver=saver,
        )

    async def _walked(self, begun: _Begun) -> Walked:
        try:
            return await Walk(
                parts=self._parts,
                thread=begun.thread,
                run=begun.run,
                root_run_id=begun.run.run_id,
                opened=begun.opened,
                tell=_unheard,
                durability="exit",
            ).go()
        except PortFault:
            raise  # says nothing about the run: nothing of it is stored, and the caller asks again
        except BailiwickFault as fault:
            return failed(fault)

    async def _stored(self, begun: _Begun, walked: Walked) -> Waited:
        parts, asked = self._parts, begun.run.asked
        end = End(
            walked=walked,
            at=parts.clock.now(),
            shape=begun.opened.shape,
            version=begun.opened.spec.version,
            forgotten=asked.forget,
        )
        name, run_id = begun.thread.thread_id, begun.run.run_id
        thread = moved(parts.shelf, begun.thread, Face(metadata=marks(asked), config={}), end)
        sealed = None if walked.error is None else parts.shelf.error(name, run_id, walked.error)
        row = replace(begun.row, status=walked.status, updated_at=end.at, error=sealed)
        frames = self._frames(row, walked)

        def store(unit: Unit) -> None:
            unit.threads.add_walked(thread, row, frames)
            begun.saver.store(unit)

        await parts.group.commit(parts.units, store)
        run = replace(begun.run, status=walked.status, updated_at=end.at, error=walked.error)
        return Waited(run=run, values=walked.values, pauses=walked.pauses, error=walked.error)

    def _frames(self, row: ThreadRunRow, walked: Walked) -> list[ThreadEventRow]:
        told = (first_frame(row), *last_frames(row.run_id, walked))
        return [
            self._parts.shelf.event(row.thread_id, row.run_id, seq=seq, event=event, data=data)
            for seq, (event, data) in enumerate(told, start=1)
        ]


async def _unheard(event: str, data: Json) -> None:
    """Tell nobody: no client can follow a run whose name it does not know."""
    del event, data
