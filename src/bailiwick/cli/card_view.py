"""One card as a person must see it before deciding: rendered by trusted code from the stored bytes.

The recipient comes first. Text is shown as text: a character that cannot be seen or that turns
writing around is spelled out, so that what is read is what would be sent.
"""

import difflib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bailiwick.cli.plain import moment, percent, plain
from bailiwick.kit.text import capped, without_controls

if TYPE_CHECKING:
    from bailiwick.cli.output import Output
    from bailiwick.domain.approval import Approval
    from bailiwick.kit.hashing import Canonical
    from bailiwick.ports.unit import Unit

ANSWERED_LENGTH_MAX: Final = 2_000  # ours: a page; who writes more is answered from the mailbox
UNATTENDED_PERMILLE_MIN: Final = 750  # capabilities 1.6: R2 under a grant
_RISKS: Final = {
    0: "R0: changes nothing",
    1: "R1: inside, can be undone",
    2: "R2: leaves the house or is hard to undo",
    3: "R3: cannot be undone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card with what a person needs beside it."""

    approval: "Approval"
    contact: str
    evidence: tuple[tuple[str, str], ...]
    """What it rests on, and what that says now."""
    replaced: "Approval | None"
    answers: str = ""
    """The mail that it answers, in its writer's words."""


def read_card(unit: "Unit", approval: "Approval") -> Card:
    """Collect what a card shows."""
    from bailiwick.observe.story import tell

    contact = unit.crm.contact(approval.contact_id) if approval.contact_id else None
    story = tell(unit, approval.approval_id)
    return Card(
        approval=approval,
        contact=f"{contact.name} <{contact.address}>" if contact else "",
        evidence=tuple((e.ref, e.text) for e in story.evidence),
        replaced=unit.approvals.get(approval.replaces) if approval.replaces else None,
        answers=_answered(unit, approval),
    )


def _answered(unit: "Unit", approval: "Approval") -> str:
    from bailiwick.domain.ids import MessageId

    mail = approval.args.get("mail")
    named = mail.get("in_reply_to") if isinstance(mail, Mapping) else None
    for ref in approval.evidence:
        kind, _, rest = ref.partition(":")
        if not named or kind != "message":
            continue
        found = unit.crm.message(MessageId(rest.partition("#")[0]))
        if found is not None and found.mail.rfc_message_id == named:
            words = found.mail.own_text or found.mail.text
            return f"{moment(found.received_at)}\n\n{capped(words, ANSWERED_LENGTH_MAX)}"
    return ""


def recipient(approval: "Approval") -> str:
    """Name who or what the step would touch, in the words of the payload."""
    mail = approval.args.get("mail")
    if isinstance(mail, Mapping):
        return f"{mail.get('to_name', '')} <{mail.get('to_address', '')}>".strip()
    for name in ("contact_id", "account_id", "opportunity_id"):
        if name in approval.args:
            return str(approval.args[name])
    records = approval.args.get("records")
    return f"{len(records)} records" if isinstance(records, list) else "the workspace"


def subject(approval: "Approval") -> str:
    """Return the subject of the mail, or nothing."""
    mail = approval.args.get("mail")
    return _value(mail.get("subject")) if isinstance(mail, Mapping) else ""


def visible(text: str) -> str:
    """Spell out every character that cannot be seen or that reorders what is read."""
    return "".join(c if c == "\n" else _spelled(c) for c in text)


def payload_text(approval: "Approval") -> str:
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


def card_plain(card: Card) -> "Canonical":
    """Return the whole card as JSON values."""
    approval = plain(card.approval)
    assert isinstance(approval, dict), "a card is a record"
    return {
        **approval,
        "recipient": recipient(card.approval),
        "contact": card.contact,
        "payload_text": payload_text(card.approval),
        "answers": card.answers,
        "evidence": [{"ref": ref, "says": text} for ref, text in card.evidence],
        "diff": changes(card),
    }


def show_card(output: "Output", card: Card) -> None:
    """Print a card for a person: who receives it, the exact payload, why it waits, what it is."""
    approval = card.approval
    output.say(f"To: {visible(recipient(approval))}", mark="held")
    output.table(
        f"{approval.action.value} {approval.approval_id}: {approval.status.value}",
        ("exactly this would be done",),
        [(visible(payload_text(approval)),)],
    )
    output.table(
        "It answers",
        ("what they wrote",),
        [(visible(card.answers),)] if card.answers else [],
    )
    if card.replaced is not None:
        output.table("Changed by the edit", ("diff",), [(visible(changes(card)),)])
    reasons = dict(zip(approval.rules, approval.reasons, strict=False))
    output.table(
        "Why it waits", ("rule", "reason"), [(r, reasons.get(r, "")) for r in approval.rules]
    )
    output.table(
        "Evidence", ("reference", "says now"), [(ref, visible(t)) for ref, t in card.evidence]
    )
    output.pairs("Card", _facts(card))


def _facts(card: Card) -> dict[str, str]:
    from bailiwick.domain.action import TERMS, Risk
    from bailiwick.domain.provenance import CONFIDENCE_PERMILLE_MIN
    from bailiwick.engine.card import needs_in_words

    approval = card.approval
    risk = TERMS[approval.action].risk
    threshold = f"at least {percent(CONFIDENCE_PERMILLE_MIN)} is asked"
    if risk is Risk.R2:
        threshold += f", {percent(UNATTENDED_PERMILLE_MIN)} to run without a person"
    facts = {
        "contact": card.contact or "-",
        "confidence": f"{percent(approval.confidence_permille)}; {threshold}",
        "risk": _RISKS[int(risk)],
        "needs": needs_in_words(approval.needs),
        "signed by": ", ".join(s.person_id for s in approval.signatures) or "-",
        "asked by": approval.requested_by,
        "assigned to": approval.assigned_to or "-",
        "made": moment(approval.created_at),
        "expires": moment(approval.expires_at),
        "snoozed until": moment(approval.snoozed_until),
        "payload SHA-256": approval.payload_hash,
    }
    if approval.closed_reason:
        facts["closed"] = approval.closed_reason
    return facts


def _spelled(character: str) -> str:
    if without_controls(character, keep=""):
        return character
    name = unicodedata.name(character, "control")
    return f"⟨U+{ord(character):04X} {name.lower()}⟩"


def _value(value: "Canonical") -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    from bailiwick.kit.hashing import canonical_bytes

    return canonical_bytes(value).decode("utf-8", "surrogatepass")
