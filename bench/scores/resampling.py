"""Intervals by a thousand resamples of the same rows for all models, so that differences pair."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bailiwick.models.scores.calibration import expit
from bailiwick.models.scores.measuring import BINS_COUNT, TOP_SHARE, auc

RESAMPLES_COUNT: Final = 1_000  # benchmarks 0.2
SEED: Final = 20_261_120
Floats = NDArray[np.float64]


def intervals(told: Mapping[str, Floats], labels: Floats) -> dict[str, dict[str, list[float]]]:
    """Return each figure of each model as [value, low, high]."""
    return {
        name: {figure: _spread(values) for figure, values in draws.items()}
        for name, draws in _draws(told, labels).items()
    }


def differences(
    told: Mapping[str, Floats], labels: Floats, *, ours: str
) -> dict[str, dict[str, list[float]]]:
    """Return our figure less that of each other model, as [value, low, high]."""
    draws = _draws(told, labels)
    mine = draws[ours]
    return {
        name: {figure: _spread(mine[figure] - values[figure]) for figure in values}
        for name, values in draws.items()
        if name != ours
    }


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
    counts = [np.ones(len(labels))]
    for _ in range(RESAMPLES_COUNT):
        drawn = dice.integers(0, len(labels), len(labels))
        counts.append(np.bincount(drawn, minlength=len(labels)).astype(np.float64))
    return {name: _figures(chances, labels, counts) for name, chances in told.items()}


def _figures(chances: Floats, labels: Floats, counts: list[Floats]) -> dict[str, Floats]:
    _, group = np.unique(chances, return_inverse=True)
    bins = np.minimum((chances * BINS_COUNT).astype(np.int64), BINS_COUNT - 1)
    order = np.argsort(-chances, kind="stable")
    squares = (chances - labels) ** 2
    found = np.empty((4, len(counts)))
    for at, count in enumerate(counts):
        good = np.bincount(group, weights=count * labels)
        bad = np.bincount(group, weights=count * (1 - labels))
        below = np.cumsum(bad) - bad / 2
        top = np.cumsum(count[order]) <= len(labels) * TOP_SHARE
        held = count[order][top]
        gaps = np.bincount(bins, weights=count * (chances - labels), minlength=BINS_COUNT)
        base = good.sum() / len(labels)
        found[:, at] = (
            float(good @ below) / (good.sum() * bad.sum()),
            float(count @ squares) / len(labels),
            np.abs(gaps).sum() / len(labels),
            float(held @ labels[order][top]) / held.sum() / base,
        )
    return dict(zip(("auc", "brier", "ece", "lift"), found, strict=True))


def _spread(values: Floats) -> list[float]:
    low, high = np.quantile(values[1:], [0.025, 0.975]).tolist()
    return [round(float(values[0]), 4), round(low, 4), round(high, 4)]


def chances_of(log_odds: Floats) -> Floats:
    """Return log-odds as chances, without calibration or bounds."""
    return expit(log_odds)
