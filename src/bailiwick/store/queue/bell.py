"""Waking whoever waits for a pool, after the transaction that gave it work has committed."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import Connection

from bailiwick.domain.pool import Pool


class Bell(Protocol):
    """Rung by whoever commits work."""

    def ring_within(self, connection: Connection, pools: Iterable[Pool]) -> None:
        """Ring as part of the transaction: heard if and when it commits."""
        ...

    def ring_after(self, pools: Iterable[Pool]) -> None:
        """Ring once the transaction has committed."""
        ...


class Listener(Protocol):
    """Hears the bells of some pools."""

    def wait(self, *, seconds_max: float) -> None:
        """Return when a bell rang since the last call, or when the time is over."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


class Listening(Bell, Protocol):
    """A bell that can be listened to."""

    def listen(self, pools: Sequence[Pool]) -> Listener:
        """Begin to listen."""
        ...
