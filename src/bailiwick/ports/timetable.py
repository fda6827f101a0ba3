"""When a recipient's next touch may go, with the reason in one sentence."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bailiwick.domain.campaign.enrolment import Enrolment
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.ids import ContactId
from bailiwick.ports.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """An instant at which a touch may go, and why then."""

    at: datetime
    reason: str = ""
    """One plain sentence, as it goes on record."""
    in_line: bool = False
    """Our mailbox is full: whoever waits stays in line, and everybody behind them with them."""


class Timetable(Protocol):
    """Plans the touches of one workspace; every question reads in the caller's unit."""

    def slot(self, unit: Unit, series: Series, enrolment: Enrolment, *, at: datetime) -> Slot:
        """Return the first instant from `at` on that window, holidays and all limits allow.

        It is `at` itself when the touch may go now. The recipient's own touch that is under way is
        not counted against them.
        """
        ...

    def after(
        self, unit: Unit, series: Series, enrolment: Enrolment, *, accepted_at: datetime
    ) -> Slot:
        """Return when the touch that is next now (`enrolment.touch`) is due.

        After the last one it is when an answer is waited for no longer.
        """
        ...

    def back(
        self,
        unit: Unit,
        series: Series,
        contact_id: ContactId,
        *,
        returns_on: date | None,
        heard: datetime,
    ) -> Slot:
        """Return when somebody who is away may be written to again."""
        ...
