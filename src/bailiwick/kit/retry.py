"""Full-jitter backoff, as a pure function of the attempt and one random draw."""

from typing import Final

BASE_SECONDS: Final = 1.0
CAP_SECONDS: Final = 900.0  # decision 0014: a quarter of an hour between late attempts


def full_jitter_seconds(
    attempt: int, *, draw: float, base: float = BASE_SECONDS, cap: float = CAP_SECONDS
) -> float:
    """Return the wait before the next attempt.

    `attempt` counts from 1; `draw` is uniform in [0, 1). Full jitter: uniform between zero and the
    capped exponential (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
    """
    ceiling = min(cap, base * 2.0 ** min(attempt, 30))
    return ceiling * draw
