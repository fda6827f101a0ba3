"""Hearing that runs have ended, in whatever process they did."""

from typing import Protocol


class RunEnds(Protocol):
    """Wakes whoever waits for runs. It says that some run has ended, not which."""

    def wait(self, *, seconds_max: float) -> object:
        """Return when a run has ended since the last call, or when the time is over."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...
