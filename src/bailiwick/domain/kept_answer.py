"""The first answer to a request that carries a key, kept so that a repetition gets the same."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What was answered, byte for byte."""

    status: int
    headers: str
    """JSON of the headers that belong to the answer."""
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """A claimed key as it is stored."""

    key_hash: str
    request_hash: str
    status: int
    """0: execution began and nobody said yet how it ended."""
    headers: str
    body: bytes
    """Sealed, or empty."""
    expires_at: datetime


class Claim(StrEnum):
    """Why there is no kept answer."""

    FRESH = "fresh"
    """Nobody used the key: the caller's execution may begin."""
    IN_FLIGHT = "in_flight"
    """A twin's execution began and has not ended."""
    OTHER = "other"
    """The key was used for another request."""
