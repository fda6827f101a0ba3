"""The one place where a graph waits for a person: it interrupts, and does nothing else.

A node that waits is entered again from its first line when the answer comes, so nothing may stand
beside the interrupt (engine.md, section 9). The answer is read from the stored plan by the node
that follows; what the client sent is not looked at.
"""

from collections.abc import Mapping
from typing import Final

from langgraph.types import interrupt

from bailiwick.domain.approval import Approval
from bailiwick.kit.hashing import Canonical

DECISIONS: Final = ("approve", "edit", "reject")
RESPONSE_SCHEMA: Final[dict[str, object]] = {
    "title": "Decision",
    "type": "object",
    "properties": {
        "type": {"enum": [*DECISIONS, "ignore"]},
        "message": {"type": "string"},
        "edited_action": {"type": "object"},
        "payload_sha256": {"type": "string"},
    },
    "required": ["type"],
}
"""From which a client may draw a form; what it sends goes to the inbox, not into the graph."""


async def hold(card: Mapping[str, Canonical]) -> Mapping[str, object]:
    """Wait until the decision on one card is stored."""
    interrupt(dict(card), response_schema=RESPONSE_SCHEMA)
    return {}


def held_value(card: Approval, *, editable: bool) -> dict[str, Canonical]:
    """Return a card in the words of all three kinds of clients (api-compat, section 6)."""
    action, args = card.action.value, dict(card.args)
    told = "\n\n".join(card.reasons) or "This step waits for a person."
    decisions = [one for one in DECISIONS if editable or one != "edit"]
    return {
        "action_request": {"action": action, "args": args},
        "config": {
            "allow_accept": True,
            "allow_edit": editable,
            "allow_respond": True,
            "allow_ignore": True,
        },
        "description": told,
        "action_requests": [{"name": action, "args": args, "arguments": args, "description": told}],
        "review_configs": [{"action_name": action, "allowed_decisions": decisions}],
        "bailiwick": {
            "approval_id": card.approval_id,
            "payload_sha256": card.payload_hash,
            "confidence_permille": card.confidence_permille,
            "rules": list(card.rules),
            "needs": {"role": card.needs.role.value, "persons": card.needs.persons_count},
            "evidence": list(card.evidence),
            "expires_at": card.expires_at.isoformat(),
        },
    }
