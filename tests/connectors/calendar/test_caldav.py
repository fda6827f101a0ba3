from collections.abc import Generator
from datetime import UTC, datetime
from wsgiref.simple_server import WSGIServer

import pytest
from tests.fakes.radicale_server import PASSWORD, USER, new_calendar, put, radicale

from bailiwick.connectors.calendar.caldav import CalDavCalendar
from bailiwick.connectors.egress.guarded import GuardedEgress
from bailiwick.domain.meeting import Busy
from bailiwick.ports.calendar import UnableToReadCalendar
from bailiwick.ports.egress import Answered, Blocked, Outgoing, Result

BROKEN = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nFREEBUSY:never/always\r\nEND:VFREEBUSY\r\n"
    b"END:VCALENDAR\r\n"
)
MONDAY = datetime(2026, 7, 20, tzinfo=UTC)
TUESDAY = datetime(2026, 7, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[WSGIServer]:
    with radicale(tmp_path_factory.mktemp("radicale")) as running:
        yield running


@pytest.fixture(scope="module")
def egress(server: WSGIServer) -> GuardedEgress:
    return GuardedEgress(allowed=frozenset({f"127.0.0.1:{server.server_port}"}))


@pytest.fixture(scope="module")
def url(server: WSGIServer, egress: GuardedEgress) -> str:
    address = new_calendar(server, egress)
    put(egress, address, "meeting", "DTSTART:20260720T080000Z\nDTEND:20260720T093000Z")
    put(
        egress, address, "weekly",
        "DTSTART;TZID=Europe/Berlin:20260706T140000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY",
    )  # fmt: skip
    put(
        egress, address, "free",
        "DTSTART:20260720T160000Z\nDTEND:20260720T170000Z\nTRANSP:TRANSPARENT",
    )  # fmt: skip
    return address


def at(hour: int, minute: int = 0) -> datetime:
    return MONDAY.replace(hour=hour, minute=minute)


class Told:
    """Says one thing, whatever is asked."""

    def __init__(self, result: Result) -> None:
        self.result = result

    def check(self, url: str) -> Blocked | None:
        del url
        return None

    def send(self, request: Outgoing, *, seconds_max: float = 1.0) -> Result:
        del request, seconds_max
        return self.result


def told(body: bytes, *, status: int = 200) -> CalDavCalendar:
    return CalDavCalendar(
        Told(Answered(status=status, body=body)), url="https://x.example/", user="a", password="b"
    )


class TestARealServer:
    def test_tells_what_is_taken(self, egress: GuardedEgress, url: str) -> None:
        """Meetings and repeated ones in their own zone are taken; what is marked free is not."""
        calendar = CalDavCalendar(egress, url=url, user=USER, password=PASSWORD)
        assert calendar.busy(MONDAY, TUESDAY) == (
            Busy(start=at(8), end=at(9, 30)),
            Busy(start=at(12), end=at(13)),
        )

    def test_tells_nothing_of_another_day(self, egress: GuardedEgress, url: str) -> None:
        """A day without meetings is free."""
        calendar = CalDavCalendar(egress, url=url, user=USER, password=PASSWORD)
        assert calendar.busy(TUESDAY, TUESDAY.replace(day=22)) == ()

    def test_that_refuses_us_is_a_fault(self, egress: GuardedEgress, url: str) -> None:
        """A wrong password is no empty calendar; the message names neither user nor password."""
        calendar = CalDavCalendar(egress, url=url, user=USER, password="wrong")
        with pytest.raises(UnableToReadCalendar, match="answered 401") as caught:
            calendar.busy(MONDAY, TUESDAY)
        assert USER not in str(caught.value).replace("user and password", "")

    def test_in_a_private_network_is_not_reached(self, url: str) -> None:
        """The guard decides where we may go, and an address that nobody allowed is refused."""
        calendar = CalDavCalendar(GuardedEgress(), url=url, user=USER, password=PASSWORD)
        with pytest.raises(UnableToReadCalendar, match="not reached"):
            calendar.busy(MONDAY, TUESDAY)


class TestAnAnswer:
    @pytest.mark.parametrize(
        "body",
        [
            b"<html>hello</html>",
            BROKEN,
            b"\xff\xfe",
        ],
    )
    def test_of_another_form_is_a_fault(self, body: bytes) -> None:
        """What cannot be read is no free time."""
        with pytest.raises(UnableToReadCalendar):
            told(body).busy(MONDAY, TUESDAY)

    def test_that_is_cut_is_a_fault(self) -> None:
        """An answer of more than is kept may lack a meeting."""
        with pytest.raises(UnableToReadCalendar, match="no free-busy answer"):
            told(b"x" * 65_536).busy(MONDAY, TUESDAY)

    def test_is_cut_to_what_was_asked(self) -> None:
        """A meeting that goes on after the asked time is taken up to its end."""
        body = (
            b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VFREEBUSY\r\n"
            b"FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260720T230000Z/PT3H\r\n"
            b"FREEBUSY;FBTYPE=FREE:20260720T100000Z/PT1H\r\n"
            b"END:VFREEBUSY\r\nEND:VCALENDAR\r\n"
        )
        assert told(body).busy(MONDAY, TUESDAY) == (Busy(start=at(23), end=TUESDAY),)
