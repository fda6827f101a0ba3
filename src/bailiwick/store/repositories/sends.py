"""When mail went: read from the effects themselves, so that no second count can differ."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, or_, select

from bailiwick.domain.action import Action
from bailiwick.domain.campaign.pace import Limit, Over
from bailiwick.domain.ids import ContactId
from bailiwick.domain.message import Direction
from bailiwick.domain.receipt import EffectState
from bailiwick.store.scope import Rows, Scope, key, own
from bailiwick.store.tables.campaigns import TOUCHES
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, CONTACTS
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.mail import MESSAGES
from bailiwick.store.tables.schema import Instant

_SEND: Final = Action.SEND_MESSAGE.value
_WENT: Final = (EffectState.SENT.value, EffectState.IN_DOUBT.value)
_SINCE: Final = bindparam("since", type_=Instant)
_NTH: Final = bindparam("nth", type_=Integer)
_COLLEAGUES: Final = select(CONTACTS.c.id).where(own(CONTACTS), CONTACTS.c.account_id == key())
_OF_DOMAIN: Final = (
    select(CONTACT_ADDRESSES.c.id)
    .where(
        own(CONTACT_ADDRESSES),
        CONTACT_ADDRESSES.c.contact_id == TOUCHES.c.contact_id,
        CONTACT_ADDRESSES.c.rank == 0,
        CONTACT_ADDRESSES.c.address.endswith("@" + key(), autoescape=False),
    )
    .correlate(TOUCHES)
    .exists()
)
_EFFECTS_OVER: Final[Mapping[Over, tuple[ColumnElement[bool], ...]]] = MappingProxyType(
    {
        Over.MAILBOX: (),
        Over.DOMAIN: (EFFECTS.c.address_domain == key(),),
        Over.ACCOUNT: (EFFECTS.c.contact_id.in_(_COLLEAGUES),),
    }
)
_TOUCHES_OVER: Final[Mapping[Over, tuple[ColumnElement[bool], ...]]] = MappingProxyType(
    {
        Over.MAILBOX: (),
        Over.DOMAIN: (_OF_DOMAIN,),
        Over.ACCOUNT: (TOUCHES.c.contact_id.in_(_COLLEAGUES),),
    }
)
_GOES: Final = (
    select(EFFECTS.c.id)
    .where(
        own(EFFECTS),
        EFFECTS.c.run_id == TOUCHES.c.run_id,
        EFFECTS.c.action == _SEND,
        EFFECTS.c.state.in_((*_WENT, EffectState.SENDING.value)),
    )
    .correlate(TOUCHES)
    .exists()
)


def _going(over: Over) -> Rows:
    return (
        select(func.count())
        .select_from(EFFECTS)
        .where(
            own(EFFECTS),
            EFFECTS.c.state == EffectState.SENDING.value,
            EFFECTS.c.action == _SEND,
            or_(EFFECTS.c.contact_id.is_(None), EFFECTS.c.contact_id != key("besides")),
            *_EFFECTS_OVER[over],
        )
    )


def _begun(over: Over) -> Rows:
    return (
        select(func.count())
        .select_from(TOUCHES)
        .where(
            own(TOUCHES),
            TOUCHES.c.fate == "",
            TOUCHES.c.created_at > _SINCE,
            TOUCHES.c.contact_id != key("besides"),
            ~_GOES,
            *_TOUCHES_OVER[over],
        )
    )


def _nth_latest(over: Over) -> Rows:
    return (
        select(EFFECTS.c.settled_at)
        .where(
            own(EFFECTS),
            EFFECTS.c.action == _SEND,
            EFFECTS.c.settled_at > _SINCE,
            EFFECTS.c.state.in_(_WENT),
            *_EFFECTS_OVER[over],
        )
        .order_by(EFFECTS.c.settled_at.desc())
        .limit(1)
        .offset(_NTH)
    )


_GOING: Final = {over: _going(over) for over in Over}
_BEGUN: Final = {over: _begun(over) for over in Over}
_NTH_LATEST: Final = {over: _nth_latest(over) for over in Over}
_FIRST: Final = select(func.min(MESSAGES.c.received_at)).where(
    and_(own(MESSAGES), MESSAGES.c.direction == Direction.OUTBOUND.value)
)


class SqlSends:
    """The mails of one workspace's mailbox."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def room_at(
        self,
        limit: Limit,
        subject: str,
        *,
        at: datetime,
        besides: ContactId,
        with_begun: bool,
    ) -> datetime:
        """Return the first instant from `at` on at which one more mail keeps a limit."""
        since = at - limit.within
        of = {} if limit.over is Over.MAILBOX else {"key": subject}
        under_way = self._scope.count(_GOING[limit.over], besides=besides, **of)
        if with_begun:
            under_way += self._scope.count(_BEGUN[limit.over], besides=besides, since=since, **of)
        left = limit.count - under_way
        if left <= 0:
            return at + limit.within
        row = self._scope.row(_NTH_LATEST[limit.over], since=since, nth=left - 1, **of)
        return at if row is None else max(at, row["settled_at"] + limit.within)

    def first_at(self) -> datetime | None:
        """Return when the mailbox wrote its first mail; None before."""
        row = self._scope.row(_FIRST)
        found = None if row is None else next(iter(row.values()))
        assert found is None or isinstance(found, datetime), "an instant column"
        return found
