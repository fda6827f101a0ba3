"""Contacts and what hangs on them, as domain values."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, select

from bailiwick.domain.crm import Account, Contact, ContactFlags, Opportunity, Task
from bailiwick.domain.ids import AccountId, ContactId, OpportunityId, TaskId
from bailiwick.store.scope import Rows, Scope, Value, key, own
from bailiwick.store.tables.crm import ACCOUNTS, CONTACT_ADDRESSES, CONTACTS

SIZE: Final = bindparam("size", type_=Integer)
_ACCOUNT: Final = select(ACCOUNTS).where(own(ACCOUNTS), ACCOUNTS.c.id == key())
_CONTACT: Final = select(CONTACTS).where(
    own(CONTACTS), CONTACTS.c.id == key(), CONTACTS.c.deleted_at.is_(None)
)
_COLLEAGUES: Final = (
    select(CONTACTS)
    .where(own(CONTACTS), CONTACTS.c.account_id == key(), CONTACTS.c.deleted_at.is_(None))
    .order_by(CONTACTS.c.created_at, CONTACTS.c.id)
    .limit(SIZE)
)
_NAMESAKES: Final = (
    select(CONTACTS)
    .where(
        own(CONTACTS),
        CONTACTS.c.name_folded == key("name"),
        CONTACTS.c.id != key(),
        CONTACTS.c.deleted_at.is_(None),
    )
    .order_by(CONTACTS.c.created_at, CONTACTS.c.id)
    .limit(SIZE)
)
_ADDRESSES: Final = (
    select(CONTACT_ADDRESSES.c.contact_id, CONTACT_ADDRESSES.c.address)
    .where(
        own(CONTACT_ADDRESSES),
        CONTACT_ADDRESSES.c.contact_id.in_(bindparam("contacts", expanding=True)),
    )
    .order_by(CONTACT_ADDRESSES.c.rank, CONTACT_ADDRESSES.c.id)
)


def account(scope: Scope, account_id: AccountId) -> Account | None:
    """Return an account."""
    row = scope.row(_ACCOUNT, key=account_id)
    return None if row is None else account_of(row)


def account_of(row: RowMapping) -> Account:
    """Read a stored account."""
    return Account(
        account_id=AccountId(row["id"]),
        name=row["name"],
        domain=row["domain"],
        industry=row["industry"],
        employees_count=row["employees_count"],
        country=row["country"],
        city=row["city"],
        website=row["website"],
        description=row["description"],
        owner_email=row["owner_email"],
        timezone=row["timezone"],
    )


def contact_row(scope: Scope, contact_id: ContactId) -> RowMapping | None:
    """Return the stored row of a contact that has not been deleted."""
    return scope.row(_CONTACT, key=contact_id)


def contact(scope: Scope, contact_id: ContactId) -> Contact | None:
    """Return a contact that has not been deleted."""
    found = contacts_of(scope, _CONTACT, key=contact_id)
    return found[0] if found else None


def colleagues(scope: Scope, account_id: AccountId, *, count_max: int) -> Sequence[Contact]:
    """Return contacts of an account, oldest first."""
    return contacts_of(scope, _COLLEAGUES, key=account_id, size=count_max)


def namesakes(scope: Scope, contact_id: ContactId, *, count_max: int) -> Sequence[Contact]:
    """Return other contacts whose folded name is the same; the nameless have none."""
    row = contact_row(scope, contact_id)
    if row is None or not row["name_folded"]:
        return ()
    return contacts_of(scope, _NAMESAKES, key=contact_id, name=row["name_folded"], size=count_max)


def contacts_of(scope: Scope, statement: Rows, **values: Value) -> Sequence[Contact]:
    """Return the contacts that a statement over their table selects, with their addresses."""
    rows = scope.rows(statement, **values)
    addresses: dict[str, list[str]] = {row["id"]: [] for row in rows}
    if addresses:
        for found in scope.rows(_ADDRESSES, contacts=list(addresses)):
            addresses[found["contact_id"]].append(found["address"])
    return tuple(_contact(row, addresses) for row in rows)


def _contact(row: RowMapping, addresses: Mapping[str, Sequence[str]]) -> Contact:
    return Contact(
        contact_id=ContactId(row["id"]),
        first_name=row["first_name"],
        last_name=row["last_name"],
        account_id=AccountId(row["account_id"]) if row["account_id"] else None,
        addresses=tuple(addresses[row["id"]]),
        title=row["title"],
        phone=row["phone"],
        country=row["country"],
        city=row["city"],
        timezone=row["timezone"],
        language=row["language"],
        lifecycle=row["lifecycle"],
        owner_email=row["owner_email"],
        flags=ContactFlags(
            do_not_contact=row["do_not_contact"],
            bounced=row["bounced"],
            unsubscribed=row["unsubscribed"],
        ),
        created_at=row["created_at"],
    )


def opportunity(row: RowMapping) -> Opportunity:
    """Read a stored deal."""
    return Opportunity(
        opportunity_id=OpportunityId(row["id"]),
        name=row["name"],
        account_id=AccountId(row["account_id"]) if row["account_id"] else None,
        contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
        stage=row["stage"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        close_on=row["close_on"],
        closed=row["closed"],
        won=row["won"],
        owner_email=row["owner_email"],
    )


def task(row: RowMapping) -> Task:
    """Read a stored task."""
    return Task(
        task_id=TaskId(row["id"]),
        title=row["title"],
        reason=row["reason"],
        contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
        evidence=tuple(row["evidence"].splitlines()),
        created_at=row["created_at"],
        done_at=row["done_at"],
    )
