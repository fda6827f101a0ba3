"""Reads when somebody of ours is taken; nothing else of a calendar is asked for."""

from datetime import datetime
from typing import Final, Protocol

from bailiwick.domain.fault import PortFault
from bailiwick.domain.meeting import Busy


class UnableToReadCalendar(PortFault):
    """The calendar gave no free-busy answer; nothing is proposed then."""


class Calendar(Protocol):
    """One person's calendar."""

    def busy(self, start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Return the times that are taken between two instants. Raises UnableToReadCalendar."""
        ...


class CalendarReader(Protocol):
    """The calendar as a capability has it: others go on while it is asked."""

    async def busy(self, start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Return the times that are taken between two instants. Raises UnableToReadCalendar."""
        ...


class Unconnected:
    """Stands where no calendar is connected."""

    async def busy(self, start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Raise UnableToReadCalendar, always."""
        message = f"no calendar is connected, so nothing is known from {start} to {end}"
        raise UnableToReadCalendar(message)


UNCONNECTED: Final[CalendarReader] = Unconnected()
