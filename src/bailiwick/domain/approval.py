"""A held step waits as a card; a person's decision on it is bound to the payload hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ApprovalId, ContactId, PersonId, PlanId, RunId, StepId
from bailiwick.kit.hashing import Canonical

APPROVAL_HOURS_MAX: Final = 72  # capabilities 1.6: after 72 h a card expires and never runs


class ApprovalStatus(StrEnum):
    """Where a card stands."""

    PENDING = "pending"
    APPROVED = "approved"
    """Decided yes; execution was judged again and queued."""
    EXECUTED = "executed"
    REJECTED = "rejected"
    EDITED = "edited"
    """Replaced by a new card for the edited payload."""
    EXPIRED = "expired"
    STALE = "stale"
    """Judged again and no longer allowed; `closed_reason` says why."""


class Decision(StrEnum):
    """What a person does with a card that then stays or runs; a rejected card is closed."""

    APPROVE = "approve"
    EDIT = "edit"
    SNOOZE = "snooze"
    REASSIGN = "reassign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """Which approval would lift a held verdict."""

    role: Role
    persons_count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One person's yes, to one payload."""

    person_id: PersonId
    role: Role
    payload_hash: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The card: what would be done, why it waits and who may decide."""

    approval_id: ApprovalId
    plan_id: PlanId
    run_id: RunId
    step_id: StepId
    capability: str
    action: Action
    args: Mapping[str, Canonical]
    payload_hash: str
    contact_id: ContactId | None
    rules: tuple[str, ...]
    """Ids of the rules that hold it."""
    reasons: tuple[str, ...]
    needs: Needs
    status: ApprovalStatus
    confidence_permille: int
    evidence: tuple[str, ...]
    requested_by: str
    """The capability, or the id of the person whose edit made this card."""
    created_at: datetime
    expires_at: datetime
    snoozed_until: datetime | None = None
    assigned_to: PersonId | None = None
    signatures: tuple[Signature, ...] = ()
    decided_by: PersonId | None = None
    decided_at: datetime | None = None
    closed_reason: str = ""
    replaces: ApprovalId | None = None
    row_version: int = 1
