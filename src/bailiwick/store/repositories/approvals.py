"""Cards that wait for a person; a card changes only if nobody was faster."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, select, update

from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval, ApprovalStatus, Needs, Signature
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ApprovalId, ContactId, PersonId, PlanId, RunId, StepId
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.instant import instant, microseconds
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.store.scope import Scope, Value, key, own
from bailiwick.store.tables.schema import Instant
from bailiwick.store.tables.work import APPROVALS

_SIZE: Final = bindparam("size", type_=Integer)
_GET: Final = select(APPROVALS).where(own(APPROVALS), APPROVALS.c.id == key())
_FOR_STEP: Final = (
    select(APPROVALS)
    .where(own(APPROVALS), APPROVALS.c.step_id == key())
    .order_by(APPROVALS.c.created_at.desc(), APPROVALS.c.id.desc())
    .limit(1)
)
_AFTER: Final = (
    select(APPROVALS)
    .where(own(APPROVALS), APPROVALS.c.id > key())
    .order_by(APPROVALS.c.id)
    .limit(_SIZE)
)
_AFTER_IN_STATUS: Final = _AFTER.where(APPROVALS.c.status == key("status"))
_EXPIRED: Final = (
    select(APPROVALS)
    .where(
        own(APPROVALS),
        APPROVALS.c.status == ApprovalStatus.PENDING.value,
        APPROVALS.c.expires_at <= bindparam("at", type_=Instant),
    )
    .order_by(APPROVALS.c.id)
    .limit(_SIZE)
)


_PENDING_FOR: Final = (
    select(APPROVALS)
    .where(
        own(APPROVALS),
        APPROVALS.c.status == ApprovalStatus.PENDING.value,
        APPROVALS.c.contact_id == key(),
        APPROVALS.c.action == key("action"),
    )
    .order_by(APPROVALS.c.id)
    .limit(PAGE_SIZE_MAX)
)


class SqlApprovals:
    """Cards of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, approval: Approval) -> None:
        """Store a card."""
        values = {**_values(approval), "id": approval.approval_id, "row_version": 1}
        self._scope.insert(APPROVALS, values)

    def get(self, approval_id: ApprovalId) -> Approval | None:
        """Return a card."""
        row = self._scope.row(_GET, key=approval_id)
        return None if row is None else _approval(row)

    def for_step(self, step_id: StepId) -> Approval | None:
        """Return the latest card of a step."""
        row = self._scope.row(_FOR_STEP, key=step_id)
        return None if row is None else _approval(row)

    def pending_for(self, contact_id: ContactId, action: Action) -> Sequence[Approval]:
        """Return the cards of one action that wait for one contact, oldest first."""
        rows = self._scope.rows(_PENDING_FOR, key=contact_id, action=action.value)
        return tuple(_approval(row) for row in rows)

    def pending_of(self, run_ids: Sequence[RunId]) -> Sequence[Approval]:
        """Return the cards that wait for the plans of these runs, oldest first."""
        statement = (
            select(APPROVALS)
            .where(
                own(APPROVALS),
                APPROVALS.c.status == ApprovalStatus.PENDING.value,
                APPROVALS.c.run_id.in_(list(run_ids)),
            )
            .order_by(APPROVALS.c.id)
            .limit(PAGE_SIZE_MAX)
        )
        return tuple(_approval(row) for row in self._scope.rows(statement))

    def list(
        self, *, status: ApprovalStatus | None, cursor: str | None, size: int
    ) -> Page[Approval]:
        """Return cards, oldest first."""
        size = min(size, PAGE_SIZE_MAX)
        if status is None:
            rows = self._scope.rows(_AFTER, key=cursor or "", size=size + 1)
        else:
            rows = self._scope.rows(
                _AFTER_IN_STATUS, key=cursor or "", size=size + 1, status=status.value
            )
        cards = [_approval(row) for row in rows]
        return page_of(cards, size=size, key=lambda card: card.approval_id)

    def save(self, approval: Approval, *, row_version: int) -> bool:
        """Replace a card if its version is still `row_version`; False when somebody was faster."""
        changed = self._scope.change(
            update(APPROVALS)
            .where(
                own(APPROVALS),
                APPROVALS.c.id == approval.approval_id,
                APPROVALS.c.row_version == row_version,
            )
            .values(**_values(approval), row_version=row_version + 1)
        )
        return changed == 1

    def expired(self, *, at: datetime, count_max: int) -> Sequence[Approval]:
        """Return pending cards whose time is over."""
        return tuple(_approval(row) for row in self._scope.rows(_EXPIRED, at=at, size=count_max))


def _values(approval: Approval) -> dict[str, Value]:
    return {
        "plan_id": approval.plan_id,
        "run_id": approval.run_id,
        "step_id": approval.step_id,
        "capability": approval.capability,
        "action": approval.action.value,
        "args": approval.args,
        "payload_hash": approval.payload_hash,
        "contact_id": approval.contact_id,
        "rules": list(approval.rules),
        "reasons": list(approval.reasons),
        "needs_role": approval.needs.role.value,
        "needs_persons": approval.needs.persons_count,
        "status": approval.status.value,
        "confidence_permille": approval.confidence_permille,
        "evidence": list(approval.evidence),
        "requested_by": approval.requested_by,
        "created_at": approval.created_at,
        "expires_at": approval.expires_at,
        "snoozed_until": approval.snoozed_until,
        "assigned_to": approval.assigned_to,
        "signatures": [_signature_values(signature) for signature in approval.signatures],
        "decided_by": approval.decided_by,
        "decided_at": approval.decided_at,
        "closed_reason": approval.closed_reason,
        "replaces": approval.replaces,
    }


def _signature_values(signature: Signature) -> dict[str, Canonical]:
    return {
        "person": signature.person_id,
        "role": signature.role.value,
        "payload_hash": signature.payload_hash,
        "at": microseconds(signature.at),
    }


def _approval(row: RowMapping) -> Approval:
    return Approval(
        approval_id=ApprovalId(row["id"]),
        plan_id=PlanId(row["plan_id"]),
        run_id=RunId(row["run_id"]),
        step_id=StepId(row["step_id"]),
        capability=row["capability"],
        action=Action(row["action"]),
        args=row["args"],
        payload_hash=row["payload_hash"],
        contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
        rules=tuple(row["rules"]),
        reasons=tuple(row["reasons"]),
        needs=Needs(role=Role(row["needs_role"]), persons_count=row["needs_persons"]),
        status=ApprovalStatus(row["status"]),
        confidence_permille=row["confidence_permille"],
        evidence=tuple(row["evidence"]),
        requested_by=row["requested_by"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        snoozed_until=row["snoozed_until"],
        assigned_to=PersonId(row["assigned_to"]) if row["assigned_to"] else None,
        signatures=tuple(
            Signature(
                person_id=PersonId(signature["person"]),
                role=Role(signature["role"]),
                payload_hash=signature["payload_hash"],
                at=instant(signature["at"]),
            )
            for signature in row["signatures"]
        ),
        decided_by=PersonId(row["decided_by"]) if row["decided_by"] else None,
        decided_at=row["decided_at"],
        closed_reason=row["closed_reason"],
        replaces=ApprovalId(row["replaces"]) if row["replaces"] else None,
        row_version=row["row_version"],
    )
