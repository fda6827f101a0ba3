"""Hands the judged plan over: allowed steps are queued, held ones wait for a person."""

from bailiwick.domain.plan import PlanStatus
from bailiwick.graph.carried import Carried, Dispatching
from bailiwick.ports.desk import Desk


async def dispatch(state: Carried, desk: Desk) -> Dispatching:
    """Store the plan and commit what the desk still allows; without a plan nothing is done."""
    if state.plan is None:
        return Dispatching(plan_status=PlanStatus.DONE, dispatched=())
    status, dispatched = await desk.dispatch(state.plan, state.judged)
    return Dispatching(plan_status=status, dispatched=dispatched)
