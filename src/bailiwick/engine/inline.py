"""The fast path: a run that never pauses, carried out where it was asked for, in one commit.

A graph of states writes together with others, and takes no turn on the audit chain unless a model
was asked. Nothing is stored before the run has ended: a crash leaves nothing, and the caller, who
got no answer, asks again under the same key.
"""

import asyncio
from dataclasses import replace
from typing import Final

from bailiwick.control.load import UnableToLoadCapability
from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import ENDED, RunRow, RunStatus
from bailiwick.engine.desk import keep_calls
from bailiwick.engine.graphs import Graphs
from bailiwick.engine.group_commit import GroupCommit
from bailiwick.engine.requests import RequestRefused, Requests, RunAccepted, RunRequest
from bailiwick.engine.runner import Runner
from bailiwick.engine.stating import StateRuns
from bailiwick.ports.clock import Clock
from bailiwick.ports.queue import Full
from bailiwick.ports.unit import Unit, Units

RUNNING_COUNT_MAX: Final = 64  # ours: twice the 32 clients of the goal in engine.md 11
WAITING_COUNT_MAX: Final = 256  # ours: at 1,500 runs/s a sixth of a second of waiting
RETRY_AFTER_SECONDS: Final = 1  # ours: the line is short


def runs_inline(spec: Spec) -> bool:
    """Tell whether runs of a capability are carried out where they are asked for."""
    return spec.pool is Pool.CORE and not spec.resumable and spec.intake is not Intake.STEP


class Inline:
    """Carries out such runs in one workspace."""

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
    ) -> None:
        self._units = units
        self._clock = clock
        self._graphs = graphs
        self._runner = runner
        self._states = states
        self._requests = requests
        self._together = together
        self._free = asyncio.Semaphore(RUNNING_COUNT_MAX)
        self._waiting = 0

    def takes(self, capability: str) -> bool:
        """Tell whether a capability's runs are carried out here; others go through their pool."""
        try:
            return runs_inline(self._graphs.spec(capability))
        except UnableToLoadCapability:
            return False

    async def carry_out(self, wanted: RunRequest) -> RunRow | RunAccepted | Full | RequestRefused:
        """Run it now and return the run as it ended and was committed.

        `RunAccepted` means that the key names a run that a pool has not ended yet: wait for it.
        `Full` means that too many wait here already. Raises PortFault when the store is away.
        """
        assert self.takes(wanted.capability), "the caller asks first whether it is taken here"
        if self._waiting >= WAITING_COUNT_MAX:
            return Full(pool=Pool.CORE, retry_after_seconds=RETRY_AFTER_SECONDS)
        self._waiting += 1
        try:
            async with self._free:
                return await self._carried_out(wanted)
        finally:
            self._waiting -= 1

    async def _carried_out(
        self, wanted: RunRequest
    ) -> RunRow | RunAccepted | Full | RequestRefused:
        run = self._prepared(wanted)
        if not isinstance(run, RunRow) or run.status in ENDED:
            return run
        if self._graphs.spec(run.capability).intake is Intake.STATE:
            try:
                return await self._state_run(run)
            except IntegrityFault:
                twin = self._prepared(wanted) if wanted.key else run
                if twin is run or (isinstance(twin, RunRow) and twin.status not in ENDED):
                    raise
                return twin  # somebody was faster under the same key
        await self._runner.carry(run)
        with self._units.read() as unit:
            found = unit.runs.get(run.run_id)
        assert found is not None, "a run is stored when it ends"
        return found

    def _prepared(self, wanted: RunRequest) -> RunRow | RunAccepted | RequestRefused:
        """Return the run to carry out, or the one that its key names already."""
        if not wanted.key and self._graphs.spec(wanted.capability).intake is Intake.STATE:
            return self._requests.prepared(None, wanted)
        with self._units.read() as unit:
            run = self._requests.prepared(unit, wanted)
            if isinstance(run, RequestRefused) or not wanted.key:
                return run
            known = unit.runs.by_request_key(wanted.key)
            if known is None:
                return run
            answer = self._requests.same(known, run)
        if isinstance(answer, RunAccepted) and answer.status in ENDED:
            return known
        return answer

    async def _state_run(self, run: RunRow) -> RunRow:
        run = replace(run, status=RunStatus.RUNNING.value, attempt=1)
        end = await self._states.walk(run)
        ended = replace(
            run,
            status=end.status.value,
            reason=end.reason,
            result=end.result,
            finished_at=self._clock.now(),
        )

        def write(unit: Unit) -> None:
            unit.runs.add_all([ended])
            if end.calls:
                keep_calls(unit, ended, end.calls)

        await self._together.commit(self._units, write, records=bool(end.calls))
        return ended
