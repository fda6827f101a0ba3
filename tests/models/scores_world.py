"""Sheets whose truth is known, made with named seeds."""

import numpy as np
from numpy.typing import NDArray

from bailiwick.domain.score.sheet import Numbers, Sheet, Slope, Words

SIZES = ("small", "medium", "large")


def sheet(
    count: int = 1_200, *, seed: int = 1, signal: float = 1.5, ordered: bool = False
) -> Sheet:
    """Return rows whose outcome follows visits and size, and not the noise."""
    dice = np.random.default_rng(seed)
    visits = dice.gamma(2.0, 2.0, count)
    size = dice.integers(0, 3, count, dtype=np.int64)
    noise = dice.normal(size=count)
    log_odds = signal * ((visits - 4) / 3 + (size - 1) * 0.8) - 0.7
    labels = dice.random(count) < 1 / (1 + np.exp(-log_odds))
    return Sheet(
        columns=(
            Numbers(name="visits", values=visits.tolist(), slope=Slope.RISING),
            Words(name="size", values=_worded(size)),
            Numbers(name="noise", values=noise.tolist()),
        ),
        labels=labels.tolist(),
        ordered=ordered,
    )


def _worded(sizes: NDArray[np.int64]) -> list[str]:
    places: list[int] = sizes.tolist()
    return [SIZES[at] for at in places]


def with_column(given: Sheet, column: Numbers | Words) -> Sheet:
    """Return the sheet with one more column."""
    return Sheet(columns=(*given.columns, column), labels=given.labels, ordered=given.ordered)


def permuted(given: Sheet, *, seed: int) -> Sheet:
    """Return the sheet with its outcomes shuffled, so that nothing can be learned."""
    labels = np.random.default_rng(seed).permutation(np.asarray(given.labels))
    return Sheet(columns=given.columns, labels=labels.tolist(), ordered=given.ordered)
