"""Something happened. A signal holds ids only; foreign text stays in its row."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bailiwick.domain.ids import ContactId, MessageId, SignalId
from bailiwick.domain.provenance import Trust


class SignalKind(StrEnum):
    """What kind of thing happened (capabilities 1.3)."""

    MAIL_RECEIVED = "mail.received"
    CONTACT_DUE = "contact.due"
    DELEGATED = "step.delegated"
    MANUAL = "manual"
    TOLD = "outside.told"
    """An outside system told us something about a contact: a form, a product event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One event, by reference."""

    signal_id: SignalId
    kind: SignalKind
    contact_id: ContactId | None
    message_id: MessageId | None
    trust: Trust
    received_at: datetime
    dedupe_key: str
    """The source's own id; a second signal with the same key changes nothing."""
