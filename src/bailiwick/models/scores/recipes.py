"""The kinds of model that are tried, from the plainest to the richest."""

from dataclasses import dataclass
from typing import Final

from bailiwick.domain.score.figures import Family
from bailiwick.models.scores.frame import Floats, Frame
from bailiwick.models.scores.linear import Linear, fit_linear
from bailiwick.models.scores.trees import Boosted, Growth, fit_trees

SEED: Final = 0
TREES_POSITIVES_MIN: Final = 200  # models 6: below, regression wins and is calibrated by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One way to learn."""

    name: str
    inverse_penalty: float = 1.0
    growth: Growth | None = None

    @property
    def family(self) -> Family:
        """What it makes."""
        return Family.LOGISTIC if self.growth is None else Family.TREES

    def fit(self, frame: Frame, labels: Floats) -> Linear | Boosted:
        """Learn from rows; both outcomes are among them."""
        if self.growth is None:
            return fit_linear(frame, labels, inverse_penalty=self.inverse_penalty)
        return fit_trees(frame, labels, growth=self.growth, seed=SEED)


RECIPES: Final = (
    Recipe(name="logistic-0.1", inverse_penalty=0.1),
    Recipe(name="logistic-1", inverse_penalty=1.0),
    Recipe(
        name="trees-5",
        growth=Growth(rate=0.05, trees_count=200, leaves_count=5, rows_min=40, shrink=1.0),
    ),
)
"""Ours: least log loss on Telco of penalties .03 to 3 and of trees of 5, 8 and 31 leaves."""


def recipes_for(positives_count: int) -> tuple[Recipe, ...]:
    """Return what so many good outcomes bear."""
    rich = positives_count >= TREES_POSITIVES_MIN
    return tuple(one for one in RECIPES if rich or one.family is Family.LOGISTIC)
