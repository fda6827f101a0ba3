"""Backoff with full jitter."""

from hypothesis import given
from hypothesis import strategies as st

from bailiwick.kit.retry import CAP_SECONDS, full_jitter_seconds


class TestBackoff:
    @given(attempt=st.integers(1, 1000), draw=st.floats(0, 1, exclude_max=True))
    def test_stays_between_zero_and_its_cap(self, attempt: int, draw: float) -> None:
        """No attempt waits less than nothing or more than the cap."""
        assert 0 <= full_jitter_seconds(attempt, draw=draw) <= CAP_SECONDS

    def test_grows_with_the_attempt(self) -> None:
        """The ceiling doubles until it is capped."""
        waits = [full_jitter_seconds(n, draw=0.999) for n in range(1, 12)]
        assert waits == sorted(waits)
        assert waits[1] > 1.9 * waits[0]

    @given(attempt=st.integers(1, 1000), draw=st.floats(0, 1, exclude_max=True))
    def test_is_spread_over_the_whole_wait(self, attempt: int, draw: float) -> None:
        """Full jitter: a draw of half waits half as long, so that a crowd does not come at once."""
        whole = full_jitter_seconds(attempt, draw=1.0)
        assert full_jitter_seconds(attempt, draw=draw) == draw * whole
        assert full_jitter_seconds(attempt, draw=0.0) == 0
