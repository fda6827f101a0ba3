"""Asks a CalDAV server when a calendar is taken (RFC 4791, 7.10), through the guarded way out.

Only free and busy times are asked for: titles, places and guests never leave the server.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

import icalendar

from bailiwick.domain.meeting import Busy
from bailiwick.ports.calendar import UnableToReadCalendar
from bailiwick.ports.egress import ANSWER_BYTES_MAX, Answered, Egress, Outgoing

PERIODS_COUNT_MAX: Final = 1_000  # ours: twenty meetings a day for ten weeks
SECONDS_MAX: Final = 10.0  # ours: a draft does not wait longer for its proposals
_QUERY: Final = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
    '<C:time-range start="{start}" end="{end}"/></C:free-busy-query>'
)
_OK: Final = 200


class CalDavCalendar:
    """Implements `ports.calendar.Calendar` for one collection."""

    def __init__(self, egress: Egress, *, url: str, user: str, password: str) -> None:
        self._egress = egress
        self._url = url
        pair = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        self._authorization = f"Basic {pair}"

    def busy(self, start: datetime, end: datetime) -> tuple[Busy, ...]:
        """Return the times that are taken between two instants. Raises UnableToReadCalendar."""
        assert start < end, "a time range has an end after its start"
        result = self._egress.send(
            Outgoing(
                method="REPORT",
                url=self._url,
                body=_QUERY.format(start=_stamp(start), end=_stamp(end)).encode(),
                headers={
                    "Authorization": self._authorization,
                    "Content-Type": "application/xml; charset=utf-8",
                    "Depth": "1",
                },
            ),
            seconds_max=SECONDS_MAX,
        )
        if not isinstance(result, Answered):
            message = f"the calendar was not reached: {result.reason}"
            raise UnableToReadCalendar(message)
        if result.status != _OK or len(result.body) >= ANSWER_BYTES_MAX:
            message = (
                f"the calendar answered {result.status} with {len(result.body)} bytes, no "
                "free-busy answer; check its address, user and password"
            )
            raise UnableToReadCalendar(message)
        return _taken(result.body, start, end)


def _taken(body: bytes, start: datetime, end: datetime) -> tuple[Busy, ...]:
    try:
        calendar = icalendar.Calendar.from_ical(body)
        periods = [
            Busy(start=max(first, start), end=min(last, end))
            for first, last in _periods(calendar)
            if first < end and start < last
        ]
    except (ValueError, TypeError, KeyError, IndexError) as broken:
        message = f"the calendar's answer is no iCalendar text: {type(broken).__name__}"
        raise UnableToReadCalendar(message) from broken
    if len(periods) > PERIODS_COUNT_MAX:
        message = f"the calendar names more than {PERIODS_COUNT_MAX} taken times"
        raise UnableToReadCalendar(message)
    return tuple(sorted(periods, key=lambda one: one.start))


def _periods(calendar: icalendar.Component) -> Iterator[tuple[datetime, datetime]]:
    for component in calendar.walk("VFREEBUSY"):
        told = component.get("FREEBUSY") or []
        for period in told if isinstance(told, list) else [told]:
            if period.params.get("FBTYPE", "BUSY").upper() != "FREE":
                yield _instant(period.start), _instant(period.end)


def _instant(at: date | datetime) -> datetime:
    """Return an aware instant; a time without a zone is UTC (RFC 5545, 3.8.2.6)."""
    if not isinstance(at, datetime):
        message = "a taken time is an instant, not a day"
        raise TypeError(message)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
