"""One row of the effect ledger: what is to be done, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bailiwick.domain.action import Action
from bailiwick.domain.ids import ApprovalId, ContactId, EffectId, PlanId, RunId, StepId
from bailiwick.domain.receipt import EffectState
from bailiwick.kit.hashing import Canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """One row of the effect ledger (reliability, section 4)."""

    effect_id: EffectId
    plan_id: PlanId
    run_id: RunId
    step_id: StepId
    capability: str
    action: Action
    args: Mapping[str, Canonical]
    payload_hash: str
    effect_key: str
    approval_id: ApprovalId | None
    contact_id: ContactId | None
    address_hash: str
    """Of the recipient, for the suppression check inside the claim; empty for internal effects."""
    state: EffectState
    attempt: int = 0
    fence: int = 0
    lease_holder: str = ""
    lease_until: datetime | None = None
    due_at: datetime | None = None
    provider_ref: str = ""
    reason: str = ""
    epoch: int = 1
    created_at: datetime | None = None
