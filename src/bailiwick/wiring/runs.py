"""Wires requests for runs: taking, carrying out here or in a pool, waiting, cancelling."""

import asyncio
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bailiwick.kit.garbage import loading
from bailiwick.ports.queue import JobKind
from bailiwick.wiring.grounds import Grounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bailiwick.domain.run import RunRow
    from bailiwick.engine.crons import Crons
    from bailiwick.engine.group_commit import GroupCommit
    from bailiwick.engine.places import Places
    from bailiwick.engine.pool.carrying import Carrier, RunCarrier
    from bailiwick.engine.runner import Runner
    from bailiwick.engine.runs.inline import Inline
    from bailiwick.engine.runs.requests import Requests
    from bailiwick.engine.runs.stating import StateRuns
    from bailiwick.engine.runs.waiting import Waiting
    from bailiwick.engine.thread.threads import Threads
    from bailiwick.ports.model import Model
    from bailiwick.ports.queue import Job
    from bailiwick.ports.queued_runs import QueuedRuns
    from bailiwick.wiring.outside import Outside

WEBHOOK_SECONDS_MAX: Final = 60  # reliability 5: an endpoint has 30 s; the rest is for writing
CRON_SECONDS_MAX: Final = 30  # ours: it stores one run


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What of a workspace's application the runs need, each made when it is first asked for."""

    runner: "Callable[[], Runner]"
    model: "Callable[[], Model]"
    threads: "Callable[[], Threads]"
    crons: "Callable[[], Crons]"
    outside: "Callable[[], Outside]"


class Runs:
    """The runs that callers ask for in one workspace."""

    def __init__(self, grounds: Grounds, means: Means) -> None:
        self._app = grounds
        self._means = means
        self._warm: set[str] = set()

    def is_warm(self, capability: str) -> bool:
        """Tell whether what walks a capability's runs here is loaded."""
        return capability in self._warm

    def warm(self, capability: str) -> None:
        """Load what walks a capability's runs here, LangGraph among it, which takes a second.

        Raises UnableToLoadCapability.
        """
        with loading():
            assert self.inline is not None, "its module and all it stands on are loaded here"
        self._app.graphs.loaded(capability)
        self._warm.add(capability)

    def close(self) -> None:
        """Commit what waits, and stop listening."""
        if "waiting" in self.__dict__:
            self.waiting.close()
        if "together" in self.__dict__:
            self.together.close()

    @cached_property
    def requests(self) -> "Requests":
        """Takes requests, and cancels them."""
        from bailiwick.engine.runs.requests import Requests

        app = self._app
        return Requests(spec=app.graphs.spec, ids=app.ids, clock=app.clock)

    @cached_property
    def inline(self) -> "Inline":
        """The fast path: carries out here what never pauses."""
        from bailiwick.engine.runs.inline import Inline

        app = self._app
        return Inline(
            units=app.units,
            clock=app.clock,
            graphs=app.graphs,
            states=self.states,
            requests=self.requests,
            together=self.together,
            places=self.places,
        )

    @cached_property
    def places(self) -> "Places":
        """The places for runs that are walked where they were asked for."""
        from bailiwick.engine.places import Places

        return Places()

    @cached_property
    def waiting(self) -> "Waiting":
        """Wakes whoever waits for a run to end."""
        from bailiwick.engine.runs.waiting import Waiting
        from bailiwick.store.queue.bell import FRAMES_TOLD, RUNS_ENDED
        from bailiwick.store.queue.parts import QueueParts

        parts = QueueParts(self._app.database)
        return Waiting(lambda: parts.bell.listen([RUNS_ENDED, FRAMES_TOLD]))

    def begin(self, runs: "QueuedRuns", job: "Job", capability: str) -> "RunRow | None":
        """Claim a run with the lease of its job, if it can begin at once."""
        if "pooled" not in self.__dict__:
            return None
        return self.pooled.begin(runs, job, capability)

    @cached_property
    def pooled(self) -> "RunCarrier":
        """Carries out runs in a pool."""
        from bailiwick.engine.pool.carrying import RunCarrier

        app = self._app
        return RunCarrier(
            units=app.units,
            clock=app.clock,
            graphs=app.graphs,
            runner=self._means.runner(),
            states=self.states,
            requests=self.requests,
            together=self.together,
            tracer=self._means.runner().parts.tracer,
        )

    @cached_property
    def carriers(self) -> "Mapping[JobKind, Carrier]":
        """What carries out each kind of job but chores; a new kind is one line."""
        from bailiwick.domain.cron import CronId
        from bailiwick.domain.ids import DeliveryId
        from bailiwick.domain.thread import GraphThreadId
        from bailiwick.engine.pool.carrying import SECONDS_MAX
        from bailiwick.engine.pool.chores import SubjectCarrier

        return {
            JobKind.RUN: self.pooled,
            JobKind.WEBHOOK: SubjectCarrier(
                lambda of: asyncio.to_thread(self._means.outside().carrying.carry, DeliveryId(of)),
                seconds_max=WEBHOOK_SECONDS_MAX,
            ),
            JobKind.SCHEDULE: SubjectCarrier(
                lambda of: asyncio.to_thread(self._means.crons().occur, CronId(of)),
                seconds_max=CRON_SECONDS_MAX,
            ),
            JobKind.RESUME: SubjectCarrier(
                lambda of: self._means.threads().carry(GraphThreadId(of)), seconds_max=SECONDS_MAX
            ),
        }

    @cached_property
    def states(self) -> "StateRuns":
        """Walks graphs of states."""
        from bailiwick.engine.runs.stating import StateRuns

        app = self._app
        return StateRuns(
            workspace_id=app.workspace.workspace_id,
            units=app.units,
            graphs=app.graphs,
            model=self._means.model(),
            model_calls=self._means.runner().parts.model_calls,
            clock=app.clock,
            tracer=self._means.runner().parts.tracer,
        )

    @cached_property
    def together(self) -> "GroupCommit":
        """The one thread that commits small writes of this process together."""
        from bailiwick.engine.group_commit import GroupCommit

        return GroupCommit()
