"""Sortable identifiers: a type prefix, 48 bits of milliseconds and 80 bits of entropy.

The text form is `<prefix>_<26 characters>` in lower-case Crockford base 32 (the ULID layout), so
ids sort by creation time within one type and a person can see what kind of thing an id names.
"""

import os
import random
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
ENTROPY_BITS: Final = 80  # the ULID specification
CHANCE_BYTES: Final = 4_096  # ours: some four hundred ids a visit to the system
_LENGTH: Final = 26
_BITS: Final = 128
_CHARACTERS: Final = frozenset(ALPHABET)
_PAIRS: Final = tuple(first + second for first in ALPHABET for second in ALPHABET)
_SHIFTS: Final = tuple(range(120, -1, -10))
_TO_DIGITS: Final = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")


def encode(milliseconds: int, entropy: int) -> str:
    """Return the 26 characters for a time and 80 bits of entropy."""
    value = (milliseconds << ENTROPY_BITS) | entropy
    return "".join([_PAIRS[value >> shift & 1023] for shift in _SHIFTS])


class Chance:
    """Random bits of the system, fetched many at a time; not to be shared between threads.

    Each visit to the system lets other threads run, which costs far more than the bits.
    """

    def __init__(self) -> None:
        self._bytes = b""
        self._used = 0
        self._process = 0

    def __call__(self, bits: int) -> int:
        """Return so many random bits."""
        count = (bits + 7) // 8
        assert count <= CHANCE_BYTES, "an id takes some bytes"
        process = os.getpid()  # a forked child would draw what its parent draws
        if self._used + count > len(self._bytes) or self._process != process:
            self._bytes, self._used, self._process = os.urandom(CHANCE_BYTES), 0, process
        drawn = self._bytes[self._used : self._used + count]
        self._used += count
        return int.from_bytes(drawn, "big") >> (count * 8 - bits)


def trace_number(bits: int) -> int:
    """Return a random number that names a trace or span, never 0; it guards nothing."""
    return random.getrandbits(bits) or 1


class TimeSortedIds:
    """Makes ids that ascend even within one millisecond; safe to share between threads."""

    def __init__(
        self,
        now: Callable[[], datetime],
        entropy: Callable[[int], int] | None = None,
    ) -> None:
        self._now = now
        self._entropy = entropy or Chance()
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
    if len(text) != _LENGTH or not _CHARACTERS.issuperset(text):
        message = f"{identifier!r} is no id of the form <prefix>_<26 characters>"
        raise ValueError(message)
    value = int(text.translate(_TO_DIGITS), 32)
    if value >> _BITS:
        message = f"{identifier!r} holds more than {_BITS} bits"
        raise ValueError(message)
    return str(UUID(int=value))


def from_uuid(prefix: str, uuid: str) -> str:
    """Return the id of ours that a UUID stands for. Raises ValueError when it is no UUID."""
    value = UUID(uuid).int
    return f"{prefix}_{encode(value >> ENTROPY_BITS, value & (1 << ENTROPY_BITS) - 1)}"
