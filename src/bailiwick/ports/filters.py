"""Saved filters, and the contacts that conditions select."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bailiwick.domain.campaign.audience import Standing
from bailiwick.domain.campaign.enrolment import CampaignId
from bailiwick.domain.filter.filter import Condition, Filter, FilterId
from bailiwick.domain.ids import ContactId
from bailiwick.kit.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For what, and when, the standing of contacts is asked."""

    campaign_id: CampaignId | None
    at: datetime
    touches_since: datetime
    """From when on marketing mails count against the cap."""
    touches_max: int


class Filters(Protocol):
    """The saved filters of a workspace."""

    def add(self, found: Filter) -> bool:
        """Store a filter; False when the name is taken."""
        ...

    def get(self, filter_id: FilterId) -> Filter | None:
        """Return a filter. Raises IntegrityFault when it cannot be read back."""
        ...

    def by_name(self, name: str) -> Filter | None:
        """Return the filter of this name. Raises IntegrityFault when it cannot be read back."""
        ...

    def list(self, *, cursor: str | None, size: int) -> Page[Filter]:
        """Return filters, oldest first. Raises IntegrityFault when one cannot be read back."""
        ...

    def count(self) -> int:
        """Count the filters."""
        ...

    def save(self, found: Filter) -> bool:
        """Change conditions if the row version is still that; False when it is not."""
        ...

    def remove(self, found: Filter) -> bool:
        """Forget a filter if the row version is still that; False when it is not."""
        ...


class Audience(Protocol):
    """The contacts that conditions select."""

    def matching(
        self, conditions: Sequence[Condition], *, at: datetime, cursor: str | None, size: int
    ) -> Page[ContactId]:
        """Return the contacts for whom all conditions hold, by id."""
        ...

    def crowds(
        self, conditions: Sequence[Condition], asked: Asked
    ) -> Sequence[tuple[Standing, int]]:
        """Count the contacts for whom all conditions hold, by their standing."""
        ...

    def standings(
        self, contacts: Sequence[ContactId], asked: Asked
    ) -> Mapping[ContactId, Standing]:
        """Return the standing of each of these contacts that is there."""
        ...
