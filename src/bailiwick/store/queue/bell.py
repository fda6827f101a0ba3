"""Waking whoever waits for something, after the transaction that brought it has committed.

A name is that of a pool that has work, RUNS_ENDED or FRAMES_TOLD.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from sqlalchemy import Connection

RUNS_ENDED: Final = "runs_ended"
"""A run that somebody may wait for has come to its end."""
FRAMES_TOLD: Final = "frames_told"
"""A run on a thread has told a part of its stream."""


class Bell(Protocol):
    """Rung by whoever commits work."""

    def ring_within(self, connection: Connection, names: Iterable[str]) -> None:
        """Ring as part of the transaction: heard if and when it commits."""
        ...

    def ring_after(self, names: Iterable[str]) -> None:
        """Ring once the transaction has committed."""
        ...


class Listener(Protocol):
    """Hears the bells of some names."""

    def wait(self, *, seconds_max: float) -> bool:
        """Return True when a bell rang since the last call, False when the time is over."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


class Listening(Bell, Protocol):
    """A bell that can be listened to."""

    def listen(self, names: Sequence[str]) -> Listener:
        """Begin to listen."""
        ...
