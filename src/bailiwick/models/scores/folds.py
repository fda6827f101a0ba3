"""Which rows are trained on and which are told: forward in time, or shuffled when unordered."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from bailiwick.models.scores.frame import Floats, Places

FOLDS_COUNT: Final = 5  # benchmarks 2.1
WINDOW_ROWS: Final = 10_000  # benchmarks 2.3: what is older misleads more than it helps
FIRST_SHARE: Final = 0.5  # ours: the first half is only learned from


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Rows to learn from, and rows to tell."""

    train: Places
    told: Places


def folds(labels: Floats, *, ordered: bool, seed: int) -> tuple[Fold, ...]:
    """Return folds that fit the rows; each has both outcomes to learn from."""
    made = forward(len(labels)) if ordered else shuffled(labels, seed=seed)
    return tuple(one for one in made if 0 < labels[one.train].sum() < len(one.train))


def shuffled(labels: Floats, *, seed: int) -> Iterator[Fold]:
    """Yield folds with the same share of each outcome."""
    dice = np.random.default_rng(seed)
    part = np.empty(len(labels), dtype=np.int64)
    for outcome in (0.0, 1.0):
        mine = dice.permutation(np.flatnonzero(labels == outcome))
        part[mine] = np.arange(len(mine)) % FOLDS_COUNT
    for at in range(FOLDS_COUNT):
        yield Fold(train=np.flatnonzero(part != at), told=np.flatnonzero(part == at))


def forward(count: int) -> Iterator[Fold]:
    """Yield blocks of the second half, each told by the latest rows before it."""
    first = int(count * FIRST_SHARE)
    edges = [first + (count - first) * at // FOLDS_COUNT for at in range(FOLDS_COUNT + 1)]
    for start, end in pairwise(edges):
        if end > start > 0:
            yield Fold(train=recent(start), told=np.arange(start, end))


def recent(end: int) -> Places:
    """Return the latest rows before a place that are learned from."""
    return np.arange(max(0, end - WINDOW_ROWS), end)
