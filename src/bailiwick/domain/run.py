"""One run of a capability, and the judgements made in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.ids import ContactId, JobId, RunId, SignalId, StepId
from bailiwick.domain.pool import Pool
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.json_value import Json


class RunStatus(StrEnum):
    """Where a run is. The first two are on the way, the others are ends."""

    PENDING = "pending"
    """Stored with its job; no pool has begun it."""
    RUNNING = "running"
    """A pool holds it under the row's fence."""
    DONE = "done"
    HELD = "held"
    """Ended with steps that wait for a person."""
    REFUSED = "refused"
    SKIPPED = "skipped"
    """Ended with nothing to do."""
    FAILED = "failed"
    TIMEOUT = "timeout"
    """Took longer than its capability may, and was stopped."""
    CANCELLED = "cancelled"
    """Taken back by whoever may, before it wrote anything."""


OPEN: Final = frozenset({RunStatus.PENDING, RunStatus.RUNNING})
ENDED: Final = frozenset(RunStatus) - OPEN
BROKEN: Final = frozenset({RunStatus.FAILED, RunStatus.TIMEOUT})
"""Ends that say nothing about the contact: it is looked at again the next day."""


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
    """A `RunStatus`."""
    reason: str
    inputs: Canonical
    outcome: Canonical
    started_at: datetime
    """For a run that is pending: when it was requested."""
    finished_at: datetime | None
    pool: Pool | None = None
    """The pool that carries it; None when it was run where it was asked for."""
    requested_at: datetime | None = None
    requested_by: str = ""
    """Who asked: a person, a key or a schedule, by id."""
    request: Json = None
    """What the caller gave, as checked by `engine/runs/requests.py`."""
    request_key: str = ""
    """The caller's own name for the request: the same name again is the same run."""
    result: Json = None
    """The final state of a graph that takes a state and proposes nothing."""
    thread_id: str | None = None
    """The thread it belongs to, for capabilities that pause."""
    job_id: JobId | None = None
    attempt: int = 0
    fence: int = 0
    """Rises whenever a pool takes the run; who holds an older one writes nothing."""
    deadline_at: datetime | None = None
    """When the attempt under way is stopped."""
    cancel_asked_at: datetime | None = None
    traceparent: str = ""
    """The place of the run in its trace (W3C Trace Context); empty when it was not traced."""


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
