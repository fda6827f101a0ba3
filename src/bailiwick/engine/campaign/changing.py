"""What every change of a campaign begins and ends with: find it, look again, save it, record it."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import CampaignId
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
from bailiwick.kit.hashing import Canonical
from bailiwick.kit.text import one_line
from bailiwick.ports.unit import Unit

REASON_LENGTH_MAX: Final = 2_000  # ours, as for grants: read by people


class UnableToChangeCampaign(InputFault):
    """The change cannot be made; the message says why and what would work."""


class UnableToFindCampaign(UnableToChangeCampaign):
    """There is no campaign of this name or id."""


class UnableToChangeStaleCampaign(UnableToChangeCampaign):
    """Somebody changed it after it was read."""


def found_campaign(unit: Unit, which: str) -> Campaign:
    """Return the campaign of this id or name. Raises UnableToFindCampaign."""
    found = unit.campaigns.get(CampaignId(which)) or unit.campaigns.by_name(one_line(which))
    if found is None:
        message = f"there is no campaign {which!r}; `bailiwick campaign list` shows them"
        raise UnableToFindCampaign(message)
    return found


def reason_of(text: str) -> str:
    """Return a reason as it goes on record. Raises UnableToChangeCampaign."""
    if not text.strip() or len(text) > REASON_LENGTH_MAX:
        message = f"a reason of 1 to {REASON_LENGTH_MAX} characters is needed: it is recorded"
        raise UnableToChangeCampaign(message)
    return text.strip()


def record(
    unit: Unit,
    campaign: Campaign,
    event: str,
    *,
    by: PersonId,
    at: datetime,
    **details: Canonical,
) -> None:
    """Put a change of a campaign on record."""
    unit.records.append(
        RecordKind.CAMPAIGN,
        subject=campaign.campaign_id,
        payload={"event": event, "by": by, "version": campaign.version, **details},
        at=at,
    )


def require(unit: Unit, person_id: PersonId, role: Role, *, what: str) -> None:
    """Let go on who holds a role. Raises UnableToChangeCampaign."""
    require_role(unit, person_id, role, what=what, fault=UnableToChangeCampaign)


def as_seen(campaign: Campaign, *, seen: int | None) -> Campaign:
    """Return a campaign that is as its reader saw it. Raises UnableToChangeStaleCampaign."""
    if seen is not None and seen != campaign.row_version:
        message = (
            f"{campaign.name!r} was changed meanwhile (row version {campaign.row_version}, "
            f"not {seen}); look at it again"
        )
        raise UnableToChangeStaleCampaign(message)
    return campaign


def not_stopped(campaign: Campaign) -> Campaign:
    """Return a campaign that was not stopped. Raises UnableToChangeCampaign."""
    if campaign.status is CampaignStatus.STOPPED:
        message = f"{campaign.name!r} was stopped, which is for good; make another campaign"
        raise UnableToChangeCampaign(message)
    return campaign


def saved(unit: Unit, campaign: Campaign) -> Campaign:
    """Return a campaign as stored after a change. Raises UnableToChangeStaleCampaign."""
    if not unit.campaigns.save(campaign):
        message = f"{campaign.name!r} was changed meanwhile; look at it again"
        raise UnableToChangeStaleCampaign(message)
    return replace(campaign, row_version=campaign.row_version + 1)
