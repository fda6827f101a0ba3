"""What a typed reader found in one foreign text: enums, spans and flags, never the text itself."""

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """The nine published reply labels and `other`."""

    INTERESTED = "interested"
    NOT_INTERESTED = "not_interested"
    AUTO_REPLY = "auto_reply"
    BOUNCED = "bounced"
    INFO_REQUEST = "info_request"
    UNSUBSCRIBE = "unsubscribe"
    SPAM = "spam"
    PARTNERSHIP = "partnership"
    MEETING_SCHEDULED = "meeting_scheduled"
    OTHER = "other"


class Concern(StrEnum):
    """What makes a person necessary, whatever the label."""

    LEGAL = "legal"
    COMPLAINT = "complaint"
    PRIVACY = "privacy"
    INJECTION = "injection"
    PRICING = "pricing"
    THIRD_PARTY_OPT_OUT = "third_party_opt_out"
    CONFIDENTIAL = "confidential"
    """Asks for what only insiders may know."""


class Basis(StrEnum):
    """What gave a reading its label."""

    HEADER = "header"
    """A machine said so in a header or a delivery report."""
    RULE = "rule"
    CLASSIFIER = "classifier"
    MODEL = "model"
    """The classifier was unsure, and a language model that was asked in time was not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where in the sender's own text something was found."""

    kind: str
    """`date`, `time`, `money`, `phone`, `url`, `address`, `question`, `opt_out`, `topic` …"""
    start: int
    end: int
    value: str = ""
    """A normalised value from a closed form (ISO date, E.164, minor units, topic name) or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentScore:
    """How near to a purchase a message is; it orders a person's day and permits nothing."""

    purchase_permille: int
    urgency_permille: int
    sentiment_permille: int
    """From -1000 to 1000."""
    score_permille: int
    """0.5 purchase, 0.3 urgency, 0.2 mood (capabilities 16)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The typed record that planners see instead of the text."""

    intent: Intent
    confidence_permille: int
    language: str
    """ISO 639-1, or `und`."""
    basis: Basis = Basis.CLASSIFIER
    opt_out: bool = False
    opt_out_certain: bool = False
    """False: doubtful, so a person decides and nothing is sent meanwhile."""
    opt_out_proven: bool = False
    """A token of ours names the contact, so that it does not matter who sent it."""
    concerns: frozenset[Concern] = frozenset()
    topics: frozenset[str] = frozenset()
    """From a closed list: pricing, demo, timeline, contract, security, support, renewal …"""
    spans: tuple[Span, ...] = ()
    questions_count: int = 0
    automatic: bool = False
    """Sent by a machine (RFC 3834, DSN, out of office)."""
    return_on: str = ""
    """ISO date that an absence notice names, or empty."""
    bounce_permanent: bool = False
    bounced_address: str = ""
    unsure: bool = False
    """The classifier gave no label, nothing asks for a person, and nothing sounds like an opt-out:
    a model may be asked for the label."""
    score: IntentScore | None = None
    """None where a machine wrote; spans `buying`, `urgent`, `glad` and `sorry` are its evidence."""
