"""Whether a judged plan goes back to the planner: at most twice, and only if something can change.

The measure (failing steps, minus facts) must fall from round to round, so the loop ends
(capabilities 4.5). Low confidence alone is no reason: such a step is held for a person.
"""

from typing import Final

from bailiwick.capabilities.crm_orchestrator import fallback
from bailiwick.capabilities.crm_orchestrator import vocabulary as words
from bailiwick.capabilities.crm_orchestrator.bundle import Bundle, Feedback
from bailiwick.capabilities.crm_orchestrator.state import AfterJudge, Measure, State
from bailiwick.domain.action import Action
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.provenance import CONFIDENCE_PERMILLE_MIN

_NO_PLAN_HELPS: Final = frozenset({"kill_switch", "law/fault"})
"""Rules against everything: another plan would meet them again, and a halt asks no model."""


def after_judge(state: State) -> AfterJudge:
    """Send a plan back while a refusal or a fetchable fact may improve it, else on to dispatch."""
    bundle = state.bundle
    if bundle is None or bundle.round >= words.RE_REASONS_COUNT_MAX:
        return AfterJudge.DISPATCH
    if any(_NO_PLAN_HELPS & set(one.rules) for one in state.judged):
        return AfterJudge.DISPATCH
    if not refused_now(state) and not fetchable(state, bundle):
        return AfterJudge.DISPATCH
    if state.measure is not None and not measured(state, bundle).below(state.measure):
        return AfterJudge.DISPATCH
    return AfterJudge.RECONSIDER


def measured(state: State, bundle: Bundle) -> Measure:
    """Return how far the judged plan is from one that passes."""
    failing = sum(one.status is not StepStatus.ALLOWED for one in state.judged)
    return Measure(failing_count=failing, facts_missing=-len(bundle.shown_facts()))


def refused_now(state: State) -> frozenset[Action]:
    """Return the actions that the judge has just refused."""
    actions = {step.step_id: step.action for step in state.plan.steps} if state.plan else {}
    return frozenset(
        actions[one.step_id] for one in state.judged if one.status is StepStatus.REFUSED
    )


def fetchable(state: State, bundle: Bundle) -> tuple[Action, ...]:
    """Return information steps that a held, unsure plan lacks and that may run by themselves."""
    if state.plan is None:
        return ()
    held = {one.step_id for one in state.judged if one.status is StepStatus.HELD}
    unsure = any(
        step.step_id in held
        and step.provenance.confidence_permille < CONFIDENCE_PERMILLE_MIN
        and step.action in words.OUTREACH
        for step in state.plan.steps
    )
    if not unsure:
        return ()
    present = {step.action for step in state.plan.steps} | state.refused
    return tuple(one for one in fallback.information_due(bundle) if one not in present)


def feedback(state: State) -> tuple[Feedback, ...]:
    """Return what the judge said, as ids and status words."""
    actions = {step.step_id: step.action for step in state.plan.steps} if state.plan else {}
    return tuple(
        Feedback(action=actions[one.step_id], status=one.status.value, rules=one.rules)
        for one in state.judged
    )
