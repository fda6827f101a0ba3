"""Intervals by a thousand resamples of the same rows for all models, so that differences pair."""

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bailiwick.models.scores.calibration import expit
from bailiwick.models.scores.measuring import BINS_COUNT, TOP_SHARE, auc

RESAMPLES_COUNT: Final = 1_000  # benchmarks 0.2
SEED: Final = 20_261_120
FIGURES: Final = ("auc", "brier", "ece", "lift")
Floats: TypeAlias = NDArray[np.float64]
Spreads: TypeAlias = dict[str, dict[str, list[float]]]


def intervals(told: Mapping[str, Floats], labels: Floats, *, ours: str) -> tuple[Spreads, Spreads]:
    """Return each figure of each model, and ours less theirs, as [value, low, high]."""
    draws = _draws(told, labels)
    mine = draws[ours]
    figures = {name: _each(found) for name, found in draws.items()}
    less = {
        name: _each({figure: mine[figure] - found[figure] for figure in found})
        for name, found in draws.items()
        if name != ours
    }
    return figures, less


def within_blocks(chances: Floats, labels: Floats, *, block: int) -> list[float]:
    """Return the mean AUC within blocks as [value, low, high], resampled by block."""
    found = np.asarray(
        [
            auc(chances[at : at + block], labels[at : at + block])
            for at in range(0, len(labels), block)
        ]
    )
    dice = np.random.default_rng(SEED)
    places = dice.integers(0, len(found), (RESAMPLES_COUNT, len(found)))
    return _spread(np.concatenate([[found.mean()], found[places].mean(axis=1)]))


def _draws(told: Mapping[str, Floats], labels: Floats) -> dict[str, dict[str, Floats]]:
    """Return the figures on the rows as they are, then on each resample."""
    dice = np.random.default_rng(SEED)
    kept = {name: _Prepared(chances, labels) for name, chances in told.items()}
    found = {name: np.empty((len(FIGURES), RESAMPLES_COUNT + 1)) for name in told}
    count = np.ones(len(labels))
    for at in range(RESAMPLES_COUNT + 1):
        for name, prepared in kept.items():
            found[name][:, at] = prepared.figures(count)
        drawn = dice.integers(0, len(labels), len(labels))
        count = np.bincount(drawn, minlength=len(labels)).astype(np.float64)
    return {name: dict(zip(FIGURES, rows, strict=True)) for name, rows in found.items()}


class _Prepared:
    """What is the same in every resample of one model."""

    def __init__(self, chances: Floats, labels: Floats) -> None:
        _, self._group = np.unique(chances, return_inverse=True)
        self._bins = np.minimum((chances * BINS_COUNT).astype(np.int64), BINS_COUNT - 1)
        self._order = np.argsort(-chances, kind="stable")
        self._gaps = chances - labels
        self._labels = labels

    def figures(self, count: Floats) -> tuple[float, ...]:
        """Return AUC, Brier, ECE and lift of rows drawn so often."""
        total = len(count)
        good = np.bincount(self._group, weights=count * self._labels)
        bad = np.bincount(self._group, weights=count) - good
        below = np.cumsum(bad) - bad / 2
        gaps = np.bincount(self._bins, weights=count * self._gaps, minlength=BINS_COUNT)
        ordered = count[self._order]
        top = np.cumsum(ordered) <= total * TOP_SHARE
        held = ordered[top]
        base = float(good.sum()) / total
        return (
            float(good @ below) / float(good.sum() * bad.sum()),
            float(count @ self._gaps**2) / total,
            float(np.abs(gaps).sum()) / total,
            float(held @ self._labels[self._order][top]) / float(held.sum()) / base,
        )


def _each(figures: Mapping[str, Floats]) -> dict[str, list[float]]:
    return {figure: _spread(values) for figure, values in figures.items()}


def _spread(values: Floats) -> list[float]:
    low, high = np.quantile(values[1:], [0.025, 0.975]).tolist()
    return [round(float(values[0]), 4), round(low, 4), round(high, 4)]


def chances_of(log_odds: Floats) -> Floats:
    """Return log-odds as chances, without calibration or bounds."""
    return expit(log_odds)
