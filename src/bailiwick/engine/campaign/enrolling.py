"""Makes contacts recipients: those who are named, or whom a saved filter selects.

Whom no campaign may reach is left out and counted; the law asks again before every touch.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bailiwick.domain.campaign.audience import KEPT_OUT, Obstacle, obstacle
from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import enrolled
from bailiwick.domain.crm import Role
from bailiwick.domain.filter.filter import Condition
from bailiwick.domain.ids import ContactId, PersonId
from bailiwick.engine.campaign.changing import (
    UnableToChangeCampaign,
    as_seen,
    found_campaign,
    not_stopped,
    record,
    require,
    saved,
)
from bailiwick.kit.paging import PAGE_SIZE_MAX
from bailiwick.ports.clock import Clock
from bailiwick.ports.filters import Asked
from bailiwick.ports.unit import Unit, Units

CONTACTS_COUNT_MAX: Final = 1_000  # ours: one transaction holds the writer for so long
PAGES_COUNT_MAX: Final = 10  # ours: five thousand contacts for one request


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A campaign after an enrolment; the counts add up to the contacts that were named."""

    campaign: Campaign
    new_count: int
    left_out: Mapping[Obstacle, int]
    """Who was not enrolled, by why; `enrolled` were recipients already and stay where they are."""
    next_cursor: str | None = None
    """Go on with this: the filter selects more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolling:
    """Enrols contacts in the campaigns of one workspace; that takes a rep."""

    units: Units
    clock: Clock
    page_size: int = PAGE_SIZE_MAX
    pages_count_max: int = PAGES_COUNT_MAX

    def matching(
        self,
        which: str,
        conditions: Sequence[Condition],
        *,
        source: str,
        by: PersonId,
        cursor: str | None = None,
        within: Units | None = None,
    ) -> Enrolled:
        """Enrol whom conditions select, a bounded number at once; `next_cursor` takes the rest.

        Each page is one transaction, and who is enrolled stays so: after a crash it is begun again.
        `source` names the filter on record; `within` limits it to the rows that a caller sees.
        Raises UnableToChangeCampaign.
        """
        found: Enrolled | None = None
        for _ in range(self.pages_count_max):
            with (within or self.units).read() as unit:
                page = unit.audience.matching(
                    conditions, at=self.clock.now(), cursor=cursor, size=self.page_size
                )
            cursor = page.next_cursor
            with self.units.write() as unit:
                at = self.clock.now()
                done = enrol_in(unit, which, page.items, by=by, at=at, source=source)
                unit.commit()
            found = replace(_added(found, done), next_cursor=cursor)
            if cursor is None:
                break
        assert found is not None, "there is a first page, even when it is empty"
        return found


def enrol_in(
    unit: Unit,
    which: str,
    contacts: Sequence[ContactId],
    *,
    by: PersonId,
    at: datetime,
    seen: int | None = None,
    source: str = "",
) -> Enrolled:
    """Make contacts recipients within a unit, which its opener commits.

    Raises UnableToChangeCampaign.
    """
    require(unit, by, Role.REP, what="enrol recipients")
    campaign = not_stopped(as_seen(found_campaign(unit, which), seen=seen))
    obstacles = _obstacles(unit, campaign, contacts, at=at)
    new_count = unit.campaigns.enrol(
        [
            enrolled(campaign.campaign_id, one, version=campaign.version, wake_at=at)
            for one, why in obstacles.items()
            if why is None
        ],
        at=at,
    )
    if new_count:
        campaign = _reopened(unit, campaign)
        record(unit, campaign, "enrolled", by=by, at=at, recipients=new_count, filter=source)
    left_out = Counter(found for found in obstacles.values() if found is not None)
    return Enrolled(campaign=campaign, new_count=new_count, left_out=left_out)


def _obstacles(
    unit: Unit, campaign: Campaign, contacts: Sequence[ContactId], *, at: datetime
) -> Mapping[ContactId, Obstacle | None]:
    """Return why each contact is not enrolled, if so. Raises UnableToChangeCampaign."""
    asked = Asked(campaign_id=campaign.campaign_id, at=at, touches_since=at, touches_max=1)
    standings = unit.audience.standings(contacts, asked)
    missing = [one for one in contacts if one not in standings]
    if missing:
        message = f"{len(missing)} of {len(contacts)} are no contacts here, such as {missing[0]!r}"
        raise UnableToChangeCampaign(message)
    default = unit.crm.workspace().jurisdiction
    found = {
        one: obstacle(standing, jurisdiction_default=default) for one, standing in standings.items()
    }
    return {one: why if why in KEPT_OUT else None for one, why in found.items()}


def _reopened(unit: Unit, campaign: Campaign) -> Campaign:
    """Return a campaign that goes on when it was completed."""
    if campaign.status is not CampaignStatus.COMPLETED:
        return campaign
    return saved(
        unit, replace(campaign, status=CampaignStatus.RUNNING, status_reason="", ended_at=None)
    )


def _added(before: Enrolled | None, more: Enrolled) -> Enrolled:
    if before is None:
        return more
    return replace(
        more,
        new_count=before.new_count + more.new_count,
        left_out=Counter(before.left_out) + Counter(more.left_out),
    )
