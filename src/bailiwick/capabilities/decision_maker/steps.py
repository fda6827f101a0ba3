"""The one step of the decision-maker search: rank colleagues by the authority of their titles."""

from dataclasses import dataclass
from typing import Final

from bailiwick.domain.crm import Contact
from bailiwick.domain.extraction.title import job_level
from bailiwick.domain.proposed_fact import ProposedFact
from bailiwick.domain.provenance import Source, Trust
from bailiwick.graph.propose import FactsState, Found, account_of, unknown_before
from bailiwick.ports.deps import Deps

COLLEAGUES_COUNT_MAX: Final = 50  # capabilities 1.5: at most fifty are ranked
SHOWN_COUNT_MAX: Final = 5  # ours: the runners-up that are named as evidence
CONFIDENCE_PERMILLE_MAX: Final = 900  # capabilities 4.4, rule 4
FACTS_COUNT_MAX: Final = 50  # ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One colleague with the authority of their title."""

    contact: Contact
    authority_permille: int
    decides: bool


async def find(_: FactsState, deps: Deps) -> Found:
    """Name who decides at the account, or say that the titles do not tell."""
    account = account_of(deps)
    if account is None:
        return Found(skip_reason="unknown_account")
    colleagues = deps.crm.colleagues(account.account_id, count_max=COLLEAGUES_COUNT_MAX)
    order = ranked(list(colleagues))
    if not order or not order[0].decides:
        return Found(skip_reason="insufficient", contact_id=deps.frame.contact_id)
    first = order[0]
    fact = ProposedFact(
        subject=account.account_id,
        field="decision_maker",
        value=first.contact.contact_id,
        confidence_permille=min(CONFIDENCE_PERMILLE_MAX, first.authority_permille),
        source=Source.RULE,
        method="decision_maker",
        evidence=tuple(f"contact:{one.contact.contact_id}" for one in order[:SHOWN_COUNT_MAX]),
        trust=Trust.DERIVED,
        observed_at=deps.frame.now,
    )
    known = deps.crm.facts(account.account_id, at=deps.frame.now, count_max=FACTS_COUNT_MAX)
    fresh = tuple(unknown_before([fact], known))
    return Found(
        found=fresh,
        contact_id=deps.frame.contact_id,
        skip_reason="" if fresh else "nothing_new",
    )


def ranked(colleagues: list[Contact]) -> list[Ranked]:
    """Order colleagues by authority; an unread title is unknown and not low, so it has no rank.

    Who may not be written to is left out; with equal authority a known address comes first.
    """
    found: list[Ranked] = []
    for one in colleagues[:COLLEAGUES_COUNT_MAX]:
        level = job_level(one.title)
        if one.flags.do_not_contact or level.authority_permille is None:
            continue
        found.append(
            Ranked(
                contact=one,
                authority_permille=level.authority_permille,
                decides=level.decision_maker is True,
            )
        )
    found.sort(
        key=lambda one: (-one.authority_permille, not one.contact.address, one.contact.contact_id)
    )
    return found
