"""Campaigns, their recipients and touches, as the engine and the surfaces read and change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import CampaignId, End, Enrolment, EnrolmentId
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.campaign.touch import Fate, Progress, Sight, Touch
from bailiwick.domain.ids import AccountId, ContactId, RunId
from bailiwick.kit.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An enrolment as stored; who changes it shows the version that they read."""

    enrolment: Enrolment
    row_version: int
    enrolled_at: datetime
    owner_email: str = ""
    """Who owned the contact when they were enrolled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Recipients of one version of a series who wait for room in the mailbox, longest first."""

    campaign_id: CampaignId
    version: int
    touches_count: int
    """Of the series: who had that many waits for an answer only, and so for no room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A touch that has no fate yet, its recipient, and what its rows say now."""

    touch: Touch
    kept: Kept
    sight: Sight


class Campaigns(Protocol):
    """The campaigns of a workspace."""

    def add(self, campaign: Campaign, series: Series) -> bool:
        """Store a campaign and its first series; False when the name is taken."""
        ...

    def get(self, campaign_id: CampaignId) -> Campaign | None:
        """Return a campaign."""
        ...

    def by_name(self, name: str) -> Campaign | None:
        """Return the campaign of this name."""
        ...

    def list(
        self, *, status: CampaignStatus | None, cursor: str | None, size: int
    ) -> Page[Campaign]:
        """Return campaigns, oldest first."""
        ...

    def save(self, campaign: Campaign) -> bool:
        """Change status and version if its row version is still that; False when it is not."""
        ...

    def add_series(self, campaign: Campaign, series: Series) -> bool:
        """Store another version; False when that version is there already."""
        ...

    def series(self, campaign_id: CampaignId, version: int) -> Series | None:
        """Return what a version sends. Raises IntegrityFault when it cannot be read back."""
        ...

    def repin(self, campaign_id: CampaignId, version: int) -> int:
        """Let everybody who has not ended go on with a version; return how many."""
        ...

    def end_all(self, campaign_id: CampaignId, end: End, *, reason: str, at: datetime) -> int:
        """End everybody who has not ended and is not being touched; return how many."""
        ...

    def touching(self, campaign_id: CampaignId, *, count_max: int) -> Sequence[Kept]:
        """Return recipients of whom a touch is under way, by id."""
        ...

    def enrol(self, enrolments: Sequence[Enrolment], *, at: datetime) -> int:
        """Store recipients; who is enrolled already stays. Returns how many are new."""
        ...

    def enrolment(self, enrolment_id: EnrolmentId) -> Kept | None:
        """Return a recipient."""
        ...

    def of_contact(self, contact_id: ContactId) -> Sequence[Kept]:
        """Return the enrolments of one contact that have not ended."""
        ...

    def of_account(self, account_id: AccountId) -> Sequence[Kept]:
        """Return the enrolments of an account's contacts that have not ended."""
        ...

    def happened(self, contact_id: ContactId, *, since: datetime) -> frozenset[End]:
        """Return which of a meeting and a deal's move the records show since an instant."""
        ...

    def changed(self, *, after: str, count_max: int) -> Sequence[Kept]:
        """Return recipients without an end whose records changed in a way that may end them."""
        ...

    def answered(self, contact_id: ContactId) -> bool:
        """Make a prospect a lead; False when they are none, so that it happens once."""
        ...

    def due(
        self,
        *,
        at: datetime,
        count_max: int,
        besides: Sequence[Line] = (),
        of: CampaignId | None = None,
    ) -> Sequence[Kept]:
        """Return recipients of running campaigns whose time has come, longest overdue first.

        Who stands in a line `besides` is left out; `of` names the only campaign looked at.
        """
        ...

    def save_enrolment(self, kept: Kept) -> bool:
        """Change a recipient if the row version is still that; False when somebody was faster."""
        ...

    def recipients(
        self, campaign_id: CampaignId, *, cursor: str | None, size: int
    ) -> Page[Enrolment]:
        """Return recipients of a campaign, by id."""
        ...

    def missing(self, campaign_id: CampaignId, *, cursor: str | None, size: int) -> Page[Enrolment]:
        """Return recipients whom their touch did not reach, by id.

        They ended as unreachable, or wait since a touch was put off.
        """
        ...

    def open_count(self, campaign_id: CampaignId) -> int:
        """Count recipients without an end."""
        ...

    def over(self, *, count_max: int) -> Sequence[Campaign]:
        """Return running campaigns in which nobody is left without an end."""
        ...


class Touches(Protocol):
    """The touches of a workspace."""

    def add_touch(self, touch: Touch) -> bool:
        """Store a try of a touch; False when this try is stored already."""
        ...

    def under_way(self, *, after: str, count_max: int) -> Sequence[UnderWay]:
        """Return touches without a fate, by id."""
        ...

    def still_under_way(self, touch_id: str) -> UnderWay | None:
        """Return one touch as its rows say now; None once it has a fate."""
        ...

    def progress(self, enrolments: Sequence[EnrolmentId]) -> Mapping[EnrolmentId, Progress]:
        """Return how far the touches under way of these recipients are."""
        ...

    def settle(self, touch: Touch, fate: Fate, *, at: datetime) -> bool:
        """Give a touch its fate; False when it has one."""
        ...

    def touches(self, enrolment_id: EnrolmentId) -> Sequence[Touch]:
        """Return the tries of a recipient's touches, in order."""
        ...

    def of_run(self, run_id: RunId) -> Touch | None:
        """Return the try that a run was made for; None for any other run."""
        ...
