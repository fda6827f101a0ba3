"""Where a value came from, how sure we are, and who may lean on it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PERMILLE: Final = 1000
CONFIDENCE_PERMILLE_MIN: Final = 600  # source articles: a step below 0.60 waits; 0.60 itself passes


class Trust(StrEnum):
    """How far a value may be leaned on; anything derived takes the lowest trust of its inputs."""

    FIRST_PARTY = "first_party"
    """Our own CRM rows and settings."""
    HUMAN = "human"
    """Written by a person of this workspace."""
    DERIVED = "derived"
    """Computed by us from trusted values."""
    UNVERIFIED = "unverified"
    """From outside: mail text, web forms, imported free text."""


class Source(StrEnum):
    """What made a decision or a value."""

    MODEL = "model"
    FALLBACK = "fallback"
    RULE = "rule"
    PERSON = "person"
    IMPORT = "import"
    MAIL = "mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Travels with every decision: confidence, reason, source, evidence (source articles)."""

    confidence_permille: int
    reason: str
    source: Source
    evidence: tuple[str, ...] = ()
    """References such as `message:msg_…#12-40` or `fact:fct_…`; never foreign text."""
    trust: Trust = Trust.DERIVED

    def __post_init__(self) -> None:
        """Assert the confidence is a permille."""
        assert 0 <= self.confidence_permille <= PERMILLE, self.confidence_permille


def weakest(*trusts: Trust) -> Trust:
    """Return the lowest trust among the inputs; derived when there are none."""
    order = (Trust.UNVERIFIED, Trust.DERIVED, Trust.HUMAN, Trust.FIRST_PARTY)
    return min(trusts, key=order.index, default=Trust.DERIVED)
