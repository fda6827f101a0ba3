"""A campaign: a name, a state, and the version of the series that new recipients get."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.domain.campaign.enrolment import CampaignId
from bailiwick.domain.ids import PersonId

CAPABILITY: Final = "campaign"
"""Whose runs draft the touches."""
NAME_LENGTH_MAX: Final = 120  # ours: a line of a list


class CampaignStatus(StrEnum):
    """Where a campaign is (capabilities 18.1)."""

    DRAFT = "draft"
    """Nobody is touched; recipients can be enrolled and looked at."""
    RUNNING = "running"
    PAUSED = "paused"
    """Nothing new begins; what a person signs still goes."""
    COMPLETED = "completed"
    """Each recipient has an end."""
    STOPPED = "stopped"
    """By a person; every recipient was ended then."""


MOVES: Final[dict[CampaignStatus, frozenset[CampaignStatus]]] = {
    CampaignStatus.DRAFT: frozenset({CampaignStatus.RUNNING, CampaignStatus.STOPPED}),
    CampaignStatus.RUNNING: frozenset(
        {CampaignStatus.PAUSED, CampaignStatus.COMPLETED, CampaignStatus.STOPPED}
    ),
    CampaignStatus.PAUSED: frozenset({CampaignStatus.RUNNING, CampaignStatus.STOPPED}),
    CampaignStatus.COMPLETED: frozenset({CampaignStatus.RUNNING}),  # somebody new is enrolled
    CampaignStatus.STOPPED: frozenset(),
}
"""From a status to those that may follow it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign of a workspace."""

    campaign_id: CampaignId
    name: str
    status: CampaignStatus
    made_by: PersonId
    created_at: datetime
    version: int = 1
    status_reason: str = ""
    ended_at: datetime | None = None
    row_version: int = 1
