"""What is remembered around a contact: trusted facts of the account and of colleagues.

It fails open: without it a plan is poorer, never unsafe (capabilities 1.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bailiwick.capabilities.crm_orchestrator import vocabulary as words
from bailiwick.domain.crm import Contact
from bailiwick.domain.extraction.title import job_level
from bailiwick.domain.fact import Fact
from bailiwick.domain.fault import PortFault
from bailiwick.domain.provenance import Trust
from bailiwick.ports.deps import Deps

_TRUSTED: Final = frozenset({Trust.FIRST_PARTY, Trust.HUMAN, Trust.DERIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """At most five facts, and how many colleagues there are."""

    facts: tuple[Fact, ...] = ()
    colleagues_count: int = 0
    deciders_count: int = 0


def recollected(deps: Deps, contact: Contact, *, known: Sequence[Fact]) -> Memory:
    """Return trusted facts beyond those already known, the surest first."""
    if contact.account_id is None:
        return Memory()
    try:
        colleagues = deps.crm.colleagues(contact.account_id, count_max=words.COLLEAGUES_COUNT_MAX)
        others = [one for one in colleagues if one.contact_id != contact.contact_id]
        subjects = [contact.account_id, *(c.contact_id for c in others)]
        found = [
            fact
            for subject in subjects[: words.RECALLED_FROM_COUNT_MAX + 1]
            for fact in deps.crm.facts(
                subject, at=deps.frame.now, count_max=words.COMPANY_FACTS_COUNT_MAX
            )
        ]
    except PortFault as fault:
        if fault.retryable:
            raise  # the plan would rest on less than is known
        return Memory()
    seen = {fact.fact_id for fact in known}
    fresh = [fact for fact in found if fact.trust in _TRUSTED and fact.fact_id not in seen]
    fresh.sort(key=lambda fact: (-fact.confidence_permille, fact.fact_id))
    return Memory(
        facts=tuple(fresh[: words.RECALLED_COUNT_MAX]),
        colleagues_count=len(others),
        deciders_count=sum(job_level(one.title).decision_maker is True for one in colleagues),
    )
