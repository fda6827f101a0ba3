"""How long somebody who said no is left alone, read from what they wrote since."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bailiwick.domain.message import Message
from bailiwick.domain.reading import Intent

COOL_DOWN_DAYS: Final = 90  # capabilities 18.5, and 1.2, D14: after "not interested"
_COMES_BACK: Final = frozenset(
    {Intent.INTERESTED, Intent.INFO_REQUEST, Intent.MEETING_SCHEDULED, Intent.PARTNERSHIP}
)
"""Who writes this after a no has changed their mind; `other` has not, a person reads it."""


def left_alone_until(received: Sequence[Message], *, now: datetime) -> datetime | None:
    """Return until when a contact is left alone, or None when nothing they wrote asks for it.

    The latest plain word counts: a wish after a no lifts it, an absence notice says nothing.
    """
    for message in sorted(received, key=lambda one: one.received_at, reverse=True):
        reading = message.reading
        if reading is None or reading.automatic:
            continue
        if reading.intent in _COMES_BACK:
            return None
        if reading.intent is Intent.NOT_INTERESTED:
            until = message.received_at + timedelta(days=COOL_DOWN_DAYS)
            return until if until > now else None
    return None
