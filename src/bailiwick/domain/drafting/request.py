"""What a draft is made from, and its two ends: a draft, or a named reason for none."""

from dataclasses import dataclass
from enum import StrEnum

from bailiwick.domain.crm import Account, Contact, Workspace
from bailiwick.domain.drafting.persona import Footing
from bailiwick.domain.drafting.place import Place
from bailiwick.domain.fact import Fact
from bailiwick.domain.outbound import OutboundMail, Purpose
from bailiwick.domain.reading import Reading


class Kind(StrEnum):
    """Which mail is written."""

    REPLY = "reply"
    INITIAL = "initial"
    FOLLOWUP = "followup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A public statement that the workspace approved for use in mail."""

    snippet_id: str
    topic: str
    """One of the reader's closed topics."""
    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRequest:
    """Everything one draft may use; foreign text is not among it, only its typed reading."""

    kind: Kind
    contact: Contact
    account: Account | None
    workspace: Workspace
    facts: tuple[Fact, ...] = ()
    reading: Reading | None = None
    """Of the inbound mail that a reply answers."""
    message_ref: str = ""
    """Evidence reference of that mail, such as `message:msg_…`."""
    thread_subject: str = ""
    thread_is_ours: bool = False
    """The thread was started by us, so its subject is our own text."""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    previous_subjects: tuple[str, ...] = ()
    """Of what we sent them, the latest last."""
    previous_texts: tuple[str, ...] = ()
    """What we sent them, the same mails: a sentence is not said again."""
    sequence: int = 0
    """How many mails were sent in this thread before."""
    place: Place | None = None
    """Where it stands in a series; None outside one."""
    footing: Footing = Footing.STRANGER
    purpose: Purpose = Purpose.SERVICE
    topic: str = ""
    """Of the campaign it belongs to; empty for none."""
    language: str = ""
    """ISO 639-1; empty takes that of the reading, then of the contact, then English."""
    knowledge: tuple[Snippet, ...] = ()
    offers: tuple[str, ...] = ()
    """Meeting times that are free, as `drafting/offers.py` writes them."""
    sender_name: str = ""
    """Who signs; empty signs with the company alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail whose every statement is supported."""

    mail: OutboundMail
    asks_colleague: bool
    """The text promises that a person answers something; a task is due."""
    topics: tuple[str, ...] = ()


class Reason(StrEnum):
    """Why no draft was made."""

    MISSING_FIELD = "missing_field"
    NO_ADDRESS = "no_address"
    OPTED_OUT = "opted_out"
    NEEDS_PERSON = "needs_person"
    NO_POSTAL_ADDRESS = "no_postal_address"
    NO_SUBJECT = "no_subject"
    UNSUPPORTED = "unsupported"
    STYLE = "style"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstained:
    """No draft, and why: the reason, and which field, claim or rule it was."""

    reason: Reason
    detail: str = ""
