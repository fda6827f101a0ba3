"""Whether a mail that a plan would send is a touch that may still go."""

from datetime import datetime

from bailiwick.domain.campaign.campaign import CAPABILITY, CampaignStatus
from bailiwick.domain.campaign.enrolment import Stage
from bailiwick.domain.plan import Plan
from bailiwick.engine.recipient.ending import reason_to_end
from bailiwick.engine.recipient.keeping import series_of
from bailiwick.ports.unit import Unit


def is_over(unit: Unit, plan: Plan, *, at: datetime) -> bool:
    """Tell whether a plan drafts a touch of a campaign that has ended or pauses for its recipient.

    Also where its touch is settled, which another try may follow, or where it is none. Raises
    IntegrityFault when the series cannot be read back.
    """
    if plan.capability != CAPABILITY:
        return False
    touch = unit.touches.of_run(plan.run_id)
    if touch is None or touch.fate is not None:
        return True
    campaign = unit.campaigns.get(touch.campaign_id)
    if campaign is None or campaign.status is CampaignStatus.STOPPED:
        return True
    kept = unit.campaigns.enrolment(touch.enrolment_id)
    if kept is None or kept.enrolment.stage is not Stage.TOUCHING:
        return True
    return reason_to_end(unit, kept, series_of(unit, kept.enrolment), at=at) is not None
