"""The one step of lead scoring: weigh what our rows say of one contact, or say what is missing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bailiwick.domain.ids import ContactId
from bailiwick.domain.proposed_fact import ProposedFact
from bailiwick.domain.provenance import Source, Trust
from bailiwick.domain.reader.score import conversation_warmth, heard_in
from bailiwick.domain.score.lead import Lead, features_of, has_enough
from bailiwick.domain.score.prior import PRIOR, prior_rank
from bailiwick.graph.propose import FactsState, Found, contact_of, unknown_before
from bailiwick.ports.crm import Safety
from bailiwick.ports.deps import Deps

FIELD: Final = "lead_rank_permille"
MAILS_COUNT_MAX: Final = 50  # ours: what is older has faded to nothing
FACTS_COUNT_MAX: Final = 50  # ours
RANK_PERMILLE: Final = 500  # ours: weights set by hand order leads, and foretell nothing


async def find(_: FactsState, deps: Deps) -> Found:
    """Rank the contact, unless they may not be written to or are hardly known."""
    contact_id = contact_of(deps.frame)
    contact = deps.crm.contact(contact_id) if contact_id is not None else None
    if contact is None:
        return Found(skip_reason="unknown_contact")
    if _forbidden(deps.crm.safety(contact.contact_id)):
        return Found(skip_reason="not_contactable", contact_id=contact.contact_id)
    now = deps.frame.now
    history = deps.crm.history(contact.contact_id, each_max=MAILS_COUNT_MAX)
    account = deps.crm.account(contact.account_id) if contact.account_id is not None else None
    latest = history.received[0] if history.received else None
    lead = Lead(
        contact=contact,
        account=account,
        sent_count=history.sent_count,
        received_count=history.received_count,
        last_inbound_at=latest.received_at if latest is not None else None,
        warmth_permille=conversation_warmth(heard_in(history.received), now=now).permille,
    )
    features = features_of(lead, now=now)
    if not has_enough(features):
        return Found(skip_reason="insufficient", contact_id=contact.contact_id)
    evidence = [f"contact:{contact.contact_id}"]
    evidence += [f"account:{account.account_id}"] if account is not None else []
    evidence += [f"message:{latest.message_id}"] if latest is not None else []
    fact = _fact(contact.contact_id, prior_rank(features).rank, evidence, at=now)
    known = deps.crm.facts(contact.contact_id, at=now, count_max=FACTS_COUNT_MAX)
    fresh = tuple(unknown_before([fact], known))
    return Found(
        found=fresh,
        contact_id=contact.contact_id,
        skip_reason="" if fresh else "nothing_new",
    )


def _fact(
    contact_id: ContactId, rank: float, evidence: Sequence[str], *, at: datetime
) -> ProposedFact:
    return ProposedFact(
        subject=contact_id,
        field=FIELD,
        value=str(round(1000 * rank)),
        confidence_permille=RANK_PERMILLE,
        source=Source.RULE,
        method=f"lead_scoring:{PRIOR.set_id}/{PRIOR.version}",
        evidence=tuple(evidence),
        trust=Trust.DERIVED,
        observed_at=at,
    )


def _forbidden(safety: Safety) -> bool:
    raised = safety.do_not_contact or safety.bounced or safety.unsubscribed
    return raised or safety.suppressed or safety.opt_out_doubtful
