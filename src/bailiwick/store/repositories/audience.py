"""The contacts that conditions select, and how each stands towards a campaign."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    RowMapping,
    String,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)

from bailiwick.domain.campaign.audience import Standing
from bailiwick.domain.campaign.enrolment import CampaignId, enrolment_id
from bailiwick.domain.consent import Channel, ConsentPurpose, word
from bailiwick.domain.filter.filter import Condition, Operator, Sort
from bailiwick.domain.ids import ContactId
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.ports.filters import Asked
from bailiwick.store.repositories.guards import marketed
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, Value, key, own
from bailiwick.store.tables.campaigns import ENROLMENTS
from bailiwick.store.tables.crm import ACCOUNTS, CONTACT_ADDRESSES, CONTACTS
from bailiwick.store.tables.knowledge import CONSENTS, SUPPRESSIONS
from bailiwick.store.tables.schema import Instant

_Holds = ColumnElement[bool]
_AT: Final = bindparam("at", type_=Instant)
_ID: Final = CONTACTS.c.id
_PURPOSE: Final = ConsentPurpose.MARKETING.value
_SUPPRESSED: Final = (
    select(SUPPRESSIONS.c.id)
    .join(
        CONTACT_ADDRESSES,
        and_(
            CONTACT_ADDRESSES.c.workspace_id == SUPPRESSIONS.c.workspace_id,
            CONTACT_ADDRESSES.c.address_hash == SUPPRESSIONS.c.address_hash,
        ),
    )
    .where(own(SUPPRESSIONS), CONTACT_ADDRESSES.c.contact_id == _ID)
    .correlate(CONTACTS)
)
_ADDRESSED: Final = (
    select(CONTACT_ADDRESSES.c.id)
    .where(own(CONTACT_ADDRESSES), CONTACT_ADDRESSES.c.contact_id == _ID)
    .correlate(CONTACTS)
)
_ENROLLED: Final = (
    select(ENROLMENTS.c.id)
    .where(own(ENROLMENTS), ENROLMENTS.c.id == key("prefix") + _ID)
    .correlate(CONTACTS)
)
_CONSENT: Final = (
    select(CONSENTS.c.state + ":" + CONSENTS.c.lawful_basis)
    .where(
        own(CONSENTS),
        CONSENTS.c.contact_id == _ID,
        CONSENTS.c.purpose == _PURPOSE,
        CONSENTS.c.channel == Channel.MAIL.value,
        CONSENTS.c.valid_from <= _AT,
        or_(CONSENTS.c.valid_to.is_(None), CONSENTS.c.valid_to > _AT),
    )
    .order_by(CONSENTS.c.valid_from.desc(), CONSENTS.c.state)  # as the law reads it
    .limit(1)
    .correlate(CONTACTS)
    .scalar_subquery()
)
_ACCOUNT_COUNTRY: Final = (
    select(ACCOUNTS.c.country)
    .where(own(ACCOUNTS), ACCOUNTS.c.id == CONTACTS.c.account_id)
    .correlate(CONTACTS)
    .scalar_subquery()
)
_TOUCHES: Final = marketed(_ID).correlate(CONTACTS).scalar_subquery()


def _flag(condition: _Holds) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


_STANDING: Final[Mapping[str, ColumnElement[Any]]] = {
    "enrolled": _flag(_ENROLLED.exists()),
    "addressed": _flag(_ADDRESSED.exists()),
    "suppressed": _flag(_SUPPRESSED.exists()),
    "opted_out": _flag(or_(CONTACTS.c.do_not_contact, CONTACTS.c.unsubscribed)),
    "hard_bounced": _flag(CONTACTS.c.bounced),
    "doubtful": _flag(CONTACTS.c.opt_out_doubtful),
    "consent": func.coalesce(_CONSENT, ""),
    "over_cap": _flag(bindparam("cap", type_=Integer) <= _TOUCHES),
    "where_zone": CONTACTS.c.timezone,
    "where_country": CONTACTS.c.country,
    "account_country": func.coalesce(_ACCOUNT_COUNTRY, ""),
}
"""Names that are no column's: PostgreSQL would group by the column."""
_COLUMNS: Final = tuple(column.label(name) for name, column in _STANDING.items())
_LIVING: Final = CONTACTS.c.deleted_at.is_(None)
_OF_THESE: Final = select(_ID, *_COLUMNS).where(
    own(CONTACTS), _LIVING, _ID.in_(bindparam("these", expanding=True, type_=String))
)


class SqlAudience:
    """The contacts of one workspace, by conditions."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def matching(
        self, conditions: Sequence[Condition], *, at: datetime, cursor: str | None, size: int
    ) -> Page[ContactId]:
        """Return the contacts for whom all conditions hold, by id."""
        size = min(size, PAGE_SIZE_MAX)
        statement = (
            select(_ID)
            .where(
                own(CONTACTS),
                _LIVING,
                CONTACTS.c.id > key(),
                *(_holds(one, at=at) for one in conditions),
            )
            .order_by(_ID)
            .limit(bindparam("size", type_=Integer))
        )
        rows = self._scope.rows(statement, key=cursor or "", size=size + 1)
        return page_of([ContactId(row["id"]) for row in rows], size=size, key=str)

    def crowds(
        self, conditions: Sequence[Condition], asked: Asked
    ) -> Sequence[tuple[Standing, int]]:
        """Count the contacts for whom all conditions hold, by their standing."""
        statement = (
            select(*_COLUMNS, func.count().label("count"))
            .select_from(CONTACTS)
            .where(own(CONTACTS), _LIVING, *(_holds(one, at=asked.at) for one in conditions))
            .group_by(*_STANDING)
        )
        rows = self._scope.rows(statement, **_bound(asked))
        return tuple((_standing(row), row["count"]) for row in rows)

    def standings(
        self, contacts: Sequence[ContactId], asked: Asked
    ) -> Mapping[ContactId, Standing]:
        """Return the standing of each of these contacts that is there."""
        assert len(contacts) <= ROWS_COUNT_MAX, "asked page by page"
        rows = self._scope.rows(_OF_THESE, these=list(contacts), **_bound(asked))
        return {ContactId(row["id"]): _standing(row) for row in rows}


def _bound(asked: Asked) -> dict[str, Value]:
    return {
        "prefix": enrolment_id(asked.campaign_id or CampaignId(""), ContactId("")),
        "at": asked.at,
        "since": asked.touches_since,
        "besides": "",
        "cap": asked.touches_max,
    }


def _standing(row: RowMapping) -> Standing:
    return Standing(
        enrolled=bool(row["enrolled"]),
        addressed=bool(row["addressed"]),
        suppressed=bool(row["suppressed"]),
        opted_out=bool(row["opted_out"]),
        bounced=bool(row["hard_bounced"]),
        doubtful=bool(row["doubtful"]),
        consent=_consent(row["consent"]),
        over_cap=bool(row["over_cap"]),
        timezone=row["where_zone"],
        country=row["where_country"],
        account_country=row["account_country"],
    )


def _consent(said: str) -> str:
    """Return what holds for marketing mail, from the latest statement as stored."""
    state, _, basis = said.partition(":")
    return word(state, basis, purpose=_PURPOSE) if said else "none"


def _holds(condition: Condition, *, at: datetime) -> _Holds:
    """Return a condition in SQL; one with `not` is the opposite of the one without."""
    if condition.operator in _OPPOSITES:
        return not_(_asked(replace(condition, operator=_OPPOSITES[condition.operator]), at=at))
    return _asked(condition, at=at)


_OPPOSITES: Final[Mapping[Operator, Operator]] = {
    Operator.IS_NOT: Operator.IS,
    Operator.UNKNOWN: Operator.KNOWN,
    Operator.NOT_WITHIN_DAYS: Operator.WITHIN_DAYS,
}


def _asked(condition: Condition, *, at: datetime) -> _Holds:
    """Return a condition that is true or false for every contact, never null."""
    if condition.field.of_account:
        column = ACCOUNTS.c[condition.field.column]
        theirs = select(ACCOUNTS.c.id).where(own(ACCOUNTS), _compared(column, condition, at=at))
        account_id = func.coalesce(CONTACTS.c.account_id, "")
        return account_id.in_(theirs.correlate(None))
    column = CONTACTS.c[condition.field.column]
    return func.coalesce(_compared(column, condition, at=at), false())


def _compared(column: ColumnElement[Any], condition: Condition, *, at: datetime) -> _Holds:
    operator, values = condition.operator, condition.values
    if operator is Operator.KNOWN:
        return column != "" if condition.field.sort is Sort.TEXT else column.is_not(None)
    if condition.field.sort is Sort.TEXT:
        return _worded(column, operator, [str(one) for one in values])
    if operator is Operator.IS:
        return column.in_(values)
    value = values[0]
    if operator is Operator.WITHIN_DAYS:
        assert isinstance(value, int), "a condition checks its values"
        return column >= literal(at - timedelta(days=value), Instant)
    if operator in {Operator.SINCE, Operator.AT_LEAST}:
        return column >= value
    return column < value if operator is Operator.BEFORE else column <= value


def _worded(column: ColumnElement[str], operator: Operator, values: Sequence[str]) -> _Holds:
    """Compare text whatever its case; SQLite lowers ASCII only, so the very text counts, too."""
    low = func.lower(column)
    if operator is Operator.IS:
        return or_(low.in_([one.lower() for one in values]), column.in_(values))
    if operator is Operator.CONTAINS:
        return or_(*(low.contains(one.lower(), autoescape=True) for one in values))
    return or_(*(low.startswith(one.lower(), autoescape=True) for one in values))
