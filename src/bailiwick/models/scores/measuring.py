"""Measures chances against outcomes: ranks, calibration, lift, with intervals."""

from typing import Final

import numpy as np

from bailiwick.domain.score.figures import Bin, Figures, Interval
from bailiwick.models.scores.calibration import log_loss
from bailiwick.models.scores.frame import Floats, Places

BINS_COUNT: Final = 10  # benchmarks 2.4
TOP_SHARE: Final = 0.10  # benchmarks 2.4
_NORMAL_95: Final = 1.959964


def figures(chances: Floats, labels: Floats) -> Figures:
    """Measure chances; both outcomes are among the labels."""
    base = float(labels.mean())
    brier = float(np.mean((chances - labels) ** 2))
    top = precision_at(chances, labels)
    return Figures(
        rows_count=len(labels),
        positives_count=int(labels.sum()),
        auc=auc_interval(chances, labels),
        average_precision=average_precision(chances, labels),
        brier=brier,
        brier_skill=1 - brier / (base * (1 - base)),
        ece=expected_error(chances, labels),
        ece_equal_mass=_mass_error(chances, labels),
        log_loss=float(log_loss(chances, labels).mean()),
        lift=top / base,
        precision=top,
        bins=_bins(chances, labels),
    )


def auc(chances: Floats, labels: Floats) -> float:
    """Return how often a row that ended well stands above one that did not; ties count half."""
    positives = float(labels.sum())
    negatives = len(labels) - positives
    if not positives or not negatives:
        return 0.5
    ranks = midranks(chances)
    above = float(ranks[labels > 0].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def auc_interval(chances: Floats, labels: Floats) -> Interval:
    """Return the AUC with its 95 % interval by DeLong: exact ranks, no dice."""
    good, bad = chances[labels > 0], chances[labels == 0]
    value = auc(chances, labels)
    if len(good) < 2 or len(bad) < 2:  # noqa: PLR2004 - no variance of one
        return Interval(value=value, low=0.0, high=1.0)
    whole = midranks(np.concatenate([good, bad]))
    over = (whole[: len(good)] - midranks(good)) / len(bad)
    under = 1 - (whole[len(good) :] - midranks(bad)) / len(good)
    spread = float(over.var(ddof=1)) / len(good) + float(under.var(ddof=1)) / len(bad)
    half = _NORMAL_95 * spread**0.5
    return Interval(value=value, low=max(0.0, value - half), high=min(1.0, value + half))


def average_precision(chances: Floats, labels: Floats) -> float:
    """Return the mean precision over recall; equal chances are taken together."""
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum(labels[order])
    ends = np.append(np.flatnonzero(np.diff(chances[order])), len(order) - 1)
    gained = np.diff(np.append(0.0, hits[ends]))
    return float(np.sum(gained * hits[ends] / (ends + 1)) / hits[-1])


def expected_error(chances: Floats, labels: Floats) -> float:
    """Return the ECE over bins of equal width."""
    return _error(
        np.minimum((chances * BINS_COUNT).astype(np.int64), BINS_COUNT - 1), chances, labels
    )


def precision_at(chances: Floats, labels: Floats, share: float = TOP_SHARE) -> float:
    """Return the share that ended well among the highest; equal chances keep the order of rows."""
    count = max(1, int(len(labels) * share))
    return float(labels[np.argsort(-chances, kind="stable")[:count]].mean())


def midranks(values: Floats) -> Floats:
    """Return ranks from one; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[place].astype(np.float64)


def _mass_error(chances: Floats, labels: Floats) -> float:
    ranks = np.argsort(np.argsort(chances, kind="stable"), kind="stable")
    return _error(ranks * BINS_COUNT // len(ranks), chances, labels)


def _error(places: Places, chances: Floats, labels: Floats) -> float:
    gaps = np.bincount(places, weights=chances - labels, minlength=BINS_COUNT)
    return float(np.abs(gaps).sum() / len(labels))


def _bins(chances: Floats, labels: Floats) -> tuple[Bin, ...]:
    places = np.minimum((chances * BINS_COUNT).astype(np.int64), BINS_COUNT - 1)
    return tuple(
        Bin(
            count=int(mine.sum()),
            told=float(chances[mine].mean()) if mine.any() else 0.0,
            happened=float(labels[mine].mean()) if mine.any() else 0.0,
        )
        for mine in (places == at for at in range(BINS_COUNT))
    )
