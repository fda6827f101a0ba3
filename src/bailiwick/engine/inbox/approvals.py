"""The inbox: a person decides on a held payload, and exactly that payload runs, judged afresh.

Between hold and execution no planner and no model is asked. Approving looks the
stored payload up by its hash, puts it to the law again on the facts of this moment, and only then
queues it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.approval import APPROVAL_HOURS_MAX, Approval, ApprovalStatus, Decision
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import ApprovalId, PersonId
from bailiwick.domain.plan import StepStatus
from bailiwick.domain.provenance import Provenance, Source, Trust
from bailiwick.engine.card import (
    CardChange,
    UnableToDecide,
    edited_args,
    found_card,
    found_person,
    record_decision,
    require_note,
    require_role,
    save_card,
    stored_step,
)
from bailiwick.engine.enact import Enactor, record_held
from bailiwick.engine.inbox.signing import CLOSED, Decided, Result, Signing, close_card
from bailiwick.engine.law.court import Court, status_of, write_ruling
from bailiwick.engine.placing import deciding
from bailiwick.kit.paging import Page
from bailiwick.policy.verdict import Held
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.trace import UNTRACED, Tracer
from bailiwick.ports.unit import Unit, Units

SNOOZE_HOURS_MAX: Final = 48  # ours: inside the 72 hours after which a card expires anyway


class Inbox:
    """Cards that wait, and what people decide on them."""

    def __init__(
        self,
        *,
        units: Units,
        clock: Clock,
        ids: Ids,
        court: Court,
        enactor: Enactor,
        tracer: Tracer = UNTRACED,
    ) -> None:
        self._units = units
        self._clock = clock
        self._ids = ids
        self._court = court
        self._signing = Signing(court=court, enactor=enactor)
        self._tracer = tracer

    def list(
        self,
        *,
        status: ApprovalStatus | None = ApprovalStatus.PENDING,
        cursor: str | None = None,
        size: int = 50,
    ) -> Page[Approval]:
        """Return cards, oldest first."""
        with self._units.read() as unit:
            return unit.approvals.list(status=status, cursor=cursor, size=size)

    def get(self, approval_id: ApprovalId) -> Approval:
        """Return one card. Raises UnableToDecide when there is none."""
        with self._units.read() as unit:
            return found_card(unit, approval_id)

    def approve(
        self, approval_id: ApprovalId, *, person_id: PersonId, shown_hash: str, note: str = ""
    ) -> Decided:
        """Sign a card; when that suffices, judge the stored payload again and queue it.

        `shown_hash` is the payload hash that the person was shown. Raises UnableToDecide when it
        is another one, or the person may not sign.
        """
        require_note(note)
        with self._units.write() as unit:
            at = self._clock.now()
            card, person = found_card(unit, approval_id), found_person(unit, person_id)
            closed = self._already_closed(unit, card, at=at)
            if closed is not None:
                unit.commit()
                return closed
            if shown_hash != card.payload_hash:
                message = (
                    f"card {approval_id} now holds payload {card.payload_hash[:12]}, you were "
                    f"shown {shown_hash[:12]}; look at it again before approving"
                )
                raise UnableToDecide(message)
            with deciding(self._tracer, unit, card, "approve"):
                decided = self._signing.sign(unit, card, person, note=note, at=at)
            unit.commit()
        return decided

    def reject(self, approval_id: ApprovalId, *, person_id: PersonId, reason: str) -> Decided:
        """Close a card and its plan without doing anything. A reason is required."""
        require_note(reason)
        if not reason.strip():
            message = "a rejection needs a reason: it is recorded and teaches the planner"
            raise UnableToDecide(message)
        with self._units.write() as unit:
            at = self._clock.now()
            card, person = found_card(unit, approval_id), found_person(unit, person_id)
            closed = self._already_closed(unit, card, at=at)
            if closed is None:
                require_role(person, Role.REP, what="reject")
                with deciding(self._tracer, unit, card, "reject"):
                    closed = close_card(
                        unit, card, ApprovalStatus.REJECTED, person=person, reason=reason, at=at
                    )
            unit.commit()
        return closed

    def edit(
        self,
        approval_id: ApprovalId,
        *,
        person_id: PersonId,
        changes: Mapping[str, str],
        note: str = "",
    ) -> Decided:
        """Replace a card by one for the edited payload, judged as any other.

        Raises UnableToDecide when a field may not be edited or the law refuses the edited payload.
        """
        require_note(note)
        with self._units.write() as unit:
            at = self._clock.now()
            card, person = found_card(unit, approval_id), found_person(unit, person_id)
            closed = self._already_closed(unit, card, at=at)
            if closed is not None:
                unit.commit()
                return closed
            require_role(person, Role.REP, what="edit")
            with deciding(self._tracer, unit, card, "edit"):
                decided = self._replace(unit, card, person, changes, note=note, at=at)
            unit.commit()
        return decided

    def snooze(self, approval_id: ApprovalId, *, person_id: PersonId, hours: int) -> Decided:
        """Hide a card for some hours; it expires when it would have expired anyway."""
        if not 1 <= hours <= SNOOZE_HOURS_MAX:
            message = f"snooze takes 1 to {SNOOZE_HOURS_MAX} hours, not {hours}"
            raise UnableToDecide(message)
        until = self._clock.now() + timedelta(hours=hours)
        return self._note_change(
            approval_id,
            person_id,
            decision=Decision.SNOOZE,
            result=Result.SNOOZED,
            change=lambda card: replace(card, snoozed_until=until),
        )

    def reassign(self, approval_id: ApprovalId, *, person_id: PersonId, to: PersonId) -> Decided:
        """Hand a card to another person of the workspace."""
        with self._units.read() as unit:
            receiver = found_person(unit, to)
        return self._note_change(
            approval_id,
            person_id,
            decision=Decision.REASSIGN,
            result=Result.REASSIGNED,
            change=lambda card: replace(card, assigned_to=receiver.person_id),
        )

    def expire(self, *, count_max: int = 500) -> int:
        """Close cards whose time is over; returns how many."""
        with self._units.write() as unit:
            at = self._clock.now()
            cards = unit.approvals.expired(at=at, count_max=count_max)
            for card in cards:
                self._expire(unit, card, at=at)
            unit.commit()
        return len(cards)

    def _note_change(
        self,
        approval_id: ApprovalId,
        person_id: PersonId,
        *,
        decision: Decision,
        result: Result,
        change: CardChange,
    ) -> Decided:
        with self._units.write() as unit:
            at = self._clock.now()
            card, person = found_card(unit, approval_id), found_person(unit, person_id)
            closed = self._already_closed(unit, card, at=at)
            if closed is None:
                require_role(person, Role.REP, what=decision.value)
                changed = change(card)
                save_card(unit, changed, card)
                record_decision(unit, changed, decision, person=person, note="", at=at)
                closed = Decided(result=result, approval=changed)
            unit.commit()
        return closed

    def _already_closed(self, unit: Unit, card: Approval, *, at: datetime) -> Decided | None:
        if card.status is ApprovalStatus.PENDING:
            if at >= card.expires_at:
                return self._expire(unit, card, at=at)
            return None
        if card.status in {ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED}:
            return Decided(result=Result.ALREADY, approval=card)
        reason = card.closed_reason or f"card is {card.status.value}"
        result = CLOSED[card.status]
        return Decided(result=result, approval=card, reasons=(reason,))

    def _replace(
        self,
        unit: Unit,
        card: Approval,
        person: Person,
        changes: Mapping[str, str],
        *,
        note: str,
        at: datetime,
    ) -> Decided:
        plan, step = stored_step(unit, card)
        edited = replace(
            step,
            args=edited_args(card, changes),
            provenance=Provenance(
                confidence_permille=step.provenance.confidence_permille,
                reason=note or "edited by a person",
                source=Source.PERSON,
                evidence=step.provenance.evidence,
                trust=Trust.HUMAN,
            ),
        )
        unit.plans.replace_step(plan.plan_id, edited)
        ruling = self._court.judge(unit, plan, edited, approval=None, stage="commit", at=at)
        write_ruling(unit, ruling)
        if status_of(ruling.verdict) is StepStatus.REFUSED:
            reasons = "; ".join(rule.reason for rule in ruling.verdict.rules)
            message = f"the edited payload is refused, so nothing was changed: {reasons}"
            raise UnableToDecide(message)
        held = isinstance(ruling.verdict, Held)
        new = replace(
            card,
            approval_id=ApprovalId(self._ids.new("apr")),
            args=edited.args,
            payload_hash=edited.payload_hash,
            requested_by=person.person_id,
            rules=tuple(r.rule_id for r in ruling.verdict.rules) if held else (),
            reasons=tuple(r.reason for r in ruling.verdict.rules) if held else (),
            needs=ruling.verdict.needs if isinstance(ruling.verdict, Held) else card.needs,
            signatures=(),
            created_at=at,
            expires_at=at + timedelta(hours=APPROVAL_HOURS_MAX),
            snoozed_until=None,
            replaces=card.approval_id,
            row_version=1,
        )
        old = replace(
            card,
            status=ApprovalStatus.EDITED,
            decided_by=person.person_id,
            decided_at=at,
            closed_reason=f"replaced by {new.approval_id}",
        )
        save_card(unit, old, card)
        record_decision(unit, old, Decision.EDIT, person=person, note=note, at=at)
        unit.approvals.add(new)
        record_held(unit, new, at=at)
        return Decided(result=Result.EDITED, approval=new)

    def _expire(self, unit: Unit, card: Approval, *, at: datetime) -> Decided:
        reason = f"nobody decided within {APPROVAL_HOURS_MAX} hours, so it was not executed"
        return close_card(unit, card, ApprovalStatus.EXPIRED, person=None, reason=reason, at=at)
