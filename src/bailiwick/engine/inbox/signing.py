"""Signing a card: the stored payload goes to the law again, and only then to the ledger."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.action import TERMS, Effect
from bailiwick.domain.approval import Approval, ApprovalStatus, Decision, Signature
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.fault import HaltedFault
from bailiwick.domain.ids import ApprovalId
from bailiwick.domain.plan import Plan, Step, StepStatus
from bailiwick.domain.plan_standing import plan_status
from bailiwick.domain.signal import Signal
from bailiwick.engine.card import (
    STEP_STATUS,
    UnableToDecide,
    close_plan,
    needs_in_words,
    record_closed,
    record_decision,
    require_role,
    save_card,
    stored_step,
)
from bailiwick.engine.enact import Enactor
from bailiwick.engine.law.court import Court, Ruling, write_ruling
from bailiwick.engine.people.roles import includes
from bailiwick.policy.verdict import Allowed, Held
from bailiwick.ports.unit import Unit


class Result(StrEnum):
    """What a decision came to."""

    QUEUED = "queued"
    DONE = "done"
    NEEDS_ANOTHER = "needs_another"
    """Signed; another person has to sign as well."""
    STALE = "stale"
    """Judged again and no longer allowed: nothing was done."""
    EXPIRED = "expired"
    ALREADY = "already"
    """Somebody decided the same before; nothing was done again."""
    REJECTED = "rejected"
    EDITED = "edited"
    SNOOZED = "snoozed"
    REASSIGNED = "reassigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision and its consequence."""

    result: Result
    approval: Approval
    reasons: tuple[str, ...] = ()
    children: tuple[Signal, ...] = ()
    """Delegated runs that the caller should start now; a worker would find them too."""


CLOSED: Final = {
    ApprovalStatus.REJECTED: Result.REJECTED,
    ApprovalStatus.EXPIRED: Result.EXPIRED,
    ApprovalStatus.STALE: Result.STALE,
    ApprovalStatus.EDITED: Result.EDITED,
}
"""What a closed card answers to a later decision."""


_DECIDED_AGAINST: Final = frozenset(
    {
        StepStatus.REFUSED,
        StepStatus.REJECTED,
        StepStatus.EXPIRED,
        StepStatus.STALE,
        StepStatus.SKIPPED,
    }
)


class Signing:
    """Takes a person's yes on a pending card."""

    def __init__(self, *, court: Court, enactor: Enactor) -> None:
        self._court = court
        self._enactor = enactor

    def sign(
        self, unit: Unit, card: Approval, person: Person, *, note: str, at: datetime
    ) -> Decided:
        """Sign, judge the stored payload again and queue it, or say what is missing.

        Raises UnableToDecide when the person may not sign, IntegrityFault when the stored payload
        is not the card's, HaltedFault while a kill switch is on: a halt passes, a card stays.
        """
        require_role(person, Role.APPROVER, what="approve")
        signature = Signature(
            person_id=person.person_id, role=person.role, payload_hash=card.payload_hash, at=at
        )
        others = tuple(s for s in card.signatures if s.person_id != person.person_id)
        signed = replace(card, signatures=(*others, signature))
        stale = _moved_on(unit, card)
        if stale:
            return close_card(unit, card, ApprovalStatus.STALE, person=person, reason=stale, at=at)
        plan, step = stored_step(unit, card)
        undone = _undone(unit, plan, step)
        if undone:
            return close_card(unit, card, ApprovalStatus.STALE, person=person, reason=undone, at=at)
        ruling = self._court.judge(unit, plan, step, approval=signed, stage="commit", at=at)
        if ruling.question.standing.halted and not isinstance(ruling.verdict, Allowed):
            message = f"a kill switch is on, so card {card.approval_id!r} waits until it is lifted"
            raise HaltedFault(message)
        write_ruling(unit, ruling)
        reasons = tuple(rule.reason for rule in ruling.verdict.rules)
        if isinstance(ruling.verdict, Allowed):
            return self._execute(unit, signed, card, ruling, person=person, note=note)
        if isinstance(ruling.verdict, Held):
            return self._await_another(
                unit, signed, card, ruling.verdict, person=person, note=note, at=at
            )
        return close_card(
            unit, card, ApprovalStatus.STALE, person=person, reason="; ".join(reasons), at=at
        )

    def _await_another(
        self,
        unit: Unit,
        signed: Approval,
        card: Approval,
        verdict: Held,
        *,
        person: Person,
        note: str,
        at: datetime,
    ) -> Decided:
        reasons = tuple(rule.reason for rule in verdict.rules)
        if not includes(person, verdict.needs.role):
            message = (
                f"a {person.role.value} cannot approve this; it needs "
                f"{needs_in_words(verdict.needs)}: {'; '.join(reasons)}"
            )
            raise UnableToDecide(message)
        if any(s.person_id == person.person_id for s in card.signatures):
            return Decided(result=Result.NEEDS_ANOTHER, approval=card, reasons=reasons)
        waiting = replace(signed, needs=verdict.needs)
        save_card(unit, waiting, card)
        record_decision(unit, waiting, Decision.APPROVE, person=person, note=note, at=at)
        return Decided(result=Result.NEEDS_ANOTHER, approval=waiting, reasons=reasons)

    def _execute(
        self,
        unit: Unit,
        signed: Approval,
        card: Approval,
        ruling: Ruling,
        *,
        person: Person,
        note: str,
    ) -> Decided:
        at = ruling.at
        approved = replace(
            signed,
            status=ApprovalStatus.APPROVED,
            decided_by=person.person_id,
            decided_at=at,
            closed_reason=note,
        )
        save_card(unit, approved, card)
        record_decision(unit, approved, Decision.APPROVE, person=person, note=note, at=at)
        children = [*self._enact(unit, ruling.plan, ruling.step, approved.approval_id, at=at)]
        children.extend(self._release_siblings(unit, ruling.plan, at=at))
        stored = unit.plans.get(ruling.plan.plan_id)
        assert stored is not None, "a card's plan is stored with it"
        unit.plans.set_status(ruling.plan.plan_id, plan_status(stored[2]))
        status = stored[2][ruling.step.step_id]
        result = Result.DONE if status is StepStatus.DONE else Result.QUEUED
        return Decided(result=result, approval=approved, children=tuple(children))

    def _enact(
        self,
        unit: Unit,
        plan: Plan,
        step: Step,
        approval_id: ApprovalId | None,
        *,
        at: datetime,
    ) -> tuple[Signal, ...]:
        run = unit.runs.get(plan.run_id)
        enacted = self._enactor.enact(
            unit,
            plan,
            step,
            approval_id=approval_id,
            depth=run.depth if run is not None else 0,
            at=at,
        )
        done = enacted.dispatched
        unit.plans.set_step(step.step_id, done.status, reason=done.reason)
        return (enacted.child,) if enacted.child is not None else ()

    def _release_siblings(self, unit: Unit, plan: Plan, *, at: datetime) -> tuple[Signal, ...]:
        """Start the steps that waited for this plan's cards, once none is left, judged afresh."""
        stored = unit.plans.get(plan.plan_id)
        assert stored is not None, "a card's plan is stored with it"
        statuses = stored[2]
        if StepStatus.HELD in statuses.values():
            return ()
        children: list[Signal] = []
        for step in stored[0].steps:
            if statuses[step.step_id] is not StepStatus.PROPOSED:
                continue
            ruling = self._court.judge(unit, plan, step, approval=None, stage="commit", at=at)
            write_ruling(unit, ruling)
            if isinstance(ruling.verdict, Allowed):
                children.extend(self._enact(unit, plan, step, None, at=at))
            elif isinstance(ruling.verdict, Held):
                self._enactor.hold(unit, ruling, at=at)
                unit.plans.set_step(step.step_id, StepStatus.HELD)
            else:
                unit.plans.set_step(step.step_id, StepStatus.REFUSED)
        return tuple(children)


def _moved_on(unit: Unit, card: Approval) -> str:
    """Say what happened meanwhile that makes the stored mail the wrong one, if anything did."""
    if TERMS[card.action].effect is not Effect.OUTWARD or card.contact_id is None:
        return ""
    if unit.guards.written_since(card.contact_id, since=card.created_at):
        return "the contact has written since this was drafted"
    return ""


def _undone(unit: Unit, plan: Plan, step: Step) -> str:
    """Say which step that this one depends on was decided against, if one was."""
    stored = unit.plans.get(plan.plan_id)
    assert stored is not None, "a card's plan is stored with it"
    for needed in step.depends_on:
        status = stored[2].get(needed)
        if status is not None and status in _DECIDED_AGAINST:
            return f"step {needed}, which this one depends on, was {status.value}"
        if status is StepStatus.HELD:
            message = f"decide on step {needed} first: this one depends on it"
            raise UnableToDecide(message)
    return ""


def close_card(
    unit: Unit,
    card: Approval,
    status: ApprovalStatus,
    *,
    person: Person | None,
    reason: str,
    at: datetime,
) -> Decided:
    """Close a card without executing it, and whatever waited for it."""
    closed = replace(
        card,
        status=status,
        decided_by=person.person_id if person else None,
        decided_at=at,
        closed_reason=reason,
    )
    save_card(unit, closed, card)
    close_plan(unit, card, STEP_STATUS[status], reason=reason, at=at)
    record_closed(unit, closed, by=person.person_id if person else None, at=at)
    return Decided(result=CLOSED[status], approval=closed, reasons=(reason,))
