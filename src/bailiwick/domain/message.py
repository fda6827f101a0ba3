"""Stored mail: what a message said, split into the sender's own words and what surrounds them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bailiwick.domain.ids import ContactId, MessageId, ThreadId
from bailiwick.domain.reading import Reading


class Direction(StrEnum):
    """Whether we received a message or sent it."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Parse(StrEnum):
    """How parsing ended; every stored mail is in exactly one of these states."""

    CLEAN = "clean"
    DEFECTIVE = "defective"
    """Parsed, with defects named."""
    QUARANTINED = "quarantined"
    """Raw kept, no usable sender or beyond a limit; nothing is planned from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Name and type of a part; its bytes stay in the raw message."""

    name: str
    content_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """One message as read from its bytes, before it is joined to a thread or a contact."""

    raw_sha256: str
    parse: Parse
    defects: tuple[str, ...] = ()
    rfc_message_id: str = ""
    """As in the header, with angle brackets; `<sha256@missing>` when it has none."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    from_address: str = ""
    """Normalised; empty when there is not exactly one valid mailbox."""
    from_name: str = ""
    reply_to: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    """One line, decoded."""
    sent_at: datetime | None = None
    text: str = ""
    """Whole visible text, from text/plain or converted HTML."""
    own_text: str = ""
    """The sender's own words: quotes and signature taken off."""
    quoted_text: str = ""
    signature: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """The few headers later steps need: Auto-Submitted, Precedence, List-* …"""
    automatic: bool = False
    dsn_status: str = ""
    """RFC 3463 status such as `5.1.1`, or empty."""
    dsn_recipient: str = ""
    dsn_failed: bool = False
    """Nobody tries it any more; a report of a delay is none."""
    feedback: str = ""
    """What a reader's provider reports of our mail, such as `abuse` (RFC 5965), or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A stored message, joined to its thread and, when known, to a contact."""

    message_id: MessageId
    thread_id: ThreadId
    direction: Direction
    contact_id: ContactId | None
    mail: ParsedMail
    reading: Reading | None
    received_at: datetime
