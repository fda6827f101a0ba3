"""One card: finding it, checking who decides, saving it by compare-and-swap, recording it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval, ApprovalStatus, Decision, Needs
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.fault import InputFault, IntegrityFault
from bailiwick.domain.ids import ApprovalId, PersonId
from bailiwick.domain.plan import Plan, Step, StepStatus
from bailiwick.domain.plan_standing import plan_status
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.record import RecordKind
from bailiwick.engine.outbox import Finding, Move, write_finding
from bailiwick.engine.people.roles import includes
from bailiwick.engine.thread_bell import wake
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.unit import Unit

NOTE_LENGTH_MAX: Final = 2_000  # ours: a note is read by people
EDITED_LENGTH_MAX: Final = 20_000  # ours: longer than any mail that should be sent
EDITABLE: Final[dict[Action, frozenset[str]]] = {
    Action.SEND_MESSAGE: frozenset({"subject", "text"}),
    Action.CREATE_TASK: frozenset({"title"}),
    Action.UPDATE_FIELD: frozenset({"value"}),
    Action.CHANGE_STAGE: frozenset({"stage"}),
}
"""What a person may change; never who receives it."""
STEP_STATUS: Final = {
    ApprovalStatus.REJECTED: StepStatus.REJECTED,
    ApprovalStatus.EXPIRED: StepStatus.EXPIRED,
    ApprovalStatus.STALE: StepStatus.STALE,
}
"""What closing a card makes of its step."""

CardChange = Callable[[Approval], Approval]


class UnableToDecide(InputFault):
    """The decision cannot be taken; the message says why and what would work."""


def found_card(unit: Unit, approval_id: ApprovalId) -> Approval:
    """Return a card. Raises UnableToDecide when there is none."""
    card = unit.approvals.get(approval_id)
    if card is None:
        message = f"there is no card {approval_id!r}; `bailiwick approvals list` shows them"
        raise UnableToDecide(message)
    return card


def found_person(unit: Unit, person_id: PersonId) -> Person:
    """Return a person of this workspace. Raises UnableToDecide when there is none."""
    person = unit.authority.person(person_id)
    if person is None:
        message = f"{person_id!r} is nobody in this workspace, so cannot decide"
        raise UnableToDecide(message)
    return person


def require_role(person: Person, role: Role, *, what: str) -> None:
    """Raise UnableToDecide unless the person's role includes another."""
    if not includes(person, role):
        message = f"a {person.role.value} may not {what} a card; it takes a {role.value}"
        raise UnableToDecide(message)


def require_note(note: str) -> None:
    """Raise UnableToDecide when a note is too long to keep."""
    if len(note) > NOTE_LENGTH_MAX:
        message = f"the note has {len(note)} characters, at most {NOTE_LENGTH_MAX} are kept"
        raise UnableToDecide(message)


def stored_step(unit: Unit, card: Approval) -> tuple[Plan, Step]:
    """Return the stored plan and step of a card.

    Raises IntegrityFault when the stored payload is not the one the card names.
    """
    stored = unit.plans.get(card.plan_id)
    steps = stored[0].steps if stored else ()
    step = next((s for s in steps if s.step_id == card.step_id), None)
    if stored is None or step is None or step.payload_hash != card.payload_hash:
        message = (
            f"card {card.approval_id!r}: the stored step does not hold payload "
            f"{card.payload_hash[:12]}; nothing was done"
        )
        raise IntegrityFault(message)
    return stored[0], step


def save_card(unit: Unit, changed: Approval, before: Approval) -> None:
    """Replace a card if nobody was faster. Raises UnableToDecide otherwise."""
    if not unit.approvals.save(changed, row_version=before.row_version):
        message = f"card {before.approval_id} was decided by somebody else at this moment"
        raise UnableToDecide(message)
    wake(unit, changed, before, at=changed.decided_at or before.created_at)


def record_decision(
    unit: Unit, card: Approval, decision: Decision, *, person: Person, note: str, at: datetime
) -> None:
    """Record who decided what on which payload."""
    unit.records.append(
        RecordKind.DECIDED,
        subject=card.approval_id,
        payload={
            "decision": decision.value,
            "by": person.person_id,
            "role": person.role.value,
            "payload": card.payload_hash,
            "shown": card.payload_hash,
            "note": note,
        },
        at=at,
        run_id=card.run_id,
        contact_id=card.contact_id,
    )


def supersede(unit: Unit, card: Approval, *, by: ApprovalId, at: datetime) -> None:
    """Close a waiting mail for which a newer draft is held: one mail waits for a contact."""
    withdraw_card(unit, card, reason=f"a newer draft for this contact replaced it: {by}", at=at)


def withdraw_card(unit: Unit, card: Approval, *, reason: str, at: datetime) -> None:
    """Close a waiting card that nobody need decide any more."""
    closed = replace(card, status=ApprovalStatus.STALE, decided_at=at, closed_reason=reason)
    save_card(unit, closed, card)
    close_plan(unit, card, StepStatus.STALE, reason=reason, at=at)
    record_closed(unit, closed, by=None, at=at)


def record_closed(unit: Unit, card: Approval, *, by: PersonId | None, at: datetime) -> None:
    """Record that a card was closed without being executed."""
    unit.records.append(
        RecordKind.APPROVAL_CLOSED,
        subject=card.approval_id,
        payload={
            "status": card.status.value,
            "reason": card.closed_reason,
            "by": by,
            "payload": card.payload_hash,
        },
        at=at,
        run_id=card.run_id,
        contact_id=card.contact_id,
    )


def close_plan(
    unit: Unit, card: Approval, status: StepStatus, *, reason: str, at: datetime
) -> None:
    """Close the step of a card, and the siblings that waited for it: whole-plan gating.

    An intent that came back from delivery to wait for this card is withdrawn with it.
    """
    intent = unit.effects.for_step(card.step_id)
    if intent is not None and intent.state is EffectState.READY and intent.due_at is None:
        move = Move(state=EffectState.SUPPRESSED, reason=reason)
        withdrawn = write_finding(unit, intent, move, Finding.WITHDRAWN, at=at)
        assert withdrawn, "nobody claims a row without a due time"
    unit.plans.set_step(card.step_id, status, reason=reason)
    stored = unit.plans.get(card.plan_id)
    assert stored is not None, "a card's plan is stored with it"
    for step_id, step_status in stored[2].items():
        if step_status is StepStatus.PROPOSED:
            unit.plans.set_step(step_id, StepStatus.SKIPPED, reason=reason)
    after = unit.plans.get(card.plan_id)
    assert after is not None, "a card's plan is stored with it"
    unit.plans.set_status(card.plan_id, plan_status(after[2]))


def edited_args(card: Approval, changes: Mapping[str, str]) -> dict[str, Canonical]:
    """Return the arguments with a person's changes. Raises UnableToDecide naming a bad field."""
    allowed = EDITABLE.get(card.action, frozenset())
    unknown = sorted(set(changes) - allowed)
    if unknown or not changes:
        may = ", ".join(sorted(allowed)) or "nothing"
        message = f"{card.action.value}: {', '.join(unknown) or 'no field'} given; editable: {may}"
        raise UnableToDecide(message)
    for name, value in changes.items():
        if not value.strip() or len(value) > EDITED_LENGTH_MAX:
            message = f"{name} must have 1 to {EDITED_LENGTH_MAX} characters"
            raise UnableToDecide(message)
        if name == "subject" and len(value.splitlines()) > 1:
            message = "a subject is one line"
            raise UnableToDecide(message)
    args = dict(card.args)
    if card.action is Action.SEND_MESSAGE:
        mail = args["mail"]
        assert isinstance(mail, Mapping), "a send_message payload carries a mail"
        args["mail"] = {**mail, **changes, "claims": [], "automatic": False}
        return args
    return {**args, **changes}


def needs_in_words(needs: Needs) -> str:
    """Say which approval would do."""
    if needs.persons_count == 1:
        article = "an" if needs.role.value[0] in "aeiou" else "a"
        return f"{article} {needs.role.value}"
    return f"{needs.persons_count} different people, each at least {needs.role.value}"
