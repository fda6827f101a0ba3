"""The outbound mail: the exact payload that is shown, approved, hashed and sent.

It travels as canonical JSON (`to_args`, `from_args`) inside a step's `mail` argument, so one hash
covers every byte that a recipient will see except the trace headers that transport adds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bailiwick.kit.hashing import Canonical

KEY_CHARS: Final = 40  # decision 0014: 160 bits of the effect key name a mail


class Purpose(StrEnum):
    """Why we write, in the words of consent law."""

    SERVICE = "service"
    """Answering the person's own message, or a transaction."""
    MARKETING = "marketing"
    """Everything that the person did not ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement in the text and the fact or message that supports it."""

    text: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMail:
    """One mail to one person."""

    to_address: str
    to_name: str
    from_address: str
    from_name: str
    subject: str
    text: str
    purpose: Purpose
    language: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    template: str = ""
    """Template id and version, or prompt id and version."""
    automatic: bool = False
    """Sent without a person reading it first: adds Auto-Submitted (RFC 3834)."""
    topic: str = ""
    """What a campaign is about: whoever left the topic does not get it; empty for other mail."""

    def to_args(self) -> dict[str, Canonical]:
        """Return the canonical form that goes into a step's arguments."""
        topic: dict[str, Canonical] = {"topic": self.topic} if self.topic else {}
        return {
            "to_address": self.to_address,
            "to_name": self.to_name,
            "from_address": self.from_address,
            "from_name": self.from_name,
            "subject": self.subject,
            "text": self.text,
            "purpose": self.purpose.value,
            "language": self.language,
            "in_reply_to": self.in_reply_to,
            "references": list(self.references),
            "claims": [{"text": c.text, "evidence": c.evidence} for c in self.claims],
            "template": self.template,
            "automatic": self.automatic,
            **topic,
        }


def from_args(args: Mapping[str, Canonical]) -> OutboundMail:
    """Read the canonical form back. Raises ValueError or TypeError on another shape."""
    if set(args) - {"topic"} != set(_FIELDS):
        message = f"outbound mail has fields {sorted(args)}, expected {sorted(_FIELDS)}"
        raise ValueError(message)
    claims = args["claims"]
    references = args["references"]
    if not isinstance(claims, list) or not isinstance(references, list):
        message = "outbound mail: claims and references are lists"
        raise TypeError(message)
    return OutboundMail(
        to_address=_text(args, "to_address"),
        to_name=_text(args, "to_name"),
        from_address=_text(args, "from_address"),
        from_name=_text(args, "from_name"),
        subject=_text(args, "subject"),
        text=_text(args, "text"),
        purpose=Purpose(_text(args, "purpose")),
        language=_text(args, "language"),
        in_reply_to=_text(args, "in_reply_to"),
        references=tuple(str(r) for r in references),
        claims=tuple(_claim(c) for c in claims),
        template=_text(args, "template"),
        automatic=args["automatic"] is True,
        topic=_text(args, "topic") if "topic" in args else "",
    )


_FIELDS = (
    "to_address", "to_name", "from_address", "from_name", "subject", "text", "purpose",
    "language", "in_reply_to", "references", "claims", "template", "automatic",
)  # fmt: skip


def _text(args: Mapping[str, Canonical], name: str) -> str:
    value = args[name]
    if not isinstance(value, str):
        message = f"outbound mail: {name} is text, not {type(value).__name__}"
        raise TypeError(message)
    return value


def _claim(value: Canonical) -> Claim:
    if not isinstance(value, Mapping):
        message = "outbound mail: a claim has text and evidence"
        raise TypeError(message)
    return Claim(text=_text(value, "text"), evidence=_text(value, "evidence"))


def message_id_of(effect_key: str, *, domain: str) -> str:
    """Return the Message-ID of an effect: the reference that a provider can be asked for."""
    return f"<{effect_key[:KEY_CHARS]}@{domain}>"
