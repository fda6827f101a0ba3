"""Turns an allowed step into an intent row, an internal change or a child run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.action import TERMS, Action, Effect
from bailiwick.domain.approval import APPROVAL_HOURS_MAX, Approval, ApprovalStatus
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import ApprovalId, ContactId, EffectId, MessageId, SignalId
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.plan import Plan, Step, StepStatus, effect_key
from bailiwick.domain.provenance import Trust
from bailiwick.domain.receipt import EffectState, Outcome, Receipt
from bailiwick.domain.record import RecordKind
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.engine.card import supersede
from bailiwick.engine.law.court import Ruling
from bailiwick.engine.law.gather import contact_of
from bailiwick.policy.verdict import Held
from bailiwick.ports.desk import Dispatched
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit

DELEGATION_DEPTH_MAX: Final = 3  # architecture, section 5 (ours)

InternalDelivery = Callable[[Unit, EffectRow, datetime], Receipt]
"""Gate, apply and settle an internal effect inside the caller's transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enacted:
    """What became of a step, and the child run it asks for."""

    dispatched: Dispatched
    child: Signal | None = None


class Enactor:
    """Carries allowed steps to the ledger and held steps to the inbox."""

    def __init__(self, *, ids: Ids, deliver_internal: InternalDelivery) -> None:
        self._ids = ids
        self._deliver_internal = deliver_internal

    def enact(
        self,
        unit: Unit,
        plan: Plan,
        step: Step,
        *,
        approval_id: ApprovalId | None,
        depth: int,
        at: datetime,
    ) -> Enacted:
        """Store the intent of an allowed step; internal ones are done at once."""
        terms = TERMS[step.action]
        if step.action is Action.DO_NOTHING:
            return _done(step, step.provenance.reason)
        if terms.effect is Effect.DELEGATE:
            return self._delegate(unit, plan, step, depth=depth, at=at)
        row = self._intent(unit, plan, step, approval_id=approval_id, at=at)
        unit.records.append(
            RecordKind.EFFECT_INTENT,
            subject=row.effect_id,
            payload={
                "step": step.step_id,
                "action": step.action.value,
                "payload": step.payload_hash,
                "key": row.effect_key,
                "approval": approval_id,
            },
            at=at,
            run_id=plan.run_id,
            contact_id=row.contact_id,
        )
        if terms.effect is Effect.OUTWARD:
            unit.effects.release(row.effect_id, approval_id=approval_id, due_at=at)
            return _queued(step)
        receipt = self._deliver_internal(unit, row, at)
        if receipt.outcome is Outcome.DONE:
            return _done(step, receipt.reason)
        return Enacted(
            dispatched=Dispatched(
                step_id=step.step_id, status=StepStatus.FAILED, reason=receipt.reason
            )
        )

    def _intent(
        self, unit: Unit, plan: Plan, step: Step, *, approval_id: ApprovalId | None, at: datetime
    ) -> EffectRow:
        row = self._row(plan, step, approval_id=approval_id, at=at)
        before = unit.effects.for_step(step.step_id) if approval_id is not None else None
        if before is not None and before.effect_key != row.effect_key:
            # Held again at delivery, then edited: what never left takes the words approved now.
            unit.effects.reword(before.effect_id, row)
        return unit.effects.add(row)

    def hold(self, unit: Unit, ruling: Ruling, *, at: datetime) -> Approval:
        """Put a held step into the inbox. The verdict must be Held (assertion)."""
        verdict, plan, step = ruling.verdict, ruling.plan, ruling.step
        assert isinstance(verdict, Held), "only a held verdict waits for a person"
        card = Approval(
            approval_id=ApprovalId(self._ids.new("apr")),
            plan_id=plan.plan_id,
            run_id=plan.run_id,
            step_id=step.step_id,
            capability=plan.capability,
            action=step.action,
            args=step.args,
            payload_hash=step.payload_hash,
            contact_id=contact_of(step) or plan.contact_id,
            rules=tuple(rule.rule_id for rule in verdict.rules),
            reasons=tuple(rule.reason for rule in verdict.rules),
            needs=verdict.needs,
            status=ApprovalStatus.PENDING,
            confidence_permille=step.provenance.confidence_permille,
            evidence=step.provenance.evidence,
            requested_by=plan.capability,
            created_at=at,
            expires_at=at + timedelta(hours=APPROVAL_HOURS_MAX),
        )
        if TERMS[card.action].effect is Effect.OUTWARD and card.contact_id is not None:
            for older in unit.approvals.pending_for(card.contact_id, card.action):
                if older.plan_id != card.plan_id:
                    supersede(unit, older, by=card.approval_id, at=at)
        unit.approvals.add(card)
        record_held(unit, card, at=at)
        return card

    def _delegate(self, unit: Unit, plan: Plan, step: Step, *, depth: int, at: datetime) -> Enacted:
        if depth >= DELEGATION_DEPTH_MAX:
            reason = f"delegated {DELEGATION_DEPTH_MAX} times already"
            return Enacted(
                dispatched=Dispatched(step_id=step.step_id, status=StepStatus.FAILED, reason=reason)
            )
        message = step.args.get("message_id")
        signal = Signal(
            signal_id=SignalId(self._ids.new("sig")),
            kind=SignalKind.DELEGATED,
            contact_id=contact_of(step) or plan.contact_id,
            message_id=MessageId(message) if isinstance(message, str) else None,
            trust=Trust.DERIVED,
            received_at=at,
            dedupe_key=f"{plan.plan_id}/{step.step_id}",
        )
        unit.runs.add_signal(signal)
        return Enacted(
            dispatched=Dispatched(step_id=step.step_id, status=StepStatus.QUEUED),
            child=signal,
        )

    def _row(
        self, plan: Plan, step: Step, *, approval_id: ApprovalId | None, at: datetime
    ) -> EffectRow:
        mail = step.args.get("mail")
        address = mail.get("to_address") if isinstance(mail, dict) else None
        contact_id: ContactId | None = contact_of(step) or plan.contact_id
        return EffectRow(
            effect_id=EffectId(self._ids.new("eff")),
            plan_id=plan.plan_id,
            run_id=plan.run_id,
            step_id=step.step_id,
            capability=plan.capability,
            action=step.action,
            args=step.args,
            payload_hash=step.payload_hash,
            effect_key=effect_key(plan.workspace_id, step, plan.run_id),
            approval_id=approval_id,
            contact_id=contact_id,
            address_hash=address_hash(address) if isinstance(address, str) else "",
            state=EffectState.READY,
            due_at=at,
            created_at=at,
        )


def record_held(unit: Unit, card: Approval, *, at: datetime) -> None:
    """Record that a card waits."""
    unit.records.append(
        RecordKind.HELD,
        subject=card.approval_id,
        payload={
            "step": card.step_id,
            "action": card.action.value,
            "payload": card.payload_hash,
            "rules": list(card.rules),
            "needs": card.needs.role.value,
            "persons": card.needs.persons_count,
            "requested_by": card.requested_by,
        },
        at=at,
        run_id=card.run_id,
        contact_id=card.contact_id,
    )


def _done(step: Step, reason: str) -> Enacted:
    return Enacted(
        dispatched=Dispatched(step_id=step.step_id, status=StepStatus.DONE, reason=reason)
    )


def _queued(step: Step) -> Enacted:
    return Enacted(dispatched=Dispatched(step_id=step.step_id, status=StepStatus.QUEUED))
