"""One card with all that a person must see before deciding, made from the stored bytes."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bailiwick.domain.approval import Approval
from bailiwick.domain.ids import MessageId
from bailiwick.kit.hashing import Canonical, canonical_bytes
from bailiwick.kit.text import capped
from bailiwick.observe.story import tell
from bailiwick.ports.unit import Unit

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


def read_card(unit: Unit, approval: Approval) -> Card:
    """Collect what a card shows."""
    contact = unit.crm.contact(approval.contact_id) if approval.contact_id else None
    story = tell(unit, approval.approval_id)
    return Card(
        approval=approval,
        contact=f"{contact.name} <{contact.address}>" if contact else "",
        evidence=tuple((e.ref, e.text) for e in story.evidence),
        replaced=unit.approvals.get(approval.replaces) if approval.replaces else None,
        answers=_answered(unit, approval),
    )


def _answered(unit: Unit, approval: Approval) -> str:
    mail = approval.args.get("mail")
    named = mail.get("in_reply_to") if isinstance(mail, Mapping) else None
    for ref in approval.evidence:
        kind, _, rest = ref.partition(":")
        if not named or kind != "message":
            continue
        found = unit.crm.message(MessageId(rest.partition("#")[0]))
        if found is not None and found.mail.rfc_message_id == named:
            words = found.mail.own_text or found.mail.text
            return f"{found.received_at:%Y-%m-%d %H:%M} UTC\n\n{capped(words, ANSWERED_LENGTH_MAX)}"
    return ""


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
        "evidence": [{"ref": ref, "says": text} for ref, text in card.evidence],
        "diff": changes(card),
    }


def _value(value: Canonical) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return canonical_bytes(value).decode("utf-8", "surrogatepass")
