"""The classifier of replies: one weight per feature and label, and how sure its answers are.

The numbers are trained outside the package (`training/reply`) and come in as data; here they are
only added up. Sums of whole numbers run in C, so that a mail costs a fraction of a millisecond.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, sqrt
from typing import Final

from bailiwick.domain.reader.features import Features
from bailiwick.domain.reading import Intent

SCALE: Final = 100  # ours: weights are kept in hundredths, as whole numbers
PERMILLE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A trained classifier."""

    version: str
    labels: tuple[Intent, ...]
    intercepts: tuple[int, ...]
    table: Mapping[str, tuple[int, ...]]
    """Feature to one whole number per label."""
    temperature_permille: int
    """Above 1000 the raw answers were too sure and are softened (temperature scaling)."""
    act_permille: int
    """Below this an answer is none: the risk among the kept would exceed the one named."""
    risk_permille: int
    """The share of wrong answers among the kept that `act_permille` was chosen for."""
    trained_on: str
    """Hash of the mails it was trained on."""


def probabilities(weights: Weights, found: Features) -> dict[Intent, float]:
    """Return the calibrated probability of each label; they add up to one."""
    marks = _added(weights, found.marks)
    words, ideas = _added(weights, found.words), _added(weights, found.ideas)
    word_share, idea_share = shares_of(found)
    heat = SCALE * weights.temperature_permille / PERMILLE
    raw = [
        (intercept + mark + word * word_share + idea * idea_share) / heat
        for intercept, mark, word, idea in zip(weights.intercepts, marks, words, ideas, strict=True)
    ]
    most = max(raw)
    grown = [exp(one - most) for one in raw]
    total = sum(grown)
    return {label: one / total for label, one in zip(weights.labels, grown, strict=True)}


def shares_of(found: Features) -> tuple[float, float]:
    """Return what one word and one idea of a mail count, so that a long mail is no louder."""
    return 1 / sqrt(max(1, len(found.words))), 1 / sqrt(max(1, len(found.ideas)))


def _added(weights: Weights, names: tuple[str, ...]) -> tuple[int, ...]:
    table = weights.table
    rows = [table[name] for name in names if name in table]
    return tuple(map(sum, zip(*rows, strict=True))) if rows else (0,) * len(weights.labels)
