"""One card as a person must see it before deciding: rendered by trusted code from the stored bytes.

The recipient comes first. Text is shown as text: a character that cannot be seen or that turns
writing around is spelled out, so that what is read is what would be sent.
"""

from typing import TYPE_CHECKING, Final

from bailiwick.cli.wording import moment, percent, visible, warmth_said
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from bailiwick.cli.output import Output
    from bailiwick.kit.json_value import Json as JsonValue
    from bailiwick.observe.card_contents import Card

UNATTENDED_PERMILLE_MIN: Final = 750  # capabilities 1.6: R2 under a grant
_RISKS: Final = {
    0: "R0: changes nothing",
    1: "R1: inside, can be undone",
    2: "R2: leaves the house or is hard to undo",
    3: "R3: cannot be undone",
}


def card_plain(card: "Card") -> "JsonValue":
    """Return the whole card as JSON values."""
    from bailiwick.observe.card_contents import beside

    approval = plain(card.approval)
    assert isinstance(approval, dict), "a card is a record"
    return {**approval, **beside(card)}


def show_card(output: "Output", card: "Card") -> None:
    """Print a card for a person: who receives it, the exact payload, why it waits, what it is."""
    from bailiwick.observe.card_contents import changes, payload_text, recipient

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


def _facts(card: "Card") -> dict[str, str]:
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
        "their mail was read as": card.read_as or "-",
        "warmth": warmth_said(card.warmth) or "-",
        "made": moment(approval.created_at),
        "expires": moment(approval.expires_at),
        "snoozed until": moment(approval.snoozed_until),
        "payload SHA-256": approval.payload_hash,
    }
    if approval.closed_reason:
        facts["closed"] = approval.closed_reason
    return facts
