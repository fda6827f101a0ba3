import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from tests.fakes.office import office

from bailiwick.domain.fault import UnableToReplay
from bailiwick.domain.meeting import Busy
from bailiwick.engine.recorded_calendar import RecordingCalendar, ReplayedCalendar, reader_of
from bailiwick.engine.recording import RecordingCrm, ReplayedCrm
from bailiwick.ports.calendar import UNCONNECTED, UnableToReadCalendar

START = datetime(2026, 7, 14, tzinfo=UTC)
END = START + timedelta(days=21)
TAKEN = (Busy(start=START, end=START + timedelta(hours=1)),)


class Asked:
    """A calendar that answers as it is told."""

    def __init__(self, answer: Callable[[], tuple[Busy, ...]]) -> None:
        self._answer = answer

    def busy(self, start: datetime, end: datetime) -> tuple[Busy, ...]:
        del start, end
        return self._answer()


def away() -> tuple[Busy, ...]:
    message = "nobody answers"
    raise UnableToReadCalendar(message)


def replayed(reads: RecordingCrm) -> ReplayedCalendar:
    return ReplayedCalendar(ReplayedCrm(reads.reads, lambda _: None))


def test_what_was_said_is_said_again(tmp_path: Path) -> None:
    """The replay answers from the record, without any calendar."""
    with office(tmp_path) as place:
        crm = RecordingCrm(place.app.units)
        calendar = reader_of(Asked(lambda: TAKEN), crm)
        assert asyncio.run(calendar.busy(START, END)) == TAKEN
    assert asyncio.run(replayed(crm).busy(START, END)) == TAKEN
    with pytest.raises(UnableToReplay, match="busy"):
        asyncio.run(replayed(crm).busy(START, END + timedelta(days=1)))


def test_silence_is_recorded_too(tmp_path: Path) -> None:
    """A calendar that failed fails again in the replay, whatever it would say now."""
    with office(tmp_path) as place:
        crm = RecordingCrm(place.app.units)
        with pytest.raises(UnableToReadCalendar, match="nobody"):
            asyncio.run(reader_of(Asked(away), crm).busy(START, END))
    assert [read[0] for read in crm.reads if isinstance(read, list)] == ["busy"]
    with pytest.raises(UnableToReadCalendar, match="nothing"):
        asyncio.run(replayed(crm).busy(START, END))


def test_a_late_calendar_is_waited_for_no_longer(tmp_path: Path) -> None:
    """After its time the run goes on without it."""
    released = Event()

    def slow() -> tuple[Busy, ...]:
        released.wait(5)
        return ()

    async def ask(crm: RecordingCrm) -> None:
        try:
            await RecordingCalendar(Asked(slow), crm, seconds_max=0.01).busy(START, END)
        finally:
            released.set()

    with office(tmp_path) as place:
        crm = RecordingCrm(place.app.units)
        with pytest.raises(UnableToReadCalendar, match="did not answer within"):
            asyncio.run(ask(crm))
    assert len(crm.reads) == 1


def test_no_calendar_leaves_no_trace(tmp_path: Path) -> None:
    """Where none is connected nothing is recorded, and runs of before the calendar replay."""
    with office(tmp_path) as place:
        crm = RecordingCrm(place.app.units)
        assert reader_of(None, crm) is UNCONNECTED
    with pytest.raises(UnableToReadCalendar, match="no calendar"):
        asyncio.run(UNCONNECTED.busy(START, END))
    with pytest.raises(UnableToReadCalendar):
        asyncio.run(replayed(crm).busy(START, END))
