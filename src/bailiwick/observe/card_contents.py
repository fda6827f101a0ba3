"""One card with all that a person must see before deciding, made from the stored bytes."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.approval import Approval
from bailiwick.domain.ids import ContactId, MessageId
from bailiwick.domain.message import Message
from bailiwick.domain.provenance import PERMILLE
from bailiwick.domain.reader.score import (
    NOTHING_HEARD,
    Warmth,
    conversation_warmth,
    heard_in,
)
from bailiwick.kit.hashing import Canonical, canonical_bytes
from bailiwick.kit.text import capped
from bailiwick.observe.story import tell
from bailiwick.ports.unit import Unit

RECEIVED_COUNT_MAX: Final = 10  # ours: what is older has faded
ANSWERED_LENGTH_MAX: Final = 2_000  # ours: a page; who writes more is answered from the mailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card with what a person needs beside it."""

    approval: Approval
    contact: str
    evidence: tuple[tuple[str, str], ...]
    """What it rests on, and what that says now."""
    replaced: Approval | None
    answers: str = ""
    """The mail that it answers, in its writer's words."""
    read_as: str = ""
    """The label that mail was given, how surely, and by what."""
    warmth: Warmth = NOTHING_HEARD
    """How near to a purchase the contact's latest words are, and by which of them."""


def read_card(unit: Unit, approval: Approval, *, at: datetime) -> Card:
    """Collect what a card shows now."""
    contact = unit.crm.contact(approval.contact_id) if approval.contact_id else None
    answered = _answered(unit, approval)
    story = tell(unit, approval.approval_id)
    return Card(
        approval=approval,
        contact=f"{contact.name} <{contact.address}>" if contact else "",
        evidence=tuple((e.ref, e.text) for e in story.evidence),
        replaced=unit.approvals.get(approval.replaces) if approval.replaces else None,
        answers=_said(answered) if answered is not None else "",
        read_as=_read_as(answered) if answered is not None else "",
        warmth=_warmth(unit, approval.contact_id, at=at) if contact else NOTHING_HEARD,
    )


def _warmth(unit: Unit, contact_id: ContactId | None, *, at: datetime) -> Warmth:
    assert contact_id is not None, "a contact that was found has an id"
    received = unit.crm.history(contact_id, each_max=RECEIVED_COUNT_MAX).received
    found = conversation_warmth(heard_in(received), now=at)
    said = next((one for one in received if one.message_id == found.message_id), None)
    return found.quoted(said.mail.own_text) if said is not None else found


def _said(answered: Message) -> str:
    words = answered.mail.own_text or answered.mail.text
    return f"{answered.received_at:%Y-%m-%d %H:%M} UTC\n\n{capped(words, ANSWERED_LENGTH_MAX)}"


def _read_as(answered: Message) -> str:
    """Say how a mail was read, in closed words."""
    reading = answered.reading
    if reading is None:
        return ""
    label = reading.intent.value.replace("_", " ")
    return f"{label}, {reading.confidence_permille / PERMILLE:.2f} sure, by {reading.basis.value}"


def _answered(unit: Unit, approval: Approval) -> Message | None:
    mail = approval.args.get("mail")
    named = mail.get("in_reply_to") if isinstance(mail, Mapping) else None
    for ref in approval.evidence:
        kind, _, rest = ref.partition(":")
        if not named or kind != "message":
            continue
        found = unit.crm.message(MessageId(rest.partition("#")[0]))
        if found is not None and found.mail.rfc_message_id == named:
            return found
    return None


def recipient(approval: Approval) -> str:
    """Name who or what the step would touch, in the words of the payload."""
    mail = approval.args.get("mail")
    if isinstance(mail, Mapping):
        return f"{mail.get('to_name', '')} <{mail.get('to_address', '')}>".strip()
    for name in ("contact_id", "account_id", "opportunity_id"):
        if name in approval.args:
            return str(approval.args[name])
    records = approval.args.get("records")
    return f"{len(records)} records" if isinstance(records, list) else "the workspace"


def subject(approval: Approval) -> str:
    """Return the subject of the mail, or nothing."""
    mail = approval.args.get("mail")
    return _value(mail.get("subject")) if isinstance(mail, Mapping) else ""


def payload_text(approval: Approval) -> str:
    """Return every argument as text, the mail with its headers above its words."""
    mail = approval.args.get("mail")
    others = [
        f"{name}: {_value(value)}"
        for name, value in sorted(approval.args.items())
        if name != "mail"
    ]
    if not isinstance(mail, Mapping):
        return "\n".join(others)
    headers = [
        f"To: {_value(mail.get('to_name'))} <{_value(mail.get('to_address'))}>",
        f"From: {_value(mail.get('from_name'))} <{_value(mail.get('from_address'))}>",
        f"Subject: {_value(mail.get('subject'))}",
        f"Purpose: {_value(mail.get('purpose'))}, language {_value(mail.get('language'))}",
        f"In-Reply-To: {_value(mail.get('in_reply_to')) or '-'}",
    ]
    return "\n".join([*headers, "", _value(mail.get("text"))])


def changes(card: Card) -> str:
    """Return what an edit changed, as a unified diff; empty when this card replaces none."""
    if card.replaced is None:
        return ""
    before = payload_text(card.replaced).splitlines()
    after = payload_text(card.approval).splitlines()
    return "\n".join(
        difflib.unified_diff(
            before, after, card.replaced.approval_id, card.approval.approval_id, lineterm=""
        )
    )


def beside(card: Card) -> dict[str, Canonical]:
    """Return what a surface shows with the approval itself."""
    return {
        "recipient": recipient(card.approval),
        "contact": card.contact,
        "payload_text": payload_text(card.approval),
        "answers": card.answers,
        "read_as": card.read_as,
        "warmth": {"permille": card.warmth.permille, "words": list(card.warmth.words)},
        "evidence": [{"ref": ref, "says": text} for ref, text in card.evidence],
        "diff": changes(card),
    }


def _value(value: Canonical) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return canonical_bytes(value).decode("utf-8", "surrogatepass")
