"""Sortable identifiers: a type prefix, 48 bits of milliseconds and 80 bits of entropy.

The text form is `<prefix>_<26 characters>` in lower-case Crockford base 32 (the ULID layout), so
ids sort by creation time within one type and a person can see what kind of thing an id names.
"""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
ENTROPY_BITS: Final = 80  # the ULID specification
_LENGTH: Final = 26
_BITS: Final = 128


def encode(milliseconds: int, entropy: int) -> str:
    """Return the 26 characters for a time and 80 bits of entropy."""
    value = (milliseconds << ENTROPY_BITS) | entropy
    characters = bytearray(_LENGTH)
    for place in range(_LENGTH - 1, -1, -1):
        characters[place] = ord(ALPHABET[value & 31])
        value >>= 5
    return characters.decode("ascii")


class TimeSortedIds:
    """Makes ids that ascend even within one millisecond; safe to share between threads."""

    def __init__(
        self,
        now: Callable[[], datetime],
        entropy: Callable[[int], int] = secrets.randbits,
    ) -> None:
        self._now = now
        self._entropy = entropy
        self._last = (-1, 0)
        self._lock = threading.Lock()

    def new(self, prefix: str) -> str:
        """Return a fresh id with this prefix."""
        milliseconds = int(self._now().timestamp() * 1000)
        with self._lock:
            last_milliseconds, last_entropy = self._last
            if milliseconds <= last_milliseconds:
                milliseconds, entropy = last_milliseconds, last_entropy + 1
            else:
                # One bit is left free so that increments within the millisecond cannot overflow.
                entropy = self._entropy(ENTROPY_BITS - 1)
            self._last = (milliseconds, entropy)
        return f"{prefix}_{encode(milliseconds, entropy)}"


def as_uuid(identifier: str) -> str:
    """Return the UUID form of an id of ours: the same 128 bits, without the prefix.

    Raises ValueError when it is no such id.
    """
    _, _, text = identifier.partition("_")
    if len(text) != _LENGTH or not set(text) <= set(ALPHABET):
        message = f"{identifier!r} is no id of the form <prefix>_<26 characters>"
        raise ValueError(message)
    value = 0
    for character in text:
        value = value << 5 | ALPHABET.index(character)
    if value >> _BITS:
        message = f"{identifier!r} holds more than {_BITS} bits"
        raise ValueError(message)
    return str(UUID(int=value))


def from_uuid(prefix: str, uuid: str) -> str:
    """Return the id of ours that a UUID stands for. Raises ValueError when it is no UUID."""
    value = UUID(uuid).int
    return f"{prefix}_{encode(value >> ENTROPY_BITS, value & (1 << ENTROPY_BITS) - 1)}"
