"""Carries out one leased job: claims what it names, does the work, and commits under the fence."""

import asyncio
from contextlib import AbstractContextManager
from datetime import timedelta
from enum import StrEnum
from typing import Final, Protocol

from bailiwick.control.load import UnableToLoadCapability
from bailiwick.control.spec import Intake
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import JobId, RunId
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.engine.claims import Claim
from bailiwick.engine.desk import keep_calls
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.group_commit import GroupCommit
from bailiwick.engine.runner import Runner
from bailiwick.engine.runs.requests import Requests
from bailiwick.engine.runs.stating import StateEnd, StateRuns
from bailiwick.ports.clock import Clock
from bailiwick.ports.queue import BegunJob, Job
from bailiwick.ports.queued_runs import QueuedRuns
from bailiwick.ports.trace import (
    UNTRACED,
    Attributes,
    CallShape,
    Identity,
    Span,
    SpanName,
    Tracer,
    placed,
    read_traceparent,
)
from bailiwick.ports.unit import Unit, Units

SECONDS_MAX: Final = 180  # capabilities 27d: the longest time class


class Carried(StrEnum):
    """What became of a job that was carried out."""

    ACK = "ack"
    """Done, or there was nothing to do: the job is to be forgotten."""
    KEPT = "kept"
    """Done, and the job was forgotten in the same commit."""
    LOST = "lost"
    """It is another's by now: nothing was written."""


class Carrier(Protocol):
    """Carries out jobs of one kind in one workspace."""

    async def carry(self, job: Job) -> Carried:
        """Do what the job asks. It may be delivered twice, and may be cancelled at any await.

        Raises UnableToCarry when it never can be done, and PortFault when it can be tried again.
        """
        ...

    def seconds_max(self, job: Job) -> float:
        """Return how long the job may take, as far as is known yet; asked from another thread."""
        ...


class UnableToCarry(InputFault):
    """What a job asks can never be done; it is set aside for a person."""


class _LostError(Exception):
    """The run is held under another fence: this unit must not commit."""


class RunCarrier:
    """Carries out stored runs."""

    def __init__(
        self,
        *,
        units: Units,
        clock: Clock,
        graphs: Graphs,
        runner: Runner,
        states: StateRuns,
        requests: Requests,
        together: GroupCommit,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._units = units
        self._clock = clock
        self._graphs = graphs
        self._runner = runner
        self._states = states
        self._requests = requests
        self._together = together
        self._tracer = tracer
        self._seconds: dict[JobId, float] = {}
        self._walked: dict[str, int] = {}
        """Capabilities whose graph is loaded, since a run of theirs was walked here, each with its
        seconds."""

    def seconds_max(self, job: Job) -> float:
        """Return the time class of the run's capability; the longest until it is known."""
        return self._seconds.get(job.job_id, float(SECONDS_MAX))

    async def carry(self, job: Job) -> Carried:
        """Carry out a run. Raises UnableToCarry and PortFault."""
        try:
            return await self._carried(job)
        finally:
            self._seconds.pop(job.job_id, None)

    def begin(self, runs: QueuedRuns, job: Job, capability: str) -> RunRow | None:
        """Claim the run of a job with its lease, if its graph is loaded; called in a thread."""
        seconds = self._walked.get(capability)
        if seconds is None:
            return None  # to load it may take longer than the worker lives
        return self._claim(runs, job, seconds, waits=False)

    async def _carried(self, job: Job) -> Carried:
        if isinstance(job, BegunJob):
            run = job.run
        else:
            run = await self._together.commit(self._units, lambda unit: self._claimed(unit, job))
        if run is None:
            return Carried.ACK  # it has ended, or was erased: the doorbell rang once too often
        seconds = self._graphs.spec(run.capability).seconds_max
        self._seconds[job.job_id] = float(seconds)
        try:
            with placed(read_traceparent(run.traceparent)), self._span(run, job):
                carried = await self._work(run, job)
        except asyncio.CancelledError:
            if await asyncio.shield(self._was_asked_to_stop(run, job)):
                return Carried.KEPT
            raise
        self._walked[run.capability] = seconds
        return carried

    def _span(self, run: RunRow, job: Job) -> AbstractContextManager[Span]:
        """Open the span of a job, under the place of whoever asked for its run."""
        about: Attributes = {
            Identity.JOB: job.job_id,
            Identity.RUN: run.run_id,
            CallShape.POOL: job.pool.value,
            CallShape.ATTEMPTS: job.attempt,
        }
        return self._tracer.span(SpanName.JOB, about)

    async def _work(self, run: RunRow, job: Job) -> Carried:
        if self._graphs.spec(run.capability).intake is Intake.STATE:
            end = await self._states.walk(run)
            return await self._settled(run, job, end)
        claim = Claim(run=run, job=job, request_child=self._requests.delegated)
        result = await self._runner.carry(run, claim)
        return Carried.KEPT if result.kept else Carried.LOST

    def _claimed(self, unit: Unit, job: Job) -> RunRow | None:
        known = unit.runs.get(RunId(job.subject))
        if known is None:
            return None
        try:
            seconds = self._graphs.spec(known.capability).seconds_max
        except UnableToLoadCapability as fault:
            raise UnableToCarry(str(fault)) from fault
        return self._claim(unit.runs, job, seconds, waits=True)

    def _claim(self, runs: QueuedRuns, job: Job, seconds: int, *, waits: bool) -> RunRow | None:
        at = self._clock.now()
        return runs.claim(
            RunId(job.subject),
            attempt=job.attempt,
            at=at,
            deadline_at=at + timedelta(seconds=seconds),
            waits=waits,
        )

    async def _settled(self, run: RunRow, job: Job, end: StateEnd) -> Carried:
        def write(unit: Unit) -> None:
            if end.calls:
                keep_calls(unit, run, end.calls)
            mine = unit.runs.settle(
                run.run_id,
                fence=run.fence,
                status=end.status,
                reason=end.reason,
                result=end.result,
                at=self._clock.now(),
            )
            if not (mine and unit.jobs.finish(job)):
                raise _LostError

        try:
            await self._together.commit(self._units, write, records=bool(end.calls))
        except _LostError:
            return Carried.LOST
        return Carried.KEPT

    async def _was_asked_to_stop(self, run: RunRow, job: Job) -> bool:
        """End a run that somebody cancelled; False when it was stopped for another reason."""

        def write(unit: Unit) -> bool:
            found = unit.runs.get(run.run_id)
            if found is None or found.cancel_asked_at is None:
                return False
            return unit.runs.settle(
                run.run_id,
                fence=run.fence,
                status=RunStatus.CANCELLED,
                reason=found.reason,
                result=None,
                at=self._clock.now(),
            ) and unit.jobs.finish(job)

        return await self._together.commit(self._units, write)
