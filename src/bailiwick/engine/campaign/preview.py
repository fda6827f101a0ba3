"""What a campaign would do to whom, told before anybody is enrolled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bailiwick.domain.campaign.audience import KEPT_OUT, Reception, obstacle, reception
from bailiwick.domain.campaign.campaign import Campaign
from bailiwick.domain.campaign.enrolment import CampaignId, Enrolment, enrolled
from bailiwick.domain.campaign.forecast import last_touch_on
from bailiwick.domain.campaign.pace import WarmUp
from bailiwick.domain.campaign.series import DEFAULT, Series
from bailiwick.domain.campaign.window import UnableToFindOpening
from bailiwick.domain.filter.filter import Condition
from bailiwick.domain.ids import ContactId
from bailiwick.engine.campaign.changing import found_campaign
from bailiwick.engine.recipient.keeping import series_of
from bailiwick.ports.clock import Clock
from bailiwick.ports.filters import Asked
from bailiwick.ports.timetable import Timetable
from bailiwick.ports.unit import Unit, Units

SAMPLES_COUNT_MAX: Final = 50  # ours: contacts whose clocks are asked for the first touch


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The blast radius of an enrolment, at one moment."""

    at: datetime
    reception: Reception
    touches_count: int
    """Of the series: nobody gets more."""
    mails_count_max: int
    """When nobody answers, and the law lets every touch go."""
    picodollars: int | None
    """What their drafting costs at the price of the latest ones; None before there were any."""
    first_at: datetime | None
    """When the first touch could go, by the clocks of some; None when none of those is enrolled,
    or none has an hour that is open."""
    last_on: date | None
    """The day before which the last touch cannot go; None beyond ten years, and for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewing:
    """Foretells enrolments in one workspace."""

    units: Units
    clock: Clock
    timetable: Callable[[], Timetable]
    """A fresh one, since it remembers what it promised."""
    warm_up: WarmUp
    touches_max: int
    touches_days: int
    picodollars_of_touch: Callable[[], int | None]

    def preview(
        self,
        conditions: Sequence[Condition],
        *,
        campaign: str = "",
        series: Series = DEFAULT,
        within: Units | None = None,
    ) -> Preview:
        """Tell what enrolling whom conditions select would do; changes nothing.

        For a campaign its own series counts. `within` limits it to the rows that a caller sees.
        Raises UnableToFindCampaign.
        """
        at = self.clock.now()
        with (within or self.units).read() as unit:
            found = found_campaign(unit, campaign) if campaign else None
            sends = series if found is None else _latest(unit, found)
            workspace = unit.crm.workspace()
            asked = Asked(
                campaign_id=found.campaign_id if found is not None else None,
                at=at,
                touches_since=at - timedelta(days=self.touches_days),
                touches_max=self.touches_max,
            )
            told = reception(
                unit.audience.crowds(conditions, asked),
                at=at,
                timezone_default=workspace.timezone,
                jurisdiction_default=workspace.jurisdiction,
            )
            first_at = self._first_at(unit, conditions, sends, asked)
            began = unit.sends.first_at() or at
        mails = told.enrolled_count * len(sends.touches)
        price = self.picodollars_of_touch()
        return Preview(
            at=at,
            reception=told,
            touches_count=len(sends.touches),
            mails_count_max=mails,
            picodollars=None if price is None else price * mails,
            first_at=first_at,
            last_on=None
            if first_at is None
            else last_touch_on(
                first_at.date(),
                told.enrolled_count,
                sends,
                warm_up=self.warm_up,
                since=min(began, first_at).date(),
            ),
        )

    def _first_at(
        self, unit: Unit, conditions: Sequence[Condition], series: Series, asked: Asked
    ) -> datetime | None:
        """Return the earliest slot of some of those who would be enrolled."""
        page = unit.audience.matching(conditions, at=asked.at, cursor=None, size=SAMPLES_COUNT_MAX)
        standings = unit.audience.standings(page.items, asked)
        default = unit.crm.workspace().jurisdiction
        timetable = self.timetable()
        slots = [
            _slot(timetable, unit, series, one, at=asked.at)
            for one in page.items
            if obstacle(standings[one], jurisdiction_default=default) not in KEPT_OUT
        ]
        return min((slot for slot in slots if slot is not None), default=None)


def _slot(
    timetable: Timetable, unit: Unit, series: Series, contact_id: ContactId, *, at: datetime
) -> datetime | None:
    """Return when a contact's first touch could go; None where no hour is open for them."""
    try:
        return timetable.slot(unit, series, _as_if(contact_id, at), at=at).at
    except UnableToFindOpening:
        return None


def _as_if(contact_id: ContactId, at: datetime) -> Enrolment:
    """Return a contact as a recipient who waits for the first touch."""
    return enrolled(CampaignId(""), contact_id, version=1, wake_at=at)


def _latest(unit: Unit, campaign: Campaign) -> Series:
    """Return what a campaign sends to new recipients. Raises IntegrityFault."""
    someone = enrolled(
        campaign.campaign_id, ContactId(""), version=campaign.version, wake_at=campaign.created_at
    )
    return series_of(unit, someone)
