"""Threads that play what a test writes down, for routes whose work ends before the engine's."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bailiwick.domain.ids import PersonId, RunId
from bailiwick.domain.thread import (
    ENDED,
    Answer,
    CancelAction,
    GraphThreadId,
    NewRun,
    Pause,
    Thread,
    ThreadEvent,
    ThreadRun,
    ThreadRunStatus,
    ThreadStatus,
    Waited,
)
from bailiwick.engine.thread.threads import Threads
from bailiwick.engine.thread_faults import UnableToFindThread
from bailiwick.ports.queue import Full

AT = datetime(2026, 11, 19, 12, tzinfo=UTC)
THREAD = GraphThreadId("6f1c2a34-0000-4000-8000-000000000001")
RUN = RunId("run_01m7w2y7m022fazz7t27ej28y3")


@dataclass
class FakeThreads(Threads):
    """One thread with one run; notes what was asked of it."""

    pauses: tuple[Pause, ...] = ()
    frames: Sequence[ThreadEvent] = ()
    status: ThreadRunStatus = ThreadRunStatus.SUCCESS
    full: Full | None = None
    ends_after_waits: int = 0
    """How many times somebody waits in vain before the run has ended."""
    started: list[NewRun] = field(default_factory=list[NewRun])
    answered: list[tuple[Answer, PersonId]] = field(default_factory=list[tuple[Answer, PersonId]])
    cancelled: int = 0
    read_count: int = 0
    """How many frames were taken from the stream."""

    def create(self, thread_id: GraphThreadId | None = None, **_: object) -> Thread:
        """Return the thread."""
        return replace(self.get(THREAD), thread_id=thread_id or THREAD)

    def get(self, thread_id: GraphThreadId) -> Thread:
        """Return the thread. Raises UnableToFindThread for any other."""
        if thread_id != THREAD:
            message = f"there is no thread {thread_id!r}"
            raise UnableToFindThread(message)
        return Thread(
            thread_id=THREAD,
            created_at=AT,
            updated_at=AT,
            state_updated_at=AT,
            status=ThreadStatus.INTERRUPTED if self.pauses else ThreadStatus.IDLE,
            pauses=self.pauses,
        )

    def start(self, thread_id: GraphThreadId, asked: NewRun) -> ThreadRun | Full:
        """Note what was asked."""
        self.get(thread_id)
        if self.full is not None:
            return self.full
        self.started.append(asked)
        return self.run(thread_id, RUN)

    def answer(
        self, thread_id: GraphThreadId, answers: Sequence[Answer], asked: NewRun, *, by: PersonId
    ) -> ThreadRun | Full:
        """Note what was decided."""
        self.answered.extend((one, by) for one in answers)
        self.started.append(asked)
        return self.run(thread_id, RUN)

    def run(self, thread_id: GraphThreadId, run_id: RunId) -> ThreadRun:
        """Return the run. Raises UnableToFindThread for any other."""
        if (thread_id, run_id) != (THREAD, RUN):
            message = f"there is no run {run_id!r}"
            raise UnableToFindThread(message)
        status = ThreadRunStatus.RUNNING if self.ends_after_waits else self.status
        asked = self.started[-1] if self.started else NewRun(capability="crm_orchestrator")
        return ThreadRun(
            run_id=RUN,
            thread_id=THREAD,
            status=status,
            asked=asked,
            created_at=AT,
            updated_at=AT,
        )

    async def wait(self, thread_id: GraphThreadId, run_id: RunId, *, seconds_max: float) -> Waited:
        """Return how the run stands, at once."""
        assert seconds_max > 0
        run = self.run(thread_id, run_id)
        if run.status not in ENDED:
            self.ends_after_waits -= 1
        return Waited(run=run, values={"text": "hi"}, pauses=self.pauses, error=None)

    async def events(
        self, thread_id: GraphThreadId, run_id: RunId, *, after: int = 0
    ) -> AsyncGenerator[ThreadEvent]:
        """Play the frames after a number."""
        self.run(thread_id, run_id)
        for one in self.frames:
            if one.seq > after:
                self.read_count += 1
                yield one
                await asyncio.sleep(0)

    async def cancel(
        self,
        thread_id: GraphThreadId,
        run_id: RunId,
        *,
        action: CancelAction = CancelAction.INTERRUPT,
        wait_seconds: float = 0,
    ) -> ThreadRun | None:
        """Count it."""
        del action, wait_seconds
        self.cancelled += 1
        return self.run(thread_id, run_id)
