"""What graph fragments may ask of the engine: judge a plan, dispatch what is allowed.

Only the engine implements it and only fragments hold it: a capability that wants something done
proposes a plan and lets the shared `judge`, `hold` and `dispatch` fragments carry it here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bailiwick.domain.ids import ApprovalId, StepId
from bailiwick.domain.plan import Plan, PlanStatus, StepStatus
from bailiwick.kit.hashing import Canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How one step was judged: a status word, never a verdict object, since state is stored."""

    step_id: StepId
    status: StepStatus
    """`allowed`, `held` or `refused`."""
    rules: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """What became of one step."""

    step_id: StepId
    status: StepStatus
    reason: str = ""
    approval_id: ApprovalId | None = None


class Desk(Protocol):
    """The engine's counter."""

    async def judge(self, plan: Plan) -> tuple[Judged, ...]:
        """Judge every step on fresh standing, record each verdict, change nothing else."""
        ...

    async def dispatch(
        self, plan: Plan, judged: tuple[Judged, ...]
    ) -> tuple[PlanStatus, tuple[Dispatched, ...]]:
        """Store the plan; queue allowed steps, hold held ones, in one transaction.

        Each step is judged again first. With a held or refused step among them nothing but
        suppression and questions to a person goes out, and the whole plan is held (whole-plan
        gating, capabilities 4.5). Delegated steps then run as child runs.
        """
        ...


@runtime_checkable
class WaitingDesk(Protocol):
    """The counter of a run on a thread, which can wait for a person."""

    async def look(
        self, plan: Plan
    ) -> tuple[PlanStatus, tuple[Dispatched, ...], tuple[Mapping[str, Canonical], ...]]:
        """Return how a dispatched plan stands now, and the cards it waits for as shown to people.

        Cards of the runs that it delegated are among them.
        """
        ...
