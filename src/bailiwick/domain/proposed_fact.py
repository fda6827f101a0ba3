"""A fact that a capability proposes to keep, and the canonical form in which a step carries it.

It travels in the `facts` argument of `record_facts`: `facts_to_args` writes it, `facts_from_args`
reads it back. The writer gives it an id and weighs it; nothing stored is overwritten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.provenance import PERMILLE, Source, Trust
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.instant import instant, microseconds

PROPOSED_FACTS_COUNT_MAX: Final = 20  # ours: more than one signature or one row can yield
FACT_VALUE_LENGTH_MAX: Final = 500  # ours: a value, not a document


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedFact:
    """One value about one subject, not yet kept."""

    subject: str
    """The id of a contact, account or opportunity."""
    field: str
    value: str
    confidence_permille: int
    source: Source
    method: str
    evidence: tuple[str, ...]
    trust: Trust
    observed_at: datetime

    def to_args(self) -> dict[str, Canonical]:
        """Return the canonical form that goes into a step's arguments."""
        return {
            "subject": self.subject,
            "field": self.field,
            "value": self.value,
            "confidence_permille": self.confidence_permille,
            "source": self.source.value,
            "method": self.method,
            "evidence": list(self.evidence),
            "trust": self.trust.value,
            "observed_at_us": microseconds(self.observed_at),
        }


def facts_to_args(facts: Sequence[ProposedFact]) -> dict[str, Canonical]:
    """Return the arguments of a `record_facts` step."""
    assert len(facts) <= PROPOSED_FACTS_COUNT_MAX, "a step carries a bounded number of facts"
    return {"facts": [fact.to_args() for fact in facts]}


def facts_from_args(args: Mapping[str, Canonical]) -> tuple[ProposedFact, ...]:
    """Read the facts back. Raises ValueError or TypeError on another shape."""
    rows = args.get("facts")
    if set(args) != {"facts"} or not isinstance(rows, Sequence) or isinstance(rows, str):
        message = f"record_facts has one argument, a list named 'facts', not {sorted(args)}"
        raise TypeError(message)
    if len(rows) > PROPOSED_FACTS_COUNT_MAX:
        message = f"record_facts takes {PROPOSED_FACTS_COUNT_MAX} facts at most, not {len(rows)}"
        raise ValueError(message)
    return tuple(_fact(row) for row in rows)


_TEXTS: Final = ("subject", "field", "value", "source", "method", "trust")
_FIELDS: Final[frozenset[str]] = frozenset(
    (*_TEXTS, "confidence_permille", "evidence", "observed_at_us")
)


def _fact(row: Canonical) -> ProposedFact:
    if not isinstance(row, Mapping) or _FIELDS.symmetric_difference(row):
        message = f"a proposed fact has exactly the fields {sorted(_FIELDS)}"
        raise TypeError(message)
    texts = {name: _text(row[name], name) for name in _TEXTS}
    permille = _whole(row["confidence_permille"], "confidence_permille")
    observed, evidence = _whole(row["observed_at_us"], "observed_at_us"), row["evidence"]
    if not 0 <= permille <= PERMILLE or len(texts["value"]) > FACT_VALUE_LENGTH_MAX:
        message = (
            f"a proposed fact has 0 to {PERMILLE} permille and a value of at most"
            f" {FACT_VALUE_LENGTH_MAX} characters"
        )
        raise ValueError(message)
    if not isinstance(evidence, Sequence) or isinstance(evidence, str):
        message = "a proposed fact's evidence is a list"
        raise TypeError(message)
    return ProposedFact(
        subject=texts["subject"],
        field=texts["field"],
        value=texts["value"],
        confidence_permille=permille,
        source=Source(texts["source"]),
        method=texts["method"],
        evidence=tuple(_text(item, "evidence") for item in evidence),
        trust=Trust(texts["trust"]),
        observed_at=instant(observed),
    )


def _whole(value: Canonical, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        message = f"a proposed fact's {name} is a whole number"
        raise TypeError(message)
    return value


def _text(value: Canonical, name: str) -> str:
    if not isinstance(value, str):
        message = f"a proposed fact's {name} is text, not {type(value).__name__}"
        raise TypeError(message)
    return value
