"""Chance with a shape."""

import random
import statistics
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from bailiwick.kit.dice import beta


def seeded(seed: int) -> Callable[[], float]:
    """Return plain draws."""
    return random.Random(seed).random  # noqa: S311 - seeded


class TestBeta:
    @given(st.integers(1, 500), st.integers(1, 500), st.integers(0, 10_000))
    def test_is_a_share(self, a: int, b: int, seed: int) -> None:
        """Always between nothing and all, and the same for the same seed."""
        first = beta(seeded(seed), a, b)
        assert 0 < first < 1
        assert first == beta(seeded(seed), a, b)

    def test_has_the_mean_and_spread_of_its_distribution(self) -> None:
        """Ten thousand draws lie where the textbook says, within four standard errors."""
        for a, b in ((1, 1), (2, 5), (30, 70), (1, 200)):
            draw = seeded(7)
            found = [beta(draw, a, b) for _ in range(10_000)]
            mean = a / (a + b)
            variance = a * b / ((a + b) ** 2 * (a + b + 1))
            assert abs(statistics.fmean(found) - mean) < 4 * (variance / 10_000) ** 0.5
            assert 0.9 < statistics.variance(found) / variance < 1.1

    def test_ends_even_without_chance(self) -> None:
        """A source that always says the same gives the middle at last."""
        for same in (0.0, 0.5, 1 - 1e-16):
            assert 0 < beta(lambda same=same: same, 3, 3) < 1
