"""A campaign is completed when each of its recipients has an end."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.record import RecordKind
from bailiwick.ports.unit import Units

COMPLETED_COUNT_MAX: Final = 100  # ours: campaigns of one look; the next takes the rest


def complete(units: Units, *, at: datetime) -> int:
    """Complete running campaigns in which everybody has an end; return how many."""
    with units.read() as unit:
        if not unit.campaigns.over(count_max=1):
            return 0
    with units.write() as unit:
        found = unit.campaigns.over(count_max=COMPLETED_COUNT_MAX)
        for campaign in found:
            done = replace(campaign, status=CampaignStatus.COMPLETED, ended_at=at)
            saved = unit.campaigns.save(done)
            assert saved, "it was read in this unit"
            unit.records.append(
                RecordKind.CAMPAIGN,
                subject=campaign.campaign_id,
                payload={"event": "completed"},
                at=at,
            )
        unit.commit()
    return len(found)
