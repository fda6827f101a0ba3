"""What the outside is told: events derived from the audit chain, in its order.

An event is a view of one record, so nothing that happened can be missing and nothing can be told
that did not happen. It carries ids and words of our own, never a payload or a customer's words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.record import Record, RecordKind
from bailiwick.kit.hashing import Canonical

MARK_LENGTH: Final = 12  # ours: 48 bits tell the few records apart that share a number


class EventKind(StrEnum):
    """The types of events (CloudEvents `type`)."""

    APPROVAL_CREATED = "bailiwick.approval.created"
    APPROVAL_DECIDED = "bailiwick.approval.decided"
    APPROVAL_EXPIRED = "bailiwick.approval.expired"
    RUN_HELD = "bailiwick.run.held"
    RUN_COMPLETED = "bailiwick.run.completed"
    RUN_FAILED = "bailiwick.run.failed"
    EFFECT_SENT = "bailiwick.effect.sent"
    AUTONOMY_CHANGED = "bailiwick.autonomy.changed"
    HALT_CHANGED = "bailiwick.halt.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, by reference."""

    workspace_id: WorkspaceId
    seq: int
    """Of the record it is a view of: unique and rising within a workspace's chain."""
    mark: str
    """Of that record, too, from its hash: a restore puts other records under the same numbers."""
    kind: EventKind
    subject: str
    at: datetime
    details: Mapping[str, str]

    @property
    def event_id(self) -> str:
        """The same for every endpoint and every try, so that a receiver can tell a repetition."""
        return f"evt_{self.workspace_id}_{self.mark}_{self.seq}"


_SHOWN: Final[Mapping[RecordKind, tuple[str, ...]]] = {
    RecordKind.HELD: ("action", "needs", "requested_by"),
    RecordKind.DECIDED: ("decision", "by"),
    RecordKind.APPROVAL_CLOSED: ("status",),
    RecordKind.RUN_FINISHED: ("status",),
    RecordKind.EFFECT_RECEIPT: ("state",),
    RecordKind.GRANT: ("event", "capability", "action"),
    RecordKind.HALT: ("event", "scope"),
}
"""The fields of a record's payload that an event repeats: words of ours, none of a customer."""
_ALWAYS: Final[Mapping[RecordKind, EventKind]] = {
    RecordKind.HELD: EventKind.APPROVAL_CREATED,
    RecordKind.DECIDED: EventKind.APPROVAL_DECIDED,
    RecordKind.GRANT: EventKind.AUTONOMY_CHANGED,
    RecordKind.HALT: EventKind.HALT_CHANGED,
}
_RUN_ENDS: Final = {
    "held": EventKind.RUN_HELD,
    "failed": EventKind.RUN_FAILED,
    "timeout": EventKind.RUN_FAILED,
}


def event_of(record: Record) -> Event | None:
    """Return the event that a record is told as; None when it is nobody else's business."""
    kind = _kind(record)
    if kind is None:
        return None
    ids = {"run": record.run_id, "contact": record.contact_id}
    shown = {name: record.payload.get(name) for name in _SHOWN[record.kind]}
    return Event(
        workspace_id=record.workspace_id,
        seq=record.seq,
        mark=record.hash[:MARK_LENGTH],
        kind=kind,
        subject=record.subject,
        at=record.at,
        details={name: str(value) for name, value in {**ids, **shown}.items() if value is not None},
    )


def _kind(record: Record) -> EventKind | None:
    match record.kind:
        case RecordKind.RUN_FINISHED:
            return _RUN_ENDS.get(str(record.payload.get("status")), EventKind.RUN_COMPLETED)
        case RecordKind.APPROVAL_CLOSED:
            expired = record.payload.get("status") == "expired"
            return EventKind.APPROVAL_EXPIRED if expired else None
        case RecordKind.EFFECT_RECEIPT:
            return EventKind.EFFECT_SENT if record.payload.get("state") == "sent" else None
        case _:
            return _ALWAYS.get(record.kind)


def cloud_event(event: Event) -> dict[str, Canonical]:
    """Return an event as CloudEvents 1.0 structured JSON."""
    return {
        "specversion": "1.0",
        "id": event.event_id,
        "source": f"/workspaces/{event.workspace_id}",
        "type": event.kind.value,
        "subject": event.subject,
        "time": event.at.isoformat(),
        "datacontenttype": "application/json",
        "data": dict(event.details),
    }
