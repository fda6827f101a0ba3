"""One row of the audit chain."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from bailiwick.domain.ids import ContactId, RunId, WorkspaceId
from bailiwick.kit.hashing import Canonical, canonical_bytes
from bailiwick.kit.instant import microseconds

GENESIS_HASH: Final = "0" * 64
"""What the first record of a workspace names as the one before it."""

FREE_TEXTS: Final = frozenset({"reason", "note", "name"})
"""Keys of payloads whose values people, models or other machines may have worded.

About a person they are stored sealed with that person's key, so that erasing the key erases them
while the chain still verifies (decision 0029)."""

Fields: TypeAlias = tuple[str, str, str, str, str, str, str]
"""Workspace, number, kind, run, contact, subject and instant, as they are hashed."""


class RecordKind(StrEnum):
    """What is recorded; dotted, broad to narrow."""

    SIGNAL_READ = "signal.read"
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
    FLAGGED = "contact.flagged"
    """A flag that stops mail was set by a message, or lifted by a person."""
    READ_AGAIN = "message.read_again"
    """A model gave a mail the label that the classifier did not know."""
    TASK_DONE = "task.done"
    REQUEUED = "job.requeued"
    """A person let a job that was set aside begin anew."""
    HALT = "halt"
    GRANT = "grant"
    WORKSPACE = "workspace"
    """What the workspace says of itself was corrected."""
    STAFFED = "person.added"
    """An administrator gave somebody a role."""
    ACCESS = "access"
    """Somebody logged in or out, set a password, issued or revoked a key."""
    ACCESS_REFUSED = "access.refused"
    """The law let a caller of a surface not do what was asked."""
    IMPORTED = "import"
    BUDGET_SPENT = "model.budget"
    """A day's model budget of a capability or of all is used up."""
    THREAD_WRITTEN = "thread.written"
    """Somebody wrote the state of a thread by hand, which withdrew its cards."""
    RESTORED = "restore"
    """The workspace was restored from a backup; what was under way became doubtful."""
    ERASED = "person.erased"
    """Everything held on a person was deleted or made unreadable."""
    EXPORTED = "person.exported"
    """Somebody was given everything that is held on a person."""
    PRUNED = "retention"
    """Retention removed what its time was over for."""
    WEBHOOK = "webhook"
    """An endpoint or a source of webhooks was added, switched or given another secret."""
    CONSENT = "contact.consent"
    """What somebody said about being written to was taken down."""
    FILTER = "filter"
    """A filter over contacts was saved or removed."""
    TOPIC = "topic"
    """A topic that recipients may leave was added or removed."""
    CAMPAIGN = "campaign"
    """A campaign was made, changed, started, paused, stopped or completed, or filled."""
    RECIPIENT = "campaign.recipient"
    """One recipient of a campaign moved on: enrolled, begun, accepted, put off, paused, ended."""


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
    stored: Mapping[str, Canonical] | None = None
    """The payload as stored and hashed, where texts in it are sealed with a person's key."""


def record_hash(record: Record) -> str:
    """Return the hash that a record must carry: over everything but the hash itself."""
    return chained_hash(
        record.prev_hash,
        (
            record.workspace_id,
            str(record.seq),
            record.kind.value,
            record.run_id or "",
            record.contact_id or "",
            record.subject,
            str(microseconds(record.at)),
        ),
        canonical_bytes(record.payload if record.stored is None else record.stored),
    )


def sealed_under(kind: RecordKind, *, contact_id: ContactId | None, subject: str) -> str:
    """Return whose key seals the free texts of a record; empty when it is about no person."""
    if contact_id is not None:
        return contact_id
    return subject if kind is RecordKind.TASK_DONE else ""


def chained_hash(prev_hash: str, fields: Fields, payload: bytes) -> str:
    """Hash stored text as it is, so that a change of any stored byte is found.

    Each part is preceded by its length: no two different rows give the same input.
    """
    a, b, c, d, e, f, g = fields
    head = (
        f"{len(prev_hash)}:{prev_hash}{len(a)}:{a}{len(b)}:{b}{len(c)}:{c}{len(d)}:{d}"
        f"{len(e)}:{e}{len(f)}:{f}{len(g)}:{g}{len(payload)}:"
    )
    if head.isascii():  # nearly always; then characters and bytes count the same
        return hashlib.sha256(head.encode("ascii") + payload).hexdigest()
    parts = [prev_hash.encode("ascii", "replace")]
    parts.extend(field.encode("utf-8", "surrogatepass") for field in fields)
    parts.append(payload)
    return hashlib.sha256(b"".join(b"%d:%b" % (len(part), part) for part in parts)).hexdigest()
