"""What is known, with how surely and since when; a fact is invalidated, never overwritten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.ids import FactId
from bailiwick.domain.provenance import Source, Trust

FACTS_COUNT_MAX: Final = 8  # source articles: at most eight facts reach the planner


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value about one subject."""

    fact_id: FactId
    subject: str
    """The id of a contact, account or opportunity."""
    field: str
    value: str
    confidence_permille: int
    source: Source
    method: str
    """How it was found, such as `signature`, `domain`, `import:hubspot`."""
    evidence: tuple[str, ...]
    observed_at: datetime
    trust: Trust
    valid_from: datetime
    valid_to: datetime | None = None
