"""The rank of a lead before anything was learned: weights set by hand, published and versioned.

A rank orders a day; it is no probability, and nothing is called one here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import Final

from bailiwick.domain.score.told import Reason, strongest


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSet:
    """Named numbers with where they come from; a changed number is a new version."""

    set_id: str
    version: int
    origin: str
    bias: float
    values: Mapping[str, float]


PRIOR: Final = WeightSet(
    set_id="lead_rank",
    version=1,
    origin=(
        "capabilities 32, lead_rank; fixed: who may not be contacted, bounced or was deleted is "
        "left out and not weighed (the weights were −2.0, −0.8, −1.5); an open counts 0.2 (was "
        "0.9), since mail programs open by themselves; counts are scaled to 0 … 1"
    ),
    bias=-0.5,
    values={
        "company_score": 1.5, "company_tier": 1.8, "company_size": 0.3, "company_website": 0.2,
        "company_linkedin": 0.4, "company_job_board": 0.6, "company_services": 0.5,
        "company_tags": 0.3, "company_intent": 1.2, "company_intent_signals": 0.7,
        "company_code_ai": 1.0, "company_code_hiring": 0.8, "company_code_activity": 0.4,
        "company_model_hub": 0.9, "company_deep_analysis": 0.3,
        "company_classification_confidence": 0.5,
        "authority": 1.4, "decision_maker": 1.2, "verified": 0.8, "linkedin": 0.3,
        "code_host": 0.2, "messenger": 0.1, "seniority": 0.6, "emails": 0.2, "ai_profile": 0.4,
        "do_not_contact": 0.0, "deletion": 0.0, "next_touch": 0.7, "reasons": 0.5, "bounced": 0.0,
        "sent": -0.3, "open": 0.2, "reply": 1.3, "click": 0.8, "bounce_rate": -1.0,
        "temperature": 1.1, "sequence": -0.2, "campaigns": 0.3,
        "recency": 0.8, "company_age": -0.1, "hour_sin": 0.0, "hour_cos": 0.0,
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """Where a lead stands among others, in an arbitrary unit, and why."""

    rank: float
    """0 to 1; higher is earlier. Not the chance of anything."""
    reasons: tuple[Reason, ...]


def prior_rank(features: Mapping[str, float], weights: WeightSet = PRIOR) -> Rank:
    """Return the rank of a lead by what is known of it, each feature within 0 … 1."""
    unknown = features.keys() - weights.values.keys()
    assert not unknown, f"no weight for {sorted(unknown)}"
    assert all(0 <= value <= 1 for value in features.values()), "features are scaled to 0 … 1"
    reasons = [
        Reason(column=name, value=f"{value:.2f}", weight=weights.values[name] * value)
        for name, value in features.items()
    ]
    total = weights.bias + sum(one.weight for one in reasons)
    return Rank(rank=1 / (1 + exp(-total)), reasons=strongest(reasons))
