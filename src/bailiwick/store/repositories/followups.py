"""What waits outside campaigns, each list bounded and found by an index."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, String, and_, bindparam, func, or_, select

from bailiwick.domain.campaign.enrolment import Stage
from bailiwick.domain.crm import Account
from bailiwick.domain.ids import ContactId, MessageId
from bailiwick.domain.message import Direction
from bailiwick.ports.followups import Correspondence, Quiet, Standing, Word
from bailiwick.store.mail_codec import mail_from_json, reading_from_json
from bailiwick.store.repositories.contacts import account_of, contacts_of, opportunity
from bailiwick.store.scope import Rows, Scope, own
from bailiwick.store.tables.campaigns import ENROLMENTS
from bailiwick.store.tables.crm import (
    ACCOUNTS,
    ACTIVITIES,
    CONTACT_ADDRESSES,
    CONTACTS,
    OPPORTUNITIES,
    TASKS,
)
from bailiwick.store.tables.knowledge import SUPPRESSIONS
from bailiwick.store.tables.mail import MAIL_THREADS, MESSAGES
from bailiwick.store.tables.schema import Instant

THESE_COUNT_MAX: Final = 500  # ours: names in one statement
_ASKS: Final = frozenset("?\uff1f\u061f")
_SIZE: Final = bindparam("size", type_=Integer)
_SINCE: Final = bindparam("since", type_=Instant)
_AT: Final = bindparam("at", type_=Instant)
_THESE: Final = bindparam("these", expanding=True, type_=String)
_THREADS: Final = (
    select(MAIL_THREADS.c.id, MAIL_THREADS.c.contact_id, MAIL_THREADS.c.subject)
    .where(
        own(MAIL_THREADS), MAIL_THREADS.c.last_at >= _SINCE, MAIL_THREADS.c.contact_id.is_not(None)
    )
    .order_by(MAIL_THREADS.c.last_at.desc(), MAIL_THREADS.c.id)
    .limit(_SIZE)
)
_WORDS: Final = (
    select(
        MESSAGES.c.id,
        MESSAGES.c.thread_id,
        MESSAGES.c.direction,
        MESSAGES.c.received_at,
        MESSAGES.c.reading,
    )
    .where(own(MESSAGES), MESSAGES.c.thread_id.in_(_THESE), MESSAGES.c.received_at >= _SINCE)
    .order_by(MESSAGES.c.received_at.desc(), MESSAGES.c.id.desc())
)
_TEXTS: Final = select(MESSAGES.c.id, MESSAGES.c.mail).where(
    own(MESSAGES), MESSAGES.c.id.in_(_THESE)
)
_LIVING: Final = and_(CONTACTS.c.deleted_at.is_(None), CONTACTS.c.id.in_(_THESE))
_PEOPLE: Final = select(CONTACTS).where(own(CONTACTS), _LIVING)
_STANDING: Final = select(
    CONTACTS.c.id,
    CONTACTS.c.account_id,
    CONTACTS.c.sent_count,
    CONTACTS.c.received_count,
    CONTACTS.c.last_inbound_at,
    CONTACTS.c.opt_out_doubtful,
    select(SUPPRESSIONS.c.id)
    .join(
        CONTACT_ADDRESSES,
        and_(
            CONTACT_ADDRESSES.c.workspace_id == SUPPRESSIONS.c.workspace_id,
            CONTACT_ADDRESSES.c.address_hash == SUPPRESSIONS.c.address_hash,
        ),
    )
    .where(own(SUPPRESSIONS), CONTACT_ADDRESSES.c.contact_id == CONTACTS.c.id)
    .correlate(CONTACTS)
    .exists()
    .label("suppressed"),
    select(ENROLMENTS.c.id)
    .where(
        own(ENROLMENTS),
        ENROLMENTS.c.contact_id == CONTACTS.c.id,
        ENROLMENTS.c.stage != Stage.ENDED.value,
    )
    .correlate(CONTACTS)
    .exists()
    .label("enrolled"),
).where(own(CONTACTS), _LIVING)
_COMPANIES: Final = select(ACCOUNTS).where(own(ACCOUNTS), ACCOUNTS.c.id.in_(_THESE))
_OPEN_TASK: Final = (
    select(TASKS.c.id)
    .where(own(TASKS), TASKS.c.contact_id == OPPORTUNITIES.c.contact_id, TASKS.c.done_at.is_(None))
    .correlate(OPPORTUNITIES)
    .exists()
)
_OF_DEAL: Final = or_(
    ACTIVITIES.c.opportunity_id == OPPORTUNITIES.c.id,
    and_(
        ACTIVITIES.c.contact_id == OPPORTUNITIES.c.contact_id,
        ACTIVITIES.c.opportunity_id.is_(None),
    ),
)
_TO_COME: Final = (
    select(ACTIVITIES.c.id)
    .where(own(ACTIVITIES), _OF_DEAL, ACTIVITIES.c.at > _AT)
    .correlate(OPPORTUNITIES)
    .exists()
)
_LAST_ACTIVITY: Final = (
    select(func.max(ACTIVITIES.c.at))
    .where(own(ACTIVITIES), _OF_DEAL)
    .correlate(OPPORTUNITIES)
    .scalar_subquery()
)
_QUIET: Final = (
    select(OPPORTUNITIES, _LAST_ACTIVITY.label("last_activity_at"))
    .where(own(OPPORTUNITIES), OPPORTUNITIES.c.closed.is_(False), ~_OPEN_TASK, ~_TO_COME)
    .order_by(OPPORTUNITIES.c.id.desc())
    .limit(_SIZE)
)


class SqlFollowups:
    """Reads what waits in one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def correspondence(self, *, since: datetime, count_max: int) -> Sequence[Correspondence]:
        """Return threads with a known contact that had mail since an instant, latest first."""
        threads = self._scope.rows(_THREADS, since=since, size=count_max)
        words: dict[str, list[Word]] = {row["id"]: [] for row in threads}
        for row in self._each(_WORDS, list(words), since=since):
            words[row["thread_id"]].append(_word(row))
        return tuple(
            Correspondence(
                thread_id=row["id"],
                contact_id=ContactId(row["contact_id"]),
                subject=row["subject"],
                words=tuple(words[row["id"]]),
            )
            for row in threads
        )

    def standings(self, contacts: Collection[ContactId]) -> Mapping[ContactId, Standing]:
        """Return people who have not been deleted."""
        people = {
            contact.contact_id: contact
            for these in _parts(list(contacts))
            for contact in contacts_of(self._scope, _PEOPLE, these=these)
        }
        rows = {row["id"]: row for row in self._each(_STANDING, list(people))}
        companies = self._companies({p.account_id for p in people.values() if p.account_id})
        found: dict[ContactId, Standing] = {}
        for contact_id, contact in people.items():
            row, flags = rows[contact_id], contact.flags
            raised = flags.do_not_contact or flags.bounced or flags.unsubscribed
            found[contact_id] = Standing(
                contact=contact,
                account=companies.get(contact.account_id or ""),
                sent_count=row["sent_count"],
                received_count=row["received_count"],
                last_inbound_at=row["last_inbound_at"],
                forbidden=raised or row["opt_out_doubtful"] or bool(row["suppressed"]),
                enrolled=bool(row["enrolled"]),
            )
        return found

    def asking(self, messages: Collection[MessageId]) -> frozenset[MessageId]:
        """Return which of these mails ask something in their own words."""
        return frozenset(
            message_id for message_id, said in self._said(messages) if not _ASKS.isdisjoint(said)
        )

    def texts(self, messages: Collection[MessageId]) -> Mapping[MessageId, str]:
        """Return what the writers of these mails said in their own words."""
        return dict(self._said(messages))

    def quiet_deals(self, *, at: datetime, count_max: int) -> Sequence[Quiet]:
        """Return open deals in which nothing is planned, the latest first."""
        rows = self._scope.rows(_QUIET, at=at, size=count_max)
        companies = self._companies({row["account_id"] for row in rows if row["account_id"]})
        return tuple(
            Quiet(
                deal=opportunity(row),
                account=companies.get(row["account_id"] or ""),
                at=max(
                    one
                    for one in (row["created_at"], row["updated_at"], row["last_activity_at"])
                    if one is not None
                ),
            )
            for row in rows
        )

    def _said(self, messages: Collection[MessageId]) -> Iterator[tuple[MessageId, str]]:
        for row in self._each(_TEXTS, list(messages)):
            yield MessageId(row["id"]), mail_from_json(row["mail"]).own_text

    def _companies(self, accounts: Collection[str]) -> Mapping[str, Account]:
        return {row["id"]: account_of(row) for row in self._each(_COMPANIES, sorted(accounts))}

    def _each(
        self, statement: Rows, these: Sequence[str], **values: datetime
    ) -> Iterator[RowMapping]:
        """Yield the rows for many names, a bounded number of names at a time."""
        for part in _parts(these):
            yield from self._scope.rows(statement, these=part, **values)


def _parts(these: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(these), THESE_COUNT_MAX):
        yield list(these[start : start + THESE_COUNT_MAX])


def _word(row: RowMapping) -> Word:
    return Word(
        message_id=MessageId(row["id"]),
        direction=Direction(row["direction"]),
        at=row["received_at"],
        reading=None if row["reading"] is None else reading_from_json(row["reading"]),
    )
