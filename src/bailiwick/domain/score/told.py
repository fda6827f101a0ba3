"""What is told of a score: the number or that there is none, with signed reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

REASONS_COUNT_MAX: Final = 5  # capabilities 17
LOWEST: Final = 0.01  # capabilities 17: nothing is impossible
HIGHEST: Final = 0.99  # capabilities 17: nothing is certain
OUTCOMES_COUNT_MIN: Final = 200  # capabilities 17: below, no probability is told
POSITIVES_COUNT_MIN: Final = 30  # capabilities 17


class Mode(StrEnum):
    """Where a score comes from."""

    PRIOR = "prior"
    """Weights set by hand: a rank and no probability."""
    LEARNED = "learned"
    NO_LIFT = "no_lift"
    """The outcomes do not follow from what is known: the base rate, and no rank."""
    INSUFFICIENT = "insufficient"
    """Too little is known of this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What one column did to one score, in log-odds against the average row."""

    column: str
    value: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The chance of one row, with what moved it."""

    chance: float
    reasons: tuple[Reason, ...]


def clamped(chance: float) -> float:
    """Return a chance that is never 0 nor 1."""
    return min(HIGHEST, max(LOWEST, chance))


def strongest(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the few reasons that moved the score most, the strongest first."""
    moved = [one for one in reasons if one.weight]
    return tuple(sorted(moved, key=lambda one: (-abs(one.weight), one.column))[:REASONS_COUNT_MAX])
