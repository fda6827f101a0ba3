"""Reads when somebody of ours is taken; nothing else of a calendar is asked for."""

from datetime import datetime
from typing import Protocol

from bailiwick.domain.fault import PortFault
from bailiwick.domain.meeting import Busy


class UnableToReadCalendar(PortFault):
    """The calendar gave no free-busy answer; nothing is proposed then."""


class Calendar(Protocol):
    """One person's calendar."""

    def busy(self, start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Return the times that are taken between two instants. Raises UnableToReadCalendar."""
        ...
