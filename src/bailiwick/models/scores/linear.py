"""Logistic regression: exact contributions, plain numbers as its artefact."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.linear_model import LogisticRegression

from bailiwick.domain.score.sheet import Slope
from bailiwick.models.scores.encoding import Encoding, design, learned_encoding
from bailiwick.models.scores.frame import Floats, Frame

ITERATIONS_MAX: Final = 1_000  # ours: the benches need fewer than 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """A fitted regression."""

    encoding: Encoding
    intercept: float
    weights: tuple[float, ...]
    means: tuple[float, ...]
    """The average of each cell of the design, against which contributions are told."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that contributions are told for."""
        return tuple(one.name for one in self.encoding.columns)

    def log_odds(self, frame: Frame) -> Floats:
        """Return the raw log-odds of each row."""
        return design(self.encoding, frame, scaled=True) @ np.asarray(self.weights) + self.intercept

    def contributions(self, frame: Frame) -> Floats:
        """Return what each column moved each row by, against the average row; exact."""
        cells = design(self.encoding, frame, scaled=True) - np.asarray(self.means)
        return by_column(self.encoding, cells * np.asarray(self.weights))


def fit_linear(frame: Frame, labels: Floats, *, inverse_penalty: float) -> Linear:
    """Fit a regression; a weight against a declared slope is held at zero and the rest refitted."""
    encoding = learned_encoding(frame, bent=True)
    cells = design(encoding, frame, scaled=True)
    slopes = np.asarray(encoding.slopes)
    free = np.ones(encoding.width, dtype=np.bool_)
    weights = np.zeros(encoding.width)
    intercept = 0.0
    for _ in range(1 + int(np.count_nonzero(slopes != Slope.FREE))):
        if not free.any():
            share = float(labels.mean())
            intercept = float(np.log(share / (1 - share)))
            break
        model = LogisticRegression(C=inverse_penalty, max_iter=ITERATIONS_MAX)
        model.fit(cells[:, free], labels)
        weights = np.zeros(encoding.width)
        weights[free] = model.coef_[0]
        intercept = float(model.intercept_[0])
        wrong = weights * slopes < 0
        if not wrong.any():
            break
        weights[wrong] = 0.0
        free &= ~wrong
    return Linear(
        encoding=encoding,
        intercept=intercept,
        weights=tuple(map(float, weights)),
        means=tuple(map(float, cells.mean(axis=0))),
    )


def by_column(encoding: Encoding, cells: Floats) -> Floats:
    """Add the cells of each column up."""
    added = np.zeros((len(cells), len(encoding.columns)))
    for cell, owner in enumerate(encoding.owners):
        added[:, owner] += cells[:, cell]
    return added
