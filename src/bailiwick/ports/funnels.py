"""What the rows of a campaign come to: its recipients by place, its tries, its table."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bailiwick.domain.campaign.enrolment import CampaignId, EnrolmentId
from bailiwick.domain.campaign.funnel import Place, Try
from bailiwick.domain.campaign.touch import Progress
from bailiwick.domain.crm import Contact
from bailiwick.domain.ids import ContactId


class Funnels(Protocol):
    """Counts and rows from which a campaign's funnel and table are made."""

    def places(self, campaign_id: CampaignId) -> Sequence[Place]:
        """Count recipients by stage, end and touches; each recipient is in exactly one place."""
        ...

    def progress(self, campaign_id: CampaignId) -> Mapping[Progress, int]:
        """Count recipients being touched by how far their latest open try is."""
        ...

    def tries(self, campaign_id: CampaignId) -> Sequence[Try]:
        """Count tries by touch and fate."""
        ...

    def accepted(self, enrolments: Sequence[EnrolmentId]) -> Mapping[EnrolmentId, int]:
        """Return how many mails of each of these recipients a mail server took."""
        ...

    def people(self, contacts: Sequence[ContactId]) -> Mapping[ContactId, Contact]:
        """Return those of these contacts that are there."""
        ...
