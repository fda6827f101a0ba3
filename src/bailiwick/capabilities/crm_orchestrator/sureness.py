"""How sure a step is, computed from the bundle and never taken from a model's word.

base × min(1, evidence/needed) × freshness (capabilities 4.4). A model's own number can only lower
it: what a model says about itself carries no information (models, section 1).
"""

from decimal import ROUND_FLOOR, Decimal
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.provenance import PERMILLE

BASE_PERMILLE: Final[dict[Action, int]] = {
    Action.SUPPRESS_CONTACT: 990,  # capabilities 4.4, as are those without a mark
    Action.ESCALATE_TO_PERSON: 950,
    Action.REPLY: 850,
    Action.ENRICH: 900,
    Action.FIND_DECISION_MAKER: 900,
    Action.COMPANY_ENRICH: 900,
    Action.INITIAL: 700,
    Action.FOLLOWUP: 750,
    Action.DO_NOTHING: 990,
    Action.CREATE_TASK: 750,  # ours: a task asks, it changes nothing
    Action.UPDATE_FIELD: 700,  # ours
    Action.CHANGE_STAGE: 700,  # ours
}
UNSHARED_PERMILLE: Final = 800  # ours: the rule planner did not think of it
UNRESOLVED_PERMILLE: Final = 500  # ours: evidence was named that is not there; always below 0.60
HALF_LIFE_DAYS: Final = 30  # capabilities 4.4


def sureness_permille(
    action: Action, *, evidence: int = 1, needed: int = 1, age_days: int = 0
) -> int:
    """Return base × min(1, evidence/needed) × freshness of the newest evidence."""
    share = Decimal(min(evidence, needed)) / Decimal(needed)
    freshness = Decimal("0.5") ** (Decimal(age_days) / Decimal(HALF_LIFE_DAYS))
    return int((BASE_PERMILLE[action] * share * freshness).to_integral_value(ROUND_FLOOR))


def reported_permille(confidence: object) -> int | None:
    """Return a planner's own confidence in permille; None unless it is a finite number in [0, 1].

    Floored, so that 0.5999 does not become the 0.60 that passes.
    """
    if isinstance(confidence, bool) or not isinstance(confidence, (int, float)):
        return None
    exact = Decimal(repr(confidence))
    if not exact.is_finite() or not 0 <= exact <= 1:
        return None
    return int((exact * PERMILLE).to_integral_value(ROUND_FLOOR))
