"""How many days lie between touches: the default, until a trial shows that another gap wins more.

Recipients of a trial get a shorter, the default or a longer gap by chance. What counts is how many
more of them have answered after a while than of those with the default, with a lower bound: who
would have answered anyway is in both (capabilities 18.3). Who is still waited for is counted as
Kaplan and Meier do.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bailiwick.domain.campaign.enrolment import EnrolmentId

ARMS: Final = (-2, 0, 4)  # ours: working days added to each gap; nought is the default
RECIPIENTS_COUNT_MIN: Final = 500  # capabilities 18.3
HORIZON_DAYS: Final = 42.0  # ours: the default series and its tail
BOUND: Final = 1.645  # ours: one side, 95 %
COST_SHARE: Final = 0.1  # ours: an uplift below a tenth of the base rate is not worth a change


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long one recipient was watched since the first touch, and whether they answered then."""

    days: float
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Which share has answered by some day, and how unsure that is."""

    rate: float
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GapChoice:
    """How many working days to add to each gap, and why."""

    days: int
    reason: str


def arm_of(enrolment_id: EnrolmentId) -> int:
    """Return the arm of a trial that a recipient is in: by chance, and the same each time."""
    digest = hashlib.sha256(f"gap\0{enrolment_id}".encode()).digest()
    return ARMS[int.from_bytes(digest[:8], "big") % len(ARMS)]


def answered_by(spans: Sequence[Span], days: float) -> Estimate:
    """Estimate which share answers within so many days (Kaplan-Meier, variance by Greenwood)."""
    answers = Counter(span.days for span in spans if span.answered and span.days <= days)
    left_at = Counter(span.days for span in spans)
    at_risk, kept, unsure = len(spans), 1.0, 0.0
    for day in sorted(left_at):
        if day > days:
            break
        count = answers[day]
        if count:
            kept *= 1 - count / at_risk
            if at_risk > count:
                unsure += count / (at_risk * (at_risk - count))
        at_risk -= left_at[day]
    return Estimate(rate=1 - kept, variance=kept**2 * unsure)


def choose_gap(arms: Mapping[int, Sequence[Span]]) -> GapChoice:
    """Choose the arm that surely wins more answers than the default, else the default."""
    known = sum(len(spans) for spans in arms.values())
    if known < RECIPIENTS_COUNT_MIN or any(not arms.get(arm) for arm in ARMS):
        reason = f"the default gap, since {known} recipients of {RECIPIENTS_COUNT_MIN} were tried"
        return GapChoice(days=0, reason=reason)
    base = answered_by(arms[0], HORIZON_DAYS)
    bounds = {arm: _uplift(answered_by(arms[arm], HORIZON_DAYS), base) for arm in ARMS if arm != 0}
    best = max(bounds, key=lambda arm: bounds[arm])
    needed = COST_SHARE * base.rate
    if bounds[best] <= needed:
        reason = (
            f"the default gap: of {known} recipients no other wins more answers than "
            f"{base.rate:.1%} for sure"
        )
        return GapChoice(days=0, reason=reason)
    rate = answered_by(arms[best], HORIZON_DAYS).rate
    reason = (
        f"{best:+d} working days: {rate:.1%} answered against {base.rate:.1%} with the default, "
        f"at least {bounds[best]:.1%} more, of {known} recipients"
    )
    return GapChoice(days=best, reason=reason)


def shifted(gap_days: int, arm: int) -> int:
    """Return a gap in an arm: never less than a day, and a first touch is not shifted."""
    return gap_days if gap_days == 0 else max(1, gap_days + arm)


def _uplift(other: Estimate, base: Estimate) -> float:
    """Return by how much more is answered, at the least."""
    return other.rate - base.rate - BOUND * math.sqrt(other.variance + base.variance)
