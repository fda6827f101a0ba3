"""The four tables of a customer database as they may be asked about, and the words for them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bailiwick.domain.crm import Role
from bailiwick.domain.question.schema import Column, Kind, Link, Schema, Table

MASKED: Final[Mapping[Role, frozenset[str]]] = {
    Role.VIEWER: frozenset({"email", "phone"}),
    Role.AGENT: frozenset({"email", "phone"}),
}
"""Columns that are empty in the copy of a role: how to reach a person is for those who do."""


def _text(name: str, *words: str, about: str = "") -> Column:
    return Column(name=name, kind=Kind.TEXT, words=words, description=about)


def _number(name: str, *words: str, unit: str = "") -> Column:
    return Column(name=name, kind=Kind.NUMBER, words=words, unit=unit)


def _date(name: str, *words: str) -> Column:
    return Column(name=name, kind=Kind.DATE, words=words)


def _instant(name: str, *words: str) -> Column:
    return Column(name=name, kind=Kind.INSTANT, words=words)


def _flag(name: str, *words: str) -> Column:
    return Column(name=name, kind=Kind.FLAG, words=words)


COMPANIES: Final = Table(
    name="companies",
    key="company_id",
    words=("company", "account", "customer", "organisation", "organization", "firm"),
    dated_by="created_on",
    columns=(
        _text("company_id", "company id"),
        _text("name", "company name"),
        _text("domain", "web domain"),
        _text("industry", "sector", "branch"),
        _number(
            "employees", "employee", "headcount", "staff", "company size", "number of employees"
        ),
        _text("country", about="ISO 3166 alpha-2"),
        _text("city", "town"),
        _text("owner", "account owner", "company owner", about="mail address of a colleague"),
        _date("created_on", "created", "added"),
    ),
)
CONTACTS: Final = Table(
    name="contacts",
    key="contact_id",
    words=("contact", "person", "people", "lead"),
    dated_by="created_on",
    columns=(
        _text("contact_id", "contact id"),
        _text("company_id"),
        _text("name", "contact name", "full name"),
        _text("first_name", "first name"),
        _text("last_name", "last name", "surname"),
        _text("title", "job title", "role", "position"),
        _text("email", "mail address", "email address", "e-mail"),
        _text("phone", "phone number", "telephone"),
        _text("country", about="ISO 3166 alpha-2"),
        _text("city", "town"),
        _text("language"),
        _text("lifecycle", "lifecycle stage", "status"),
        _text("owner", "contact owner", about="mail address of a colleague"),
        _flag("unsubscribed", "opted out", "opt out"),
        _flag("bounced"),
        _flag("do_not_contact", "do not contact"),
        _number("mails_sent", "mails sent", "sent mails"),
        _number("mails_received", "mails received", "received mails"),
        _instant("last_heard_at", "last heard", "last answer", "last reply"),
        _instant("last_written_at", "last written", "last mailed"),
        _date("created_on", "created", "added"),
    ),
)
OPPORTUNITIES: Final = Table(
    name="opportunities",
    key="opportunity_id",
    words=("opportunity", "deal"),
    dated_by="close_on",
    columns=(
        _text("opportunity_id", "opportunity id", "deal id"),
        _text("company_id"),
        _text("contact_id"),
        _text("name", "deal name", "opportunity name"),
        _text("stage", "pipeline stage", "deal stage"),
        _text("status", "deal status", about="open, won or lost"),
        _number("amount", "value", "deal size", "deal value", "deal amount", unit="currency"),
        _text("currency", about="ISO 4217"),
        _date("close_on", "close date", "closing date", "closed", "closing", "close", "due"),
        _text("owner", "deal owner", "rep", "sales rep", "seller", "salesperson",
              about="mail address of a colleague"),
        _date("created_on", "created", "opened", "added"),
        _date("touched_on", "touched", "last touched", "updated", "last activity"),
    ),
)  # fmt: skip
MESSAGES: Final = Table(
    name="messages",
    key="message_id",
    words=("message", "mail", "email"),
    dated_by="at",
    columns=(
        _text("message_id", "message id"),
        _text("contact_id"),
        _text("direction", about="received or sent"),
        _text("subject"),
        _instant("at", "received", "sent", "date"),
        _text("intent", "meaning", "reply intent"),
        _flag("automatic", "automatic"),
    ),
)
LINKS: Final = (
    Link(table="contacts", column="company_id", to_table="companies", to_column="company_id"),
    Link(table="opportunities", column="company_id", to_table="companies", to_column="company_id"),
    Link(table="opportunities", column="contact_id", to_table="contacts", to_column="contact_id"),
    Link(table="messages", column="contact_id", to_table="contacts", to_column="contact_id"),
)
TERMS: Final[Mapping[str, str]] = {
    "pipeline": "open opportunities",
    "revenue": "the amounts of won opportunities, by their close date",
    "win rate": "won among closed opportunities",
    "overdue": "open, and the close date is past",
    "untouched": "open, and nothing happened for 30 days",
}


def crm_schema(role: Role) -> Schema:
    """Return what somebody in this role may ask about."""
    masked = MASKED.get(role, frozenset())
    return Schema(
        tables=tuple(
            replace(
                table,
                columns=tuple(replace(one, masked=one.name in masked) for one in table.columns),
            )
            for table in (COMPANIES, CONTACTS, OPPORTUNITIES, MESSAGES)
        ),
        links=LINKS,
        terms=TERMS,
    )


def is_crm(schema: Schema) -> bool:
    """Tell whether these are our own tables, which the metric catalogue is about."""
    return schema.terms is TERMS
