"""Chance with a shape, made of plain draws from [0, 1), so that one seed decides everything."""

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Final

TRIES_COUNT_MAX: Final = 64  # ours: each is kept with more than 95 % (Marsaglia and Tsang 2000)
_EDGE: Final = 1e-12
_NORMAL: Final = NormalDist()

Draw = Callable[[], float]
"""Uniform in [0, 1)."""


def beta(draw: Draw, a: float, b: float) -> float:
    """Return a number between 0 and 1 as a Beta(a, b) distribution gives it; both at least 1."""
    first, second = _gamma(draw, a), _gamma(draw, b)
    return first / (first + second)


def _gamma(draw: Draw, shape: float) -> float:
    """Return a draw of a Gamma distribution by the method of Marsaglia and Tsang."""
    assert shape >= 1, shape
    d = shape - 1 / 3
    c = 1 / math.sqrt(9 * d)
    for _ in range(TRIES_COUNT_MAX):
        normal = _NORMAL.inv_cdf(min(max(draw(), _EDGE), 1 - _EDGE))
        v = (1 + c * normal) ** 3
        if v > 0 and math.log(max(draw(), _EDGE)) < normal**2 / 2 + d - d * v + d * math.log(v):
            return d * v
    return d  # a source that never lets go has no chance in it: the middle will do
