"""What became of whom: a campaign's funnel, its table, and one recipient's whole story."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.campaign.campaign import Campaign
from bailiwick.domain.campaign.enrolment import End, Enrolment, EnrolmentId, Stage
from bailiwick.domain.campaign.funnel import Funnel, funnel
from bailiwick.domain.campaign.touch import Progress, Touch, Truth, truth
from bailiwick.domain.crm import Contact
from bailiwick.domain.ids import ContactId
from bailiwick.engine.campaign.changing import found_campaign
from bailiwick.engine.campaign.steering import found_recipient
from bailiwick.engine.recipient.keeping import series_of
from bailiwick.kit.paging import Page
from bailiwick.ports.campaigns import Kept
from bailiwick.ports.unit import Unit, Units

COLUMNS: Final = (
    "contact_id", "name", "address", "truth", "touches_accepted", "touches_passed", "version",
    "wake_at", "end", "ended_at", "reason",
)  # fmt: skip
"""Of the table, in its order."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""With what a spreadsheet takes a cell for a formula (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One recipient, in the words of the table."""

    contact_id: ContactId
    name: str
    address: str
    truth: Truth
    touches_accepted: int
    """Mails that a mail server took."""
    touches_passed: int
    """Those, and the touches that a person left out."""
    version: int
    wake_at: datetime | None
    end: End | None
    ended_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One recipient with every try of every touch."""

    campaign: Campaign
    kept: Kept
    row: TableRow
    touches_count: int
    """Of the version that they get."""
    tries: Sequence[Touch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallying:
    """Reads what campaigns came to; each method raises UnableToFindCampaign.

    `within` limits what is counted to the rows that a caller sees.
    """

    units: Units

    def funnel(self, which: str, *, within: Units | None = None) -> Funnel:
        """Return the counts of a campaign, in which each recipient is exactly once."""
        with (within or self.units).read() as unit:
            campaign = found_campaign(unit, which)
            series = unit.campaigns.series(campaign.campaign_id, campaign.version)
            return funnel(
                unit.funnels.places(campaign.campaign_id),
                unit.funnels.progress(campaign.campaign_id),
                unit.funnels.tries(campaign.campaign_id),
                touches_count=0 if series is None else len(series.touches),
            )

    def table(
        self, which: str, *, cursor: str | None, size: int, within: Units | None = None
    ) -> Page[TableRow]:
        """Return recipients with their truth, by id."""
        with (within or self.units).read() as unit:
            campaign = found_campaign(unit, which)
            page = unit.campaigns.recipients(campaign.campaign_id, cursor=cursor, size=size)
            return Page(items=_rows(unit, page.items), next_cursor=page.next_cursor)

    def missing(
        self, which: str, *, cursor: str | None, size: int, within: Units | None = None
    ) -> Page[TableRow]:
        """Return recipients whom their touch did not reach, by id."""
        with (within or self.units).read() as unit:
            campaign = found_campaign(unit, which)
            page = unit.campaigns.missing(campaign.campaign_id, cursor=cursor, size=size)
            return Page(items=_rows(unit, page.items), next_cursor=page.next_cursor)

    def story(self, which: str, contact_id: ContactId, *, within: Units | None = None) -> Story:
        """Return one recipient. Raises UnableToFindRecipient."""
        with (within or self.units).read() as unit:
            kept = found_recipient(unit, which, contact_id)
            (row,) = _rows(unit, [kept.enrolment])
            return Story(
                campaign=found_campaign(unit, which),
                kept=kept,
                row=row,
                touches_count=len(series_of(unit, kept.enrolment).touches),
                tries=unit.touches.touches(kept.enrolment.enrolment_id),
            )


def table_csv(rows: Iterable[TableRow], *, header: bool) -> str:
    """Return rows as CSV; no cell is a formula to a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if header:
        writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(_cell(getattr(row, column)) for column in COLUMNS)
    return out.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(unit: Unit, enrolments: Sequence[Enrolment]) -> tuple[TableRow, ...]:
    ids = [one.enrolment_id for one in enrolments]
    touching = [one.enrolment_id for one in enrolments if one.stage is Stage.TOUCHING]
    progress = unit.touches.progress(touching)
    accepted = unit.funnels.accepted(ids)
    people = unit.funnels.people([one.contact_id for one in enrolments])
    return tuple(_row(one, progress, accepted, people.get(one.contact_id)) for one in enrolments)


def _row(
    enrolment: Enrolment,
    progress: Mapping[EnrolmentId, Progress],
    accepted: Mapping[EnrolmentId, int],
    contact: Contact | None,
) -> TableRow:
    return TableRow(
        contact_id=enrolment.contact_id,
        name="" if contact is None else contact.name,
        address="" if contact is None else contact.address,
        truth=truth(enrolment, progress.get(enrolment.enrolment_id)),
        touches_accepted=accepted.get(enrolment.enrolment_id, 0),
        touches_passed=enrolment.touches_count,
        version=enrolment.version,
        wake_at=enrolment.wake_at,
        end=enrolment.end,
        ended_at=enrolment.ended_at,
        reason=enrolment.reason,
    )
