"""One run of a capability, and the judgements made in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bailiwick.domain.action import Action
from bailiwick.domain.ids import ContactId, RunId, SignalId, StepId
from bailiwick.kit.hashing import Canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of a capability."""

    run_id: RunId
    capability: str
    capability_version: str
    signal_id: SignalId | None
    parent_run_id: RunId | None
    contact_id: ContactId | None
    depth: int
    status: str
    """`running`, `done`, `held`, `refused`, `skipped` or `failed`."""
    reason: str
    inputs: Canonical
    outcome: Canonical
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """One judgement with the standing it was made from."""

    step_id: StepId
    run_id: RunId
    capability: str
    action: Action
    contact_id: ContactId | None
    stage: str
    """`route`, `commit` or `deliver`."""
    answer: str
    """`allowed`, `held` or `refused`."""
    rules: tuple[str, ...]
    rulebook_hash: str
    standing: Mapping[str, Canonical]
    payload_hash: str
    at: datetime
