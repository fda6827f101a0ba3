"""The calendar as a run sees it: what it said is written down, and said again in a replay."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter

from bailiwick.domain.meeting import Busy
from bailiwick.engine.recording import RecordingCrm, ReplayedCrm
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.calendar import UNCONNECTED, Calendar, CalendarReader, UnableToReadCalendar

ANSWER_SECONDS_MAX: Final = 12.0  # ours: the connector's ten and what it needs to give up
_NAME: Final = "busy"
_BUSY: Final[TypeAdapter[tuple[Busy, ...] | None]] = TypeAdapter(tuple[Busy, ...] | None)


class RecordingCalendar:
    """Asks a calendar while the store rests, and keeps its answer or that there was none."""

    def __init__(
        self, calendar: Calendar, crm: RecordingCrm, *, seconds_max: float = ANSWER_SECONDS_MAX
    ) -> None:
        self._calendar = calendar
        self._crm = crm
        self._seconds_max = seconds_max

    async def busy(self, start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Return the times that are taken between two instants. Raises UnableToReadCalendar."""
        self._crm.rest()
        told: tuple[Busy, ...] | None = None
        try:
            async with asyncio.timeout(self._seconds_max):
                found = await asyncio.to_thread(self._calendar.busy, start, end)
            told = found
        except TimeoutError as late:
            message = f"the calendar did not answer within {self._seconds_max} s"
            raise UnableToReadCalendar(message) from late
        finally:
            self._crm.note(_NAME, _key(start, end), _BUSY.dump_python(told, mode="json"))
        return found


class ReplayedCalendar:
    """Says what the calendar said in the run that is repeated."""

    def __init__(self, crm: ReplayedCrm) -> None:
        self._crm = crm

    async def busy(self, start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Return what was taken then. Raises UnableToReadCalendar where nothing was answered."""
        found = None
        if self._crm.reads_next(_NAME):
            found = _BUSY.validate_python(self._crm.next(_NAME, _key(start, end)))
        if found is None:
            message = "the calendar told the recorded run nothing"
            raise UnableToReadCalendar(message)
        return found


def told_in(inputs: Canonical) -> tuple[Busy, ...] | None:
    """Return what the calendar said in a stored run; None where it said nothing to it."""
    reads = inputs.get("reads") if isinstance(inputs, Mapping) else None
    for read in reads if isinstance(reads, Sequence) else ():
        if isinstance(read, Sequence) and read[0] == _NAME:
            return _BUSY.validate_python(read[2])
    return None


def reader_of(calendar: Calendar | None, crm: RecordingCrm) -> CalendarReader:
    """Return what a run reads the calendar by; one that was never connected is not recorded."""
    return UNCONNECTED if calendar is None else RecordingCalendar(calendar, crm)


def _key(start: datetime, end: datetime) -> str:
    return f"{start.isoformat()}/{end.isoformat()}"
