"""Learns a model: which kind is chosen on rows that it had not seen, then calibrated on them.

Rows in the order of time are told by the rows before them only; a richer model or calibration is
taken when it is better by more than a standard error of the paired difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bailiwick.domain.score.figures import Calibration, Figures
from bailiwick.models.scores.calibration import (
    UNCALIBRATED,
    Calibrator,
    allowed_kinds,
    expit,
    fit_calibrator,
    log_loss,
    rolling_calibrator,
)
from bailiwick.models.scores.folds import Fold, folds, recent
from bailiwick.models.scores.frame import Floats, Frame, Places
from bailiwick.models.scores.linear import Linear
from bailiwick.models.scores.measuring import figures
from bailiwick.models.scores.recipes import SEED, Recipe, recipes_for
from bailiwick.models.scores.trees import Boosted

ERRORS_MIN: Final = 1.0  # ours: the usual rule of one standard error


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What one recipe told of rows it had not seen."""

    recipe: Recipe
    log_odds: Floats
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A model with how well it told rows that it had not seen."""

    recipe: Recipe
    model: Linear | Boosted
    calibrator: Calibrator
    figures: Figures
    tried: tuple[tuple[str, float], ...]
    """Each recipe with its log loss."""
    told: Floats
    """The calibrated chances of the rows that were told out of fold."""
    outcomes: Floats


def learn(frame: Frame, labels: Floats, *, ordered: bool) -> Learned | None:
    """Learn from rows; None when an outcome is too rare to hold any rows back."""
    parts = folds(labels, ordered=ordered, seed=SEED)
    places = np.concatenate([one.told for one in parts]) if parts else np.zeros(0, dtype=np.int64)
    outcomes = labels[places]
    if not 0 < outcomes.sum() < len(outcomes):
        return None
    tried = [_tried(recipe, frame, labels, parts) for recipe in recipes_for(int(labels.sum()))]
    best = tried[0]
    for one in tried[1:]:
        if better(one.log_odds, best.log_odds, outcomes):
            best = one
    groups = np.concatenate([np.full(len(part.told), at) for at, part in enumerate(parts)])
    if ordered:
        chances = _rolling(best.log_odds, outcomes, groups)
        calibrator = rolling_calibrator(best.log_odds, outcomes)
    else:
        kind, chances = _crossed(best.log_odds, outcomes, groups)
        calibrator = fit_calibrator(kind, best.log_odds, outcomes)
    latest = recent(len(labels)) if ordered else np.arange(len(labels))
    return Learned(
        recipe=best.recipe,
        model=best.recipe.fit(frame.take(latest), labels[latest]),
        calibrator=calibrator,
        figures=figures(chances, outcomes),
        tried=tuple((one.recipe.name, one.loss) for one in tried),
        told=chances,
        outcomes=outcomes,
    )


def better(first: Floats, second: Floats, labels: Floats) -> bool:
    """Tell whether the first log-odds lose less than the second by more than a standard error."""
    gain = log_loss(expit(second), labels) - log_loss(expit(first), labels)
    error = float(gain.std()) / len(gain) ** 0.5
    return float(gain.mean()) > ERRORS_MIN * error


def _tried(recipe: Recipe, frame: Frame, labels: Floats, parts: Sequence[Fold]) -> Tried:
    told = [
        recipe.fit(frame.take(part.train), labels[part.train]).log_odds(frame.take(part.told))
        for part in parts
    ]
    log_odds = np.concatenate(told)
    outcomes = labels[np.concatenate([part.told for part in parts])]
    return Tried(
        recipe=recipe, log_odds=log_odds, loss=float(log_loss(expit(log_odds), outcomes).mean())
    )


def _rolling(log_odds: Floats, labels: Floats, groups: Places) -> Floats:
    """Tell each block by a calibrator of the predictions before it."""
    chances = UNCALIBRATED.chances(log_odds)
    for group in np.unique(groups):
        mine, past = groups == group, groups < group
        fitted = rolling_calibrator(log_odds[past], labels[past])
        chances[mine] = fitted.chances(log_odds[mine])
    return chances


def _crossed(log_odds: Floats, labels: Floats, groups: Places) -> tuple[Calibration, Floats]:
    """Choose how chances are calibrated; each fold is told by a calibrator that never saw it."""
    kind, chances = Calibration.NONE, UNCALIBRATED.chances(log_odds)
    for tried in allowed_kinds(len(labels)):
        told = chances.copy()
        for group in np.unique(groups):
            mine = groups == group
            fitted = fit_calibrator(tried, log_odds[~mine], labels[~mine])
            told[mine] = fitted.chances(log_odds[mine])
        gain = log_loss(chances, labels) - log_loss(told, labels)
        if float(gain.mean()) > ERRORS_MIN * float(gain.std()) / len(gain) ** 0.5:
            kind, chances = tried, told
    return kind, chances
