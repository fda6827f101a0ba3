"""The fast path: a run of states that never pauses, carried out where it was asked for.

It writes together with others, and takes no turn on the audit chain unless a model was asked.
Nothing is stored before the run has ended: a crash leaves nothing, and the caller, who got no
answer, asks again under the same key.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bailiwick.control.load import UnableToLoadCapability
from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import ENDED, RunRow, RunStatus
from bailiwick.engine.desk import keep_calls
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.group_commit import GroupCommit
from bailiwick.engine.places import Places
from bailiwick.engine.runs.requests import RequestRefused, Requests, RunAccepted, RunRequest
from bailiwick.engine.runs.stating import StateRuns
from bailiwick.ports.clock import Clock
from bailiwick.ports.queue import Full
from bailiwick.ports.unit import Unit, Units


def runs_inline(spec: Spec) -> bool:
    """Tell whether runs of a capability are carried out where they are asked for."""
    return spec.pool is Pool.CORE and not spec.resumable and spec.intake is Intake.STATE


def begins_inline(spec: Spec) -> bool:
    """Tell whether runs that may pause are walked where they are asked for, up to their pause.

    What asks a model stays in its pool, which keeps each step: to ask again costs (decision 0034).
    """
    return (
        spec.pool is Pool.CORE
        and spec.resumable
        and spec.intake is Intake.STATE
        and spec.model_calls_max == 0
    )


@dataclass(slots=True)
class _Turn:
    """Requests under one key."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    count: int = 0


class Inline:
    """Carries out such runs in one workspace."""

    def __init__(
        self,
        *,
        units: Units,
        clock: Clock,
        graphs: Graphs,
        states: StateRuns,
        requests: Requests,
        together: GroupCommit,
        places: Places,
    ) -> None:
        self._units = units
        self._clock = clock
        self._graphs = graphs
        self._states = states
        self._requests = requests
        self._together = together
        self._places = places
        self._turns: dict[str, _Turn] = {}

    def takes(self, capability: str) -> bool:
        """Tell whether a capability's runs are carried out here; others go through their pool."""
        try:
            return runs_inline(self._graphs.spec(capability))
        except UnableToLoadCapability:
            return False

    def begins(self, capability: str) -> bool:
        """Tell whether a capability's runs are walked here up to their pause: `Threads.begin`."""
        try:
            return begins_inline(self._graphs.spec(capability))
        except UnableToLoadCapability:
            return False

    async def carry_out(self, wanted: RunRequest) -> RunRow | RunAccepted | Full | RequestRefused:
        """Run it now and return the run as it ended and was committed.

        `RunAccepted` means that the key names a run that a pool has not ended yet: wait for it.
        `Full` means that too many wait here already. Raises PortFault when the store is away.
        """
        assert self.takes(wanted.capability), "the caller asks first whether it is taken here"
        async with self._places.place() as full:
            return full or await self._carried_out(wanted)

    async def _carried_out(
        self, wanted: RunRequest
    ) -> RunRow | RunAccepted | Full | RequestRefused:
        if not wanted.key:
            run = self._requests.prepared(None, wanted)
            return run if isinstance(run, RequestRefused) else await self._state_run(run)
        async with self._turn(wanted.key):
            return await self._keyed(wanted)

    async def _keyed(self, wanted: RunRequest) -> RunRow | RunAccepted | RequestRefused:
        run, known = await asyncio.to_thread(self._looked_up, wanted)
        if known or not isinstance(run, RunRow):
            return run
        try:
            return await self._state_run(run)
        except IntegrityFault:
            twin, known = await asyncio.to_thread(self._looked_up, wanted)
            if not known:
                raise
            return twin  # another process was faster under the same key

    def _looked_up(self, wanted: RunRequest) -> tuple[RunRow | RunAccepted | RequestRefused, bool]:
        """Return the run to carry out, or what the key stands for already and True."""
        run = self._requests.prepared(None, wanted)
        if isinstance(run, RequestRefused):
            return run, False
        with self._units.read() as unit:
            known = unit.runs.by_request_key(wanted.key)
        if known is None:
            return run, False
        answer = self._requests.same(known, run)
        ended = isinstance(answer, RunAccepted) and answer.status in ENDED
        return known if ended else answer, True

    @asynccontextmanager
    async def _turn(self, key: str) -> AsyncGenerator[None]:
        """Let requests under one key wait for the first, so that only it is carried out."""
        turn = self._turns.setdefault(key, _Turn())
        turn.count += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.count -= 1
            if turn.count == 0:
                del self._turns[key]

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
