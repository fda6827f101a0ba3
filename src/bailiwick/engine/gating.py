"""Whole-plan gating: what a held or refused step does to the rest of its plan (decision 0008)."""

from collections.abc import Mapping

from bailiwick.domain.action import TERMS, Effect
from bailiwick.domain.ids import StepId
from bailiwick.domain.plan import Plan, PlanStatus, Step, StepStatus

_ALWAYS = frozenset({Effect.PROTECT, Effect.READ})
"""Suppression and questions to a person go out whatever happens to their siblings."""


def gated(plan: Plan, judged: Mapping[StepId, StepStatus]) -> dict[StepId, StepStatus]:
    """Return the status each step takes.

    While any step is held or refused, allowed siblings wait as `proposed`; suppression and
    questions to a person stay allowed. A step that depends on a refused one is skipped.
    """
    blocked = any(status is not StepStatus.ALLOWED for status in judged.values())
    statuses: dict[StepId, StepStatus] = {}
    for step in plan.steps:
        status = judged[step.step_id]
        if _depends_on_refused(step, statuses):
            status = StepStatus.SKIPPED
        elif blocked and status is StepStatus.ALLOWED and not _always(step):
            status = StepStatus.PROPOSED
        statuses[step.step_id] = status
    return statuses


def plan_status(statuses: Mapping[StepId, StepStatus]) -> PlanStatus:
    """Return where a plan stands when its steps stand so."""
    found = set(statuses.values())
    if StepStatus.HELD in found:
        return PlanStatus.HELD
    if StepStatus.QUEUED in found or StepStatus.ALLOWED in found:
        return PlanStatus.RUNNING
    if found <= {StepStatus.DONE}:
        return PlanStatus.DONE
    if StepStatus.DONE in found:
        return PlanStatus.PARTIAL
    for step_status, status in _TERMINAL:
        if step_status in found:
            return status
    return PlanStatus.FAILED


_TERMINAL = (
    (StepStatus.REFUSED, PlanStatus.REFUSED),
    (StepStatus.REJECTED, PlanStatus.REJECTED),
    (StepStatus.EXPIRED, PlanStatus.EXPIRED),
    (StepStatus.STALE, PlanStatus.STALE),
)


def _always(step: Step) -> bool:
    return TERMS[step.action].effect in _ALWAYS


def _depends_on_refused(step: Step, statuses: Mapping[StepId, StepStatus]) -> bool:
    ended = {StepStatus.REFUSED, StepStatus.SKIPPED}
    return any(statuses.get(needed) in ended for needed in step.depends_on)
