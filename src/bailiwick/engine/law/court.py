"""Puts a step to the law on fresh facts, and writes down what was asked and answered."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Final, assert_never

from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.plan import Plan, Step, StepStatus
from bailiwick.domain.record import RecordKind
from bailiwick.domain.run import VerdictRow
from bailiwick.engine.law.gather import Gatherer, contact_of
from bailiwick.kit.hashing import digest
from bailiwick.policy.judge import judge
from bailiwick.policy.question import Question, ResourceKind, standing_to_args
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.verdict import Allowed, Held, Refused, Verdict
from bailiwick.ports.unit import Unit

VERDICTS_COUNT_MAX: Final = 100  # ours: the steps of a run and of those it starts
_RESOURCE: Final = (
    ("contact_id", ResourceKind.CONTACT),
    ("account_id", ResourceKind.ACCOUNT),
    ("opportunity_id", ResourceKind.OPPORTUNITY),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A verdict with the question it answers."""

    plan: Plan
    step: Step
    question: Question
    verdict: Verdict
    stage: str
    at: datetime


class Court:
    """Judges steps and effects with the rulebook in force."""

    def __init__(self, *, rulebook: Rulebook, gatherer: Gatherer) -> None:
        self.rulebook = rulebook
        self._gatherer = gatherer
        # The judge is pure: the same question under the same law has one answer, and a step is
        # asked about when its plan is routed, committed and delivered.
        self._verdict = lru_cache(maxsize=VERDICTS_COUNT_MAX)(partial(judge, rulebook))

    def judge(
        self,
        unit: Unit,
        plan: Plan,
        step: Step,
        *,
        approval: Approval | None,
        stage: str,
        at: datetime,
    ) -> Ruling:
        """Judge one step on standing read now. Raises PortFault if the store cannot be read."""
        standing = self._gatherer.standing(unit, plan, step, approval=approval, stage=stage, at=at)
        kind, resource_id = _resource(step, plan)
        question = Question(
            capability=plan.capability,
            action=step.action,
            resource_kind=kind,
            resource_id=resource_id,
            standing=standing,
        )
        verdict = self._verdict(question)
        return Ruling(plan=plan, step=step, question=question, verdict=verdict, stage=stage, at=at)

    def judge_effect(self, unit: Unit, row: EffectRow, *, at: datetime) -> Ruling:
        """Judge the stored step of an effect again, with the approval it rests on.

        Raises IntegrityFault when the plan or the step is gone or holds another payload.
        """
        stored = unit.plans.get(row.plan_id)
        step = (
            next((s for s in stored[0].steps if s.step_id == row.step_id), None) if stored else None
        )
        if stored is None or step is None or step.payload_hash != row.payload_hash:
            message = f"effect {row.effect_id!r}: its stored step is gone or holds another payload"
            raise IntegrityFault(message)
        approval = unit.approvals.get(row.approval_id) if row.approval_id else None
        return self.judge(unit, stored[0], step, approval=approval, stage="deliver", at=at)


def status_of(verdict: Verdict) -> StepStatus:
    """Return the status word that state and rows carry for a verdict."""
    match verdict:
        case Allowed():
            return StepStatus.ALLOWED
        case Held():
            return StepStatus.HELD
        case Refused():
            return StepStatus.REFUSED
        case _:
            assert_never(verdict)


def write_ruling(unit: Unit, ruling: Ruling) -> None:
    """Store the judgement and record it, in the caller's transaction."""
    step, verdict = ruling.step, ruling.verdict
    rules = tuple(rule.rule_id for rule in verdict.rules)
    standing = standing_to_args(ruling.question.standing)
    contact_id = contact_of(step) or ruling.plan.contact_id
    answer = status_of(verdict).value
    unit.runs.add_verdict(
        VerdictRow(
            step_id=step.step_id,
            run_id=ruling.plan.run_id,
            capability=ruling.plan.capability,
            action=Action(step.action),
            contact_id=contact_id,
            stage=ruling.stage,
            answer=answer,
            rules=rules,
            rulebook_hash=verdict.rulebook_hash,
            standing=standing,
            payload_hash=step.payload_hash,
            at=ruling.at,
        )
    )
    unit.records.append(
        RecordKind.VERDICT,
        subject=step.step_id,
        payload={
            "stage": ruling.stage,
            "action": step.action.value,
            "answer": answer,
            "rules": list(rules),
            "rulebook": verdict.rulebook_hash,
            "standing": digest(standing),
            "payload": step.payload_hash,
            "confidence_permille": step.provenance.confidence_permille,
        },
        at=ruling.at,
        run_id=ruling.plan.run_id,
        contact_id=contact_id,
    )


def _resource(step: Step, plan: Plan) -> tuple[ResourceKind, str]:
    for name, kind in _RESOURCE:
        value = step.args.get(name)
        if isinstance(value, str):
            return kind, value
    if plan.contact_id is not None and "records" not in step.args:
        return ResourceKind.CONTACT, plan.contact_id
    return ResourceKind.WORKSPACE, plan.workspace_id
