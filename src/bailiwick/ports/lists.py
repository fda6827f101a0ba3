"""Pages of customers' rows, as people look through them."""

from collections.abc import Sequence
from typing import Protocol

from bailiwick.domain.crm import Account, Contact, Opportunity
from bailiwick.domain.ids import AccountId, OpportunityId
from bailiwick.kit.paging import Page


class Lists(Protocol):
    """Reads pages of rows in the order in which they were made."""

    def contacts(self, *, words: str, cursor: str | None, size: int) -> Page[Contact]:
        """Return contacts whose name begins with the words, or who have that very address."""
        ...

    def accounts(self, *, words: str, cursor: str | None, size: int) -> Page[Account]:
        """Return accounts whose name begins with the words, or that have that very domain."""
        ...

    def opportunities(
        self, *, account_id: AccountId | None, closed: bool, cursor: str | None, size: int
    ) -> Page[Opportunity]:
        """Return open or closed deals, of one account or of all."""
        ...

    def opportunity(self, opportunity_id: OpportunityId) -> Opportunity | None:
        """Return one deal, open or closed."""
        ...

    def stages(self, *, count_max: int) -> Sequence[str]:
        """Return the names of the stages that deals are in, in order."""
        ...
