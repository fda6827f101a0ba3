"""A lead as the score sees it: what our own rows say of a person and their company, as 0 … 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.crm import Account, Contact
from bailiwick.domain.extraction.title import job_level

SENT_COUNT_MAX: Final = 8  # capabilities 18.1: more touches than this are not made
EMAILS_COUNT_MAX: Final = 3  # ours: a fourth address says no more
RECENCY_HALF_LIFE_DAYS: Final = 30.0  # ours: heard of a month ago counts half
REQUIRED: Final = ("authority", "company_size", "company_website", "verified", "reply")
"""Ours: title, size, web page, address and correspondence; without most of them, no rank."""
_SIZES: Final = (
    (10, 0.1), (50, 0.2), (200, 0.35), (500, 0.5), (1_000, 0.65), (5_000, 0.8), (10_000, 0.9),
)  # fmt: skip
"""Capabilities 32, the size map of lead_rank: up to so many people, that much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What is known at one moment."""

    contact: Contact
    account: Account | None
    sent_count: int
    received_count: int
    last_inbound_at: datetime | None
    warmth_permille: int
    """How near to a purchase their words are, faded by age."""


def features_of(lead: Lead, *, now: datetime) -> Mapping[str, float]:
    """Return the features that are known; what is not known is left out and not taken as zero."""
    found: dict[str, float] = {}
    level = job_level(lead.contact.title)
    if level.authority_permille is not None:
        found["authority"] = found["seniority"] = level.authority_permille / 1000
        found["decision_maker"] = float(level.decision_maker is True)
    if lead.contact.addresses:
        found["verified"] = 1.0 if lead.received_count else 0.5  # ours: they wrote from it
        found["emails"] = min(1.0, len(lead.contact.addresses) / EMAILS_COUNT_MAX)
    found |= _company(lead.account)
    if lead.sent_count or lead.received_count:
        found["sent"] = min(1.0, lead.sent_count / SENT_COUNT_MAX)
        found["reply"] = min(1.0, lead.received_count / max(1, lead.sent_count))
        found["temperature"] = lead.warmth_permille / 1000
    if lead.last_inbound_at is not None:
        days = max(0.0, (now - lead.last_inbound_at).total_seconds() / 86_400)
        found["recency"] = 0.5 ** (days / RECENCY_HALF_LIFE_DAYS)
    return found


def has_enough(features: Mapping[str, float]) -> bool:
    """Tell whether at least half of what a rank needs is known (capabilities 17)."""
    missing = sum(name not in features for name in REQUIRED)
    return missing * 2 <= len(REQUIRED)


def _company(account: Account | None) -> Mapping[str, float]:
    if account is None:
        return {}
    found = {"company_website": float(bool(account.website or account.domain))}
    if account.employees_count is not None:
        count = account.employees_count
        found["company_size"] = next((size for up_to, size in _SIZES if count <= up_to), 1.0)
    return found
