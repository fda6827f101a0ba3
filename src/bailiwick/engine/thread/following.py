"""Waiting for runs on threads and following their frames, in whatever process they go."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

from bailiwick.domain.ids import RunId
from bailiwick.domain.thread import ENDED, GraphThreadId, ThreadEvent, Waited
from bailiwick.engine.runs.waiting import POLL_SECONDS
from bailiwick.engine.thread.lookup import found_run, found_thread
from bailiwick.engine.thread.parts import ThreadParts
from bailiwick.ports.threads import ThreadEventRow, ThreadRunRow

_FRAMES_COUNT_MAX: Final = 500  # ours: of one look


class Following:
    """Looks at runs until they end."""

    def __init__(self, parts: ThreadParts) -> None:
        self._parts = parts

    async def wait(self, thread_id: GraphThreadId, run_id: RunId, *, seconds_max: float) -> Waited:
        """Return how the run stands when it has ended or the time is over."""
        with self._parts.units.read() as unit:
            found_run(unit, thread_id, run_id)
        await self.gone_or_ended(run_id, seconds_max=seconds_max)
        with self._parts.units.read() as unit:
            run = found_run(unit, thread_id, run_id)
            thread = self._parts.shelf.thread(found_thread(unit, thread_id))
        told = self._parts.shelf.run(run)
        return Waited(run=told, values=thread.values, pauses=thread.pauses, error=told.error)

    async def gone_or_ended(self, run_id: RunId, *, seconds_max: float) -> None:
        """Return when a run has ended or is gone, or when the time is over."""
        until = time.monotonic() + seconds_max
        while True:
            rings = self._parts.waiting.rings
            run = await asyncio.to_thread(self._run, run_id)
            left = until - time.monotonic()
            if run is None or run.status in ENDED or left <= 0:
                return
            await self._parts.waiting.rang(after=rings, seconds_max=min(left, POLL_SECONDS))

    async def events(
        self, thread_id: GraphThreadId, run_id: RunId, *, after: int
    ) -> AsyncIterator[ThreadEvent]:
        """Follow a run from the frame after a number until its `end`, or until it is gone."""
        with self._parts.units.read() as unit:
            found_run(unit, thread_id, run_id)
        while True:
            rings = self._parts.waiting.rings
            run, rows = await asyncio.to_thread(self._look, run_id, after)
            for row in rows:
                after = row.seq
                yield self._parts.shelf.opened_event(row)
                if row.event == "end":
                    return
            if rows:
                continue
            if run is None or run.status in ENDED:
                return
            await self._parts.waiting.rang(after=rings, seconds_max=POLL_SECONDS)

    def _run(self, run_id: RunId) -> ThreadRunRow | None:
        with self._parts.units.read() as unit:
            return unit.threads.run(run_id)

    def _look(
        self, run_id: RunId, after: int
    ) -> tuple[ThreadRunRow | None, tuple[ThreadEventRow, ...]]:
        with self._parts.units.read() as unit:
            run = unit.threads.run(run_id)
            rows = unit.threads.events(run_id, after=after, size=_FRAMES_COUNT_MAX)
        return run, tuple(rows)
