"""Customers' rows: contacts, accounts, deals, and all that is known of one contact."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.problem import present
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Told
from bailiwick.domain.ids import AccountId, ContactId
from bailiwick.domain.right import Right
from bailiwick.observe.contact_view import contact_view

router = own_router("records")
Reading = Annotated[Caller, may(Right.READ)]
Name = Annotated[str, Path(min_length=1, max_length=80)]
Words = Annotated[
    str, Query(max_length=320, description="The beginning of a name, or a whole address or domain.")
]


class ContactBody(Told):
    """A contact and what hangs on it."""

    contact: dict[str, object]
    facts: list[object]
    mail: list[object]


@router.get("/contacts", responses={200: {"model": PageOf}})
def list_contacts(
    caller: Reading, words: Words = "", cursor: Cursor = None, size: Size = PAGE_SIZE
) -> Response:
    """List contacts in the order in which they were made."""
    with caller.units.read() as unit:
        return page(unit.lists.contacts(words=words, cursor=cursor, size=size))


@router.get("/contacts/{contact_id}", responses={200: {"model": ContactBody}})
def read_contact(caller: Reading, contact_id: Name) -> Response:
    """Show all that is known of one contact; words of others are marked as theirs."""
    with caller.units.read() as unit:
        found = present(unit.crm.contact(ContactId(contact_id)), "contact", contact_id)
        return ready(contact_view(unit, found, at=caller.application.clock.now()))


@router.get("/accounts", responses={200: {"model": PageOf}})
def list_accounts(
    caller: Reading, words: Words = "", cursor: Cursor = None, size: Size = PAGE_SIZE
) -> Response:
    """List accounts in the order in which they were made."""
    with caller.units.read() as unit:
        return page(unit.lists.accounts(words=words, cursor=cursor, size=size))


@router.get("/accounts/{account_id}", responses={200: {"model": Told}})
def read_account(caller: Reading, account_id: Name) -> Response:
    """Show one account."""
    with caller.units.read() as unit:
        found = unit.crm.account(AccountId(account_id))
    return ready(present(found, "account", account_id))


@router.get("/opportunities", responses={200: {"model": PageOf}})
def list_opportunities(
    caller: Reading,
    *,
    account_id: Annotated[str | None, Query(max_length=80)] = None,
    closed: Annotated[bool, Query()] = False,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List deals in the order in which they were made."""
    with caller.units.read() as unit:
        return page(
            unit.lists.opportunities(
                account_id=AccountId(account_id) if account_id else None,
                closed=closed,
                cursor=cursor,
                size=size,
            )
        )
