"""Instants as whole microseconds since 1970 in UTC: exact, sortable, the same everywhere."""

from datetime import UTC, datetime, timedelta
from typing import Final

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2999, 1, 1, tzinfo=UTC)
"""What is taken of an instant that somebody gives us: near the year 10,000 a zone's offset makes
one that could be stored and never be read again."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Return an aware instant as microseconds since 1970 in UTC."""
    assert at.tzinfo is not None, "instants are aware"
    return (at - _EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    """Return the aware UTC instant of microseconds since 1970. Raises OverflowError beyond 9999."""
    return _EPOCH + value * _MICROSECOND
