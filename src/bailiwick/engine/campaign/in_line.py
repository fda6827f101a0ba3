"""Who stands in line for room in our mailbox, and until when as far as is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.campaign.campaign import Campaign
from bailiwick.domain.campaign.enrolment import Enrolment
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.campaign.window import UnableToFindOpening
from bailiwick.engine.recipient.keeping import series_of
from bailiwick.ports.campaigns import Line
from bailiwick.ports.timetable import Slot, Timetable
from bailiwick.ports.unit import Unit

DUE_COUNT_MAX: Final = 100  # ours: among whom one is looked for who still wants a touch
VERSIONS_COUNT_MAX: Final = 20  # ours: versions of one series that people are under way in


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A line of recipients who are due and wait for room in our mailbox."""

    line: Line
    until: datetime
    """When whoever is first may go, as far as is known; the next tick looks again."""
    reason: str


def waiting(first: Enrolment, series: Series, slot: Slot) -> Waiting:
    """Return the line that the first in it was told to wait in."""
    assert slot.in_line, slot
    return Waiting(line=_line(first, series), until=slot.at, reason=slot.reason)


def lines_of(
    unit: Unit, timetable: Timetable, campaign: Campaign, *, at: datetime
) -> Sequence[Waiting]:
    """Return the lines of a running campaign, one for each version of which the first waits.

    The timetable is a fresh one, since it may promise places. Raises IntegrityFault.
    """
    found, seen = list[Waiting](), list[Line]()
    for _ in range(VERSIONS_COUNT_MAX):
        due = unit.campaigns.due(
            at=at, count_max=DUE_COUNT_MAX, besides=seen, of=campaign.campaign_id
        )
        pairs = ((one.enrolment, series_of(unit, one.enrolment)) for one in due)
        first = next((pair for pair in pairs if pair[0].touch <= len(pair[1].touches)), None)
        if first is None:
            break
        enrolment, series = first
        seen.append(_line(enrolment, series))
        try:
            slot = timetable.slot(unit, series, enrolment, at=at)
        except UnableToFindOpening:
            continue  # the next tick pauses them, with the reason
        if slot.in_line:
            found.append(waiting(enrolment, series, slot))
    return tuple(found)


def _line(first: Enrolment, series: Series) -> Line:
    return Line(
        campaign_id=first.campaign_id, version=first.version, touches_count=len(series.touches)
    )
