"""Whole-plan gating: what a held or refused step does to the rest of its plan (decision 0008)."""

from collections.abc import Mapping

from bailiwick.domain.action import TERMS, Effect
from bailiwick.domain.ids import StepId
from bailiwick.domain.plan import Plan, Step, StepStatus

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


def _always(step: Step) -> bool:
    return TERMS[step.action].effect in _ALWAYS


def _depends_on_refused(step: Step, statuses: Mapping[StepId, StepStatus]) -> bool:
    ended = {StepStatus.REFUSED, StepStatus.SKIPPED}
    return any(statuses.get(needed) in ended for needed in step.depends_on)
