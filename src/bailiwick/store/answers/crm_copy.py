"""The rows of a customer database that one caller sees, as a private copy to ask about."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, select

from bailiwick.domain.crm import Role
from bailiwick.domain.currency import MINOR_DIGITS, MINOR_DIGITS_USUAL
from bailiwick.domain.question.crm_schema import crm_schema
from bailiwick.domain.question.rows import Cell
from bailiwick.kit.narrowing import is_mapping
from bailiwick.store.answers.private_copy import PrivateCopy
from bailiwick.store.scope import Rows, Scope, key, own
from bailiwick.store.tables.crm import ACCOUNTS, CONTACT_ADDRESSES, CONTACTS, OPPORTUNITIES
from bailiwick.store.tables.mail import MESSAGES

PAGE_COUNT: Final = 5_000  # ours: rows that are in memory twice at a time
_SIZE: Final = bindparam("size", type_=Integer)
_ACCOUNTS: Final = (
    select(
        ACCOUNTS.c.id, ACCOUNTS.c.name, ACCOUNTS.c.domain, ACCOUNTS.c.industry,
        ACCOUNTS.c.employees_count, ACCOUNTS.c.country, ACCOUNTS.c.city, ACCOUNTS.c.owner_email,
        ACCOUNTS.c.created_at,
    )
    .where(own(ACCOUNTS), ACCOUNTS.c.id > key())
    .order_by(ACCOUNTS.c.id)
    .limit(_SIZE)
)  # fmt: skip
_CONTACTS: Final = (
    select(
        CONTACTS.c.id, CONTACTS.c.account_id, CONTACTS.c.first_name, CONTACTS.c.last_name,
        CONTACTS.c.title, CONTACTS.c.phone, CONTACTS.c.country, CONTACTS.c.city,
        CONTACTS.c.language, CONTACTS.c.lifecycle, CONTACTS.c.owner_email,
        CONTACTS.c.unsubscribed, CONTACTS.c.bounced, CONTACTS.c.do_not_contact,
        CONTACTS.c.sent_count, CONTACTS.c.received_count, CONTACTS.c.last_inbound_at,
        CONTACTS.c.last_outbound_at, CONTACTS.c.created_at,
    )
    .where(own(CONTACTS), CONTACTS.c.deleted_at.is_(None), CONTACTS.c.id > key())
    .order_by(CONTACTS.c.id)
    .limit(_SIZE)
)  # fmt: skip
_ADDRESSES: Final = (
    select(CONTACT_ADDRESSES.c.id, CONTACT_ADDRESSES.c.contact_id, CONTACT_ADDRESSES.c.address)
    .where(own(CONTACT_ADDRESSES), CONTACT_ADDRESSES.c.rank == 0, CONTACT_ADDRESSES.c.id > key())
    .order_by(CONTACT_ADDRESSES.c.id)
    .limit(_SIZE)
)
_DEALS: Final = (
    select(
        OPPORTUNITIES.c.id, OPPORTUNITIES.c.account_id, OPPORTUNITIES.c.contact_id,
        OPPORTUNITIES.c.name, OPPORTUNITIES.c.stage, OPPORTUNITIES.c.amount_minor,
        OPPORTUNITIES.c.currency, OPPORTUNITIES.c.close_on, OPPORTUNITIES.c.closed,
        OPPORTUNITIES.c.won, OPPORTUNITIES.c.owner_email, OPPORTUNITIES.c.created_at,
        OPPORTUNITIES.c.updated_at,
    )
    .where(own(OPPORTUNITIES), OPPORTUNITIES.c.id > key())
    .order_by(OPPORTUNITIES.c.id)
    .limit(_SIZE)
)  # fmt: skip
_MESSAGES: Final = (
    select(
        MESSAGES.c.id, MESSAGES.c.contact_id, MESSAGES.c.direction, MESSAGES.c.subject,
        MESSAGES.c.received_at, MESSAGES.c.reading,
    )
    .where(own(MESSAGES), MESSAGES.c.id > key())
    .order_by(MESSAGES.c.id)
    .limit(_SIZE)
)  # fmt: skip


def crm_copy(scope: Scope, *, role: Role) -> PrivateCopy:
    """Copy what the scope sees, without the columns that the role may not read.

    Raises UnableToCopyRows when there is more than may be asked about, and PortFault.
    """
    schema = crm_schema(role)
    hidden = {(table.name, column.name) for table, column in schema.columns() if column.masked}
    shown = {name: ("contacts", name) not in hidden for name in ("email", "phone")}
    addresses = (
        {str(row["contact_id"]): str(row["address"]) for row in _each(scope, _ADDRESSES)}
        if shown["email"]
        else {}
    )
    return PrivateCopy(
        schema,
        {
            "companies": map(_company, _each(scope, _ACCOUNTS)),
            "contacts": (
                _contact(row, addresses.get(str(row["id"])), phone=shown["phone"])
                for row in _each(scope, _CONTACTS)
            ),
            "opportunities": map(_deal, _each(scope, _DEALS)),
            "messages": map(_message, _each(scope, _MESSAGES)),
        },
    )


def _each(scope: Scope, statement: Rows) -> Iterator[RowMapping]:
    last = ""
    while True:
        rows = scope.rows(statement, key=last, size=PAGE_COUNT)
        yield from rows
        if len(rows) < PAGE_COUNT:
            return
        last = str(rows[-1]["id"])


def _company(row: RowMapping) -> Sequence[Cell]:
    return (
        row["id"], row["name"], row["domain"] or None, row["industry"] or None,
        row["employees_count"], row["country"] or None, row["city"] or None,
        row["owner_email"] or None, _day(row["created_at"]),
    )  # fmt: skip


def _contact(row: RowMapping, address: str | None, *, phone: bool) -> Sequence[Cell]:
    name = f"{row['first_name']} {row['last_name']}".strip()
    return (
        row["id"], row["account_id"], name or None, row["first_name"] or None,
        row["last_name"] or None, row["title"] or None, address,
        (row["phone"] or None) if phone else None, row["country"] or None, row["city"] or None,
        row["language"] or None, row["lifecycle"] or None, row["owner_email"] or None,
        int(row["unsubscribed"]), int(row["bounced"]), int(row["do_not_contact"]),
        row["sent_count"], row["received_count"], _moment(row["last_inbound_at"]),
        _moment(row["last_outbound_at"]), _day(row["created_at"]),
    )  # fmt: skip


def _deal(row: RowMapping) -> Sequence[Cell]:
    status = ("won" if row["won"] else "lost") if row["closed"] else "open"
    return (
        row["id"], row["account_id"], row["contact_id"], row["name"], row["stage"] or None,
        status, _amount(row["amount_minor"], row["currency"]), row["currency"] or None,
        row["close_on"] or None, row["owner_email"] or None, _day(row["created_at"]),
        _day(row["updated_at"] or row["created_at"]),
    )  # fmt: skip


def _message(row: RowMapping) -> Sequence[Cell]:
    reading = row["reading"]
    intent: Cell = None
    automatic = 0
    if is_mapping(reading):
        intent = str(reading.get("intent") or "") or None
        automatic = int(bool(reading.get("automatic")))
    direction = "received" if row["direction"] == "inbound" else "sent"
    return (
        row["id"], row["contact_id"], direction, row["subject"], _moment(row["received_at"]),
        intent, automatic,
    )  # fmt: skip


def _amount(minor: int | None, currency: str) -> Cell:
    if minor is None:
        return None
    digits = MINOR_DIGITS.get(currency, MINOR_DIGITS_USUAL)
    return minor if digits == 0 else minor / 10**digits


def _day(at: datetime | None) -> Cell:
    return None if at is None else at.strftime("%Y-%m-%d")


def _moment(at: datetime | None) -> Cell:
    return None if at is None else at.strftime("%Y-%m-%d %H:%M:%S")
