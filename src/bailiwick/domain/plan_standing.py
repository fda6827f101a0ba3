"""Where a plan stands, told from its steps: the one place that decides it."""

from collections.abc import Mapping

from bailiwick.domain.ids import StepId
from bailiwick.domain.plan import PlanStatus, StepStatus

_TERMINAL = (
    (StepStatus.REFUSED, PlanStatus.REFUSED),
    (StepStatus.REJECTED, PlanStatus.REJECTED),
    (StepStatus.EXPIRED, PlanStatus.EXPIRED),
    (StepStatus.STALE, PlanStatus.STALE),
)


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
