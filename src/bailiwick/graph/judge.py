"""Puts the plan to the judge."""

from bailiwick.graph.carried import Carried, Judging
from bailiwick.ports.desk import Desk


async def judge(state: Carried, desk: Desk) -> Judging:
    """Have every step judged on fresh standing; without a plan there is nothing to judge."""
    if state.plan is None:
        return Judging(judged=())
    return Judging(judged=await desk.judge(state.plan))
