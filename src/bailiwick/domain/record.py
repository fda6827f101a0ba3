"""One row of the audit chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bailiwick.domain.ids import ContactId, RunId, WorkspaceId
from bailiwick.kit.hashing import Canonical


class RecordKind(StrEnum):
    """What is recorded; dotted, broad to narrow."""

    SIGNAL_READ = "signal.read"
    RUN_STARTED = "run.started"
    RUN_FINISHED = "run.finished"
    PLAN_MADE = "plan.made"
    STEP_DROPPED = "plan.step.dropped"
    VERDICT = "verdict"
    HELD = "approval.held"
    DECIDED = "approval.decided"
    APPROVAL_CLOSED = "approval.closed"
    EFFECT_INTENT = "effect.intent"
    EFFECT_ATTEMPT = "effect.attempt"
    EFFECT_RECEIPT = "effect.receipt"
    EFFECT_SETTLED = "effect.settled"
    MODEL_CALLED = "model.called"
    SUPPRESSED = "contact.suppressed"
    HALT = "halt"
    GRANT = "grant"
    IMPORTED = "import"
    SEAL = "seal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An append-only row, chained to the one before it: ids, hashes and rules, no mail text."""

    workspace_id: WorkspaceId
    seq: int
    kind: RecordKind
    run_id: RunId | None
    contact_id: ContactId | None
    subject: str
    """Id of what the record is about: a step, approval, effect, message …"""
    payload: Mapping[str, Canonical]
    at: datetime
    prev_hash: str
    hash: str
