"""When mail went: read from the effects themselves, so that no second count can differ."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, Integer, Text, and_, bindparam, func, or_, select, type_coerce

from bailiwick.domain.action import Action
from bailiwick.domain.campaign.enrolment import End, EnrolmentId
from bailiwick.domain.campaign.pace import Limit, Over
from bailiwick.domain.campaign.touch import Fate
from bailiwick.domain.ids import ContactId
from bailiwick.domain.message import Direction
from bailiwick.domain.receipt import EffectState
from bailiwick.ports.sends import Heard
from bailiwick.store.repositories.guards import MARKETED
from bailiwick.store.scope import Rows, Scope, aside, key, own
from bailiwick.store.tables.campaigns import CAMPAIGN_SERIES, ENROLMENTS, TOUCHES
from bailiwick.store.tables.crm import ACCOUNTS, CONTACT_ADDRESSES, CONTACTS
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.mail import MESSAGES
from bailiwick.store.tables.schema import Instant

_SEND: Final = Action.SEND_MESSAGE.value
_WENT: Final = (EffectState.SENT.value, EffectState.IN_DOUBT.value)
_SINCE: Final = bindparam("since", type_=Instant)
_NTH: Final = bindparam("nth", type_=Integer)
_SIZE: Final = bindparam("size", type_=Integer)
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
        Over.CONTACT: (EFFECTS.c.contact_id == key(), MARKETED),
    }
)
_TOUCHES_OVER: Final[Mapping[Over, tuple[ColumnElement[bool], ...]]] = MappingProxyType(
    {
        Over.MAILBOX: (),
        Over.DOMAIN: (_OF_DOMAIN,),
        Over.ACCOUNT: (TOUCHES.c.contact_id.in_(_COLLEAGUES),),
        Over.CONTACT: (TOUCHES.c.contact_id == key(),),
    }
)
_OF_TOUCH: Final = (
    select(EFFECTS.c.id)
    .where(
        own(EFFECTS),
        EFFECTS.c.contact_id == TOUCHES.c.contact_id,  # by its index; a contact has few effects
        EFFECTS.c.run_id == TOUCHES.c.run_id,
        aside(EFFECTS.c.action) == _SEND,
    )
    .correlate(TOUCHES)
)
_GOES: Final = _OF_TOUCH.where(EFFECTS.c.state.in_((*_WENT, EffectState.SENDING.value))).exists()
_GOES_SOON: Final = _OF_TOUCH.where(
    aside(EFFECTS.c.state) == EffectState.READY.value,
    EFFECTS.c.due_at < bindparam("until", type_=Instant),
).exists()


def _going(over: Over) -> Rows:
    return (
        select(func.count())
        .select_from(EFFECTS)
        .where(
            own(EFFECTS),
            EFFECTS.c.state == EffectState.SENDING.value,  # by its index: few are
            aside(EFFECTS.c.action) == _SEND,
            or_(EFFECTS.c.contact_id.is_(None), EFFECTS.c.contact_id != key("besides")),
            *((aside(EFFECTS.c.address_domain) == key(),) if over is Over.DOMAIN else ()),
            *(_EFFECTS_OVER[over] if over is not Over.DOMAIN else ()),
        )
    )


def _begun(over: Over) -> Rows:
    return (
        select(func.count())
        .select_from(TOUCHES)
        .where(
            own(TOUCHES),
            TOUCHES.c.fate == "",
            # What is signed goes within a stretch that holds now, however long ago it was begun.
            or_(TOUCHES.c.created_at > _SINCE, _GOES_SOON),
            # Of a recipient's own touches another campaign's count; one that waits has none.
            *(() if over is Over.CONTACT else (TOUCHES.c.contact_id != key("besides"),)),
            ~_GOES,
            *_TOUCHES_OVER[over],
        )
    )


def _latest(over: Over) -> Rows:
    return (
        select(EFFECTS.c.settled_at)
        .where(
            own(EFFECTS),
            (EFFECTS.c.action if over is Over.MAILBOX else aside(EFFECTS.c.action)) == _SEND,
            EFFECTS.c.settled_at > _SINCE,
            EFFECTS.c.state.in_(_WENT),
            *_EFFECTS_OVER[over],
        )
        .order_by(EFFECTS.c.settled_at.desc())
        .limit(_SIZE)
    )


_GOING: Final = {over: _going(over) for over in Over}
_BEGUN: Final = {over: _begun(over) for over in Over}
_LATEST: Final = {over: _latest(over) for over in Over}
_NTH_LATEST: Final = {over: latest.offset(_NTH) for over, latest in _LATEST.items()}
_FIRST: Final = select(func.min(MESSAGES.c.received_at)).where(
    and_(own(MESSAGES), MESSAGES.c.direction == Direction.OUTBOUND.value)
)
# Canonical JSON, in which no other field has this name.
_TRIAL: Final = type_coerce(CAMPAIGN_SERIES.c.series, Text).like('%"gaps":"trial"%')
_HEARD: Final = (
    select(
        TOUCHES.c.enrolment_id,
        TOUCHES.c.number,
        TOUCHES.c.fate_at,
        ENROLMENTS.c.touches_count,
        ENROLMENTS.c.end,
        ENROLMENTS.c.ended_at,
        CONTACTS.c.timezone,
        ACCOUNTS.c.timezone.label("account_timezone"),
        _TRIAL.label("trial"),
    )
    .select_from(
        TOUCHES.join(
            ENROLMENTS,
            and_(
                ENROLMENTS.c.workspace_id == TOUCHES.c.workspace_id,
                ENROLMENTS.c.id == TOUCHES.c.enrolment_id,
            ),
        )
        .join(
            CAMPAIGN_SERIES,
            and_(
                CAMPAIGN_SERIES.c.workspace_id == TOUCHES.c.workspace_id,
                CAMPAIGN_SERIES.c.campaign_id == TOUCHES.c.campaign_id,
                CAMPAIGN_SERIES.c.version == TOUCHES.c.version,
            ),
        )
        .join(
            CONTACTS,
            and_(
                CONTACTS.c.workspace_id == TOUCHES.c.workspace_id,
                CONTACTS.c.id == TOUCHES.c.contact_id,
            ),
        )
        .outerjoin(
            ACCOUNTS,
            and_(
                ACCOUNTS.c.workspace_id == CONTACTS.c.workspace_id,
                ACCOUNTS.c.id == CONTACTS.c.account_id,
            ),
        )
    )
    .where(own(TOUCHES), TOUCHES.c.fate == Fate.ACCEPTED.value)
    .order_by(TOUCHES.c.id.desc())
    .limit(_SIZE)
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
        since, of = at - limit.within, _of(limit, subject)
        left = limit.count - self._under_way(
            limit, of, at=at, besides=besides, with_begun=with_begun
        )
        if left <= 0:
            return at + limit.within
        row = self._scope.row(_NTH_LATEST[limit.over], since=since, nth=left - 1, size=1, **of)
        return at if row is None else max(at, row["settled_at"] + limit.within)

    def taken(
        self,
        limit: Limit,
        subject: str,
        *,
        at: datetime,
        besides: ContactId,
        with_begun: bool,
    ) -> Sequence[datetime]:
        """Return the instants of what a limit counts at `at`, sorted; the latest, at most `count`.

        The same mails as `room_at` counts.
        """
        since, of = at - limit.within, _of(limit, subject)
        count = self._under_way(limit, of, at=at, besides=besides, with_begun=with_begun)
        under_way = [at] * min(count, limit.count)
        rows = self._scope.rows(
            _LATEST[limit.over], since=since, size=limit.count - len(under_way), **of
        )
        return [*(row["settled_at"] for row in reversed(rows)), *under_way]

    def _under_way(
        self,
        limit: Limit,
        of: Mapping[str, str],
        *,
        at: datetime,
        besides: ContactId,
        with_begun: bool,
    ) -> int:
        count = self._scope.count(_GOING[limit.over], besides=besides, **of)
        if with_begun:
            named = {} if limit.over is Over.CONTACT else {"besides": besides}
            since, until = at - limit.within, at + limit.within
            count += self._scope.count(_BEGUN[limit.over], since=since, until=until, **named, **of)
        return count

    def first_at(self) -> datetime | None:
        """Return when the mailbox wrote its first mail; None before."""
        row = self._scope.row(_FIRST)
        found = None if row is None else next(iter(row.values()))
        assert found is None or isinstance(found, datetime), "an instant column"
        return found

    def heard(self, *, count_max: int) -> Sequence[Heard]:
        """Return the latest touches that were accepted."""
        return tuple(
            Heard(
                enrolment_id=EnrolmentId(row["enrolment_id"]),
                number=row["number"],
                sent_at=row["fate_at"],
                last=row["number"] >= row["touches_count"],
                timezone=row["timezone"] or row["account_timezone"] or "",
                end=End(row["end"]) if row["end"] else None,
                ended_at=row["ended_at"],
                trial=bool(row["trial"]),
            )
            for row in self._scope.rows(_HEARD, size=count_max)
        )


def _of(limit: Limit, subject: str) -> Mapping[str, str]:
    return {} if limit.over is Over.MAILBOX else {"key": subject}
