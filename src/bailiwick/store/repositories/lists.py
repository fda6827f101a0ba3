"""Pages of customers' rows, as people look through them."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Integer, bindparam, or_, select

from bailiwick.domain.crm import Account, Contact, Opportunity
from bailiwick.domain.ids import AccountId, OpportunityId
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.kit.text import folded
from bailiwick.store.repositories.contacts import account_of, contacts_of, opportunity
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.crm import ACCOUNTS, CONTACT_ADDRESSES, CONTACTS, OPPORTUNITIES

_SIZE: Final = bindparam("size", type_=Integer)
_CONTACTS: Final = (
    select(CONTACTS)
    .where(own(CONTACTS), CONTACTS.c.deleted_at.is_(None))
    .order_by(CONTACTS.c.id)
    .limit(_SIZE)
)
_ACCOUNTS: Final = select(ACCOUNTS).where(own(ACCOUNTS)).order_by(ACCOUNTS.c.id).limit(_SIZE)
_DEALS: Final = (
    select(OPPORTUNITIES).where(own(OPPORTUNITIES)).order_by(OPPORTUNITIES.c.id).limit(_SIZE)
)
_DEAL: Final = select(OPPORTUNITIES).where(own(OPPORTUNITIES), OPPORTUNITIES.c.id == key())
_STAGES: Final = (
    select(OPPORTUNITIES.c.stage)
    .where(own(OPPORTUNITIES), OPPORTUNITIES.c.stage != "")
    .distinct()
    .order_by(OPPORTUNITIES.c.stage)
    .limit(_SIZE)
)


class SqlLists:
    """Lists of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def contacts(self, *, words: str, cursor: str | None, size: int) -> Page[Contact]:
        """Return contacts whose name begins with the words, or who have that very address."""
        size = min(size, PAGE_SIZE_MAX)
        statement = _CONTACTS
        if words:
            theirs = select(CONTACT_ADDRESSES.c.contact_id).where(
                own(CONTACT_ADDRESSES), CONTACT_ADDRESSES.c.address == words.strip().lower()
            )
            named = CONTACTS.c.name_folded.startswith(folded(words), autoescape=True)
            statement = statement.where(or_(named, CONTACTS.c.id.in_(theirs)))
        if cursor:
            statement = statement.where(CONTACTS.c.id > cursor)
        found = contacts_of(self._scope, statement, size=size + 1)
        return page_of(found, size=size, key=lambda contact: contact.contact_id)

    def accounts(self, *, words: str, cursor: str | None, size: int) -> Page[Account]:
        """Return accounts whose name begins with the words, or that have that very domain."""
        size = min(size, PAGE_SIZE_MAX)
        statement = _ACCOUNTS
        if words:
            named = ACCOUNTS.c.name_folded.startswith(folded(words), autoescape=True)
            statement = statement.where(or_(named, ACCOUNTS.c.domain == words.strip().lower()))
        if cursor:
            statement = statement.where(ACCOUNTS.c.id > cursor)
        rows = self._scope.rows(statement, size=size + 1)
        found = [account_of(row) for row in rows]
        return page_of(found, size=size, key=lambda account: account.account_id)

    def opportunities(
        self, *, account_id: AccountId | None, closed: bool, cursor: str | None, size: int
    ) -> Page[Opportunity]:
        """Return open or closed deals, of one account or of all."""
        size = min(size, PAGE_SIZE_MAX)
        statement = _DEALS.where(OPPORTUNITIES.c.closed.is_(closed))
        if account_id is not None:
            statement = statement.where(OPPORTUNITIES.c.account_id == account_id)
        if cursor:
            statement = statement.where(OPPORTUNITIES.c.id > cursor)
        rows = self._scope.rows(statement, size=size + 1)
        found = [opportunity(row) for row in rows]
        return page_of(found, size=size, key=lambda deal: deal.opportunity_id)

    def opportunity(self, opportunity_id: OpportunityId) -> Opportunity | None:
        """Return one deal, open or closed."""
        row = self._scope.row(_DEAL, key=opportunity_id)
        return opportunity(row) if row is not None else None

    def stages(self, *, count_max: int) -> Sequence[str]:
        """Return the names of the stages that deals are in, in order."""
        return tuple(row["stage"] for row in self._scope.rows(_STAGES, size=count_max))
