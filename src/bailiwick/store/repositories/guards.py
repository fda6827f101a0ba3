"""The readings that only the judge's standing needs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    String,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from bailiwick.domain.action import Action
from bailiwick.domain.consent import Channel, word
from bailiwick.domain.crm import Task
from bailiwick.domain.ids import PREFIX, ContactId, PersonId, RunId, StepId
from bailiwick.domain.mail_address import normalised
from bailiwick.domain.message import Direction, Message
from bailiwick.domain.receipt import EffectState
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.store.repositories.contacts import task
from bailiwick.store.repositories.history import latest
from bailiwick.store.scope import Scope, aside, key, own
from bailiwick.store.tables.crm import ACCOUNTS, CONTACT_ADDRESSES, CONTACTS, TASKS
from bailiwick.store.tables.knowledge import ANY_CONTACT, CONSENTS, SUPPRESSIONS
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.mail import MESSAGES
from bailiwick.store.tables.schema import Instant

_AT: Final = bindparam("at", type_=Instant)
_SUPPRESSED: Final = select(SUPPRESSIONS.c.id).where(
    own(SUPPRESSIONS), SUPPRESSIONS.c.address_hash == key()
)
_CONSENT: Final = (
    select(CONSENTS.c.state, CONSENTS.c.lawful_basis)
    .where(
        own(CONSENTS),
        CONSENTS.c.contact_id == key(),
        CONSENTS.c.purpose == key("purpose"),
        CONSENTS.c.channel == Channel.MAIL.value,
        CONSENTS.c.valid_from <= _AT,
        or_(CONSENTS.c.valid_to.is_(None), CONSENTS.c.valid_to > _AT),
    )
    # Of two statements of one instant the denial stands: "denied" sorts before "granted".
    .order_by(CONSENTS.c.valid_from.desc(), CONSENTS.c.state)
    .limit(1)
)
_SINCE: Final = bindparam("since", type_=Instant)
_ARGS: Final = type_coerce(EFFECTS.c.args, Text)
# The text is canonical JSON, where a quote inside a string is escaped: only the real key of the
# mail can match.
MARKETED: Final = _ARGS.like('%"purpose":"marketing"%')
"""An effect is a mail that advertises."""


def _sent_mail(contact_id: ColumnElement[str]) -> Select[int]:
    """Count the mails sent or being sent to a contact since an instant, a step left out."""
    return (
        select(func.count())
        .select_from(EFFECTS)
        .where(
            own(EFFECTS),
            EFFECTS.c.contact_id == contact_id,
            aside(EFFECTS.c.action) == Action.SEND_MESSAGE.value,
            EFFECTS.c.step_id != key("besides"),
            or_(
                EFFECTS.c.state == EffectState.SENDING.value,
                and_(
                    EFFECTS.c.state.in_((EffectState.SENT.value, EffectState.IN_DOUBT.value)),
                    EFFECTS.c.settled_at >= _SINCE,
                ),
            ),
        )
    )


def marketed(contact_id: ColumnElement[str]) -> Select[int]:
    """Count those of them that are for marketing."""
    return _sent_mail(contact_id).where(MARKETED)


_MARKETED: Final = marketed(key())
_UNATTENDED: Final = _sent_mail(key()).where(EFFECTS.c.approval_id.is_(None))
_OWNERS: Final = (
    select(CONTACT_ADDRESSES.c.contact_id)
    .join(
        CONTACTS,
        and_(
            CONTACTS.c.workspace_id == CONTACT_ADDRESSES.c.workspace_id,
            CONTACTS.c.id == CONTACT_ADDRESSES.c.contact_id,
        ),
    )
    .where(own(CONTACT_ADDRESSES), CONTACTS.c.deleted_at.is_(None))
)
_OWNER: Final = _OWNERS.where(CONTACT_ADDRESSES.c.address == key())
_HASH_OWNER: Final = _OWNERS.where(CONTACT_ADDRESSES.c.address_hash == key())
_WRITTEN: Final = (
    select(MESSAGES.c.id)
    .where(
        own(MESSAGES),
        MESSAGES.c.contact_id == key(),
        MESSAGES.c.direction == Direction.INBOUND.value,
        MESSAGES.c.created_at > _SINCE,
        type_coerce(MESSAGES.c.mail, Text).not_like('%"automatic":true%'),
    )
    .limit(1)
)

_OPEN_TASK: Final = select(TASKS).where(own(TASKS), TASKS.c.id == key(), TASKS.c.done_at.is_(None))
# Ids begin with the instant at which they were made, so that their order is that of age.
_TASK_OWNER: Final = func.coalesce(
    func.nullif(CONTACTS.c.owner_email, ""),
    func.nullif(ACCOUNTS.c.owner_email, ""),
    bindparam("otherwise", type_=String),
)
_OPEN_TASKS: Final = (
    select(TASKS, _TASK_OWNER.label("whose"))
    .outerjoin(CONTACTS, and_(own(CONTACTS), CONTACTS.c.id == TASKS.c.contact_id))
    .outerjoin(ACCOUNTS, and_(own(ACCOUNTS), ACCOUNTS.c.id == CONTACTS.c.account_id))
    .where(own(TASKS), TASKS.c.done_at.is_(None), TASKS.c.id > key())
    .order_by(TASKS.c.id)
    .limit(bindparam("size", type_=Integer))
)


def later(column: Column[datetime], at: datetime) -> ColumnElement[datetime]:
    """Return the later of what is stored and an instant: a late report moves nothing back."""
    return case((column > at, column), else_=literal(at, Instant))


def address_owner(scope: Scope, address: str) -> ContactId | None:
    """Return the living contact that an address belongs to."""
    form = normalised(address)
    row = None if form is None else scope.row(_OWNER, key=form)
    return None if row is None else ContactId(row["contact_id"])


def hash_owner(scope: Scope, address_hash: str) -> ContactId | None:
    """Return the living contact that has the address with this hash."""
    row = scope.row(_HASH_OWNER, key=address_hash)
    return None if row is None else ContactId(row["contact_id"])


class SqlGuards:
    """Guards of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def suppressed(self, address_hash: str) -> bool:
        """Tell whether an address asked to be left alone; locks the answer for this transaction."""
        self._scope.lock("address", address_hash, shared=True)
        return self._scope.row(_SUPPRESSED, key=address_hash) is not None

    def consent(self, contact_id: ContactId, *, purpose: str, at: datetime) -> str:
        """Return what holds for mail of a purpose: `granted`, `denied`, `implied` or `none`."""
        row = self._scope.row(_CONSENT, key=contact_id, purpose=purpose, at=at)
        return "none" if row is None else word(row["state"], row["lawful_basis"], purpose=purpose)

    def touches(self, contact_id: ContactId, *, since: datetime, besides: StepId) -> int:
        """Count marketing mails sent or being sent to a contact since an instant, a step left out.

        A row that is being delivered must not count against itself.
        """
        return self._scope.count(_MARKETED, key=contact_id, since=since, besides=besides)

    def automatic_in_thread(
        self, contact_id: ContactId, *, since: datetime, besides: StepId
    ) -> int:
        """Count mails sent to a contact without a person since an instant, a step left out."""
        return self._scope.count(_UNATTENDED, key=contact_id, since=since, besides=besides)

    def address_owner(self, address: str) -> ContactId | None:
        """Return the contact that an address belongs to."""
        return address_owner(self._scope, address)

    def ask_person(
        self,
        title: str,
        *,
        reason: str,
        contact_id: ContactId | None,
        run_id: RunId | None,
        key: str,
        at: datetime,
    ) -> None:
        """Leave a task for a person; the same key again changes nothing."""
        self._scope.insert_new(
            TASKS,
            {
                "id": self._scope.ids.new(PREFIX["task"]),
                "title": title,
                "reason": reason,
                "contact_id": contact_id,
                "run_id": run_id,
                "effect_key": key,
                "created_at": at,
            },
            unique=("effect_key",),
        )

    def mark_doubtful(self, contact_id: ContactId, *, doubtful: bool) -> None:
        """Note that a message may ask to stop, until a person has decided."""
        self._scope.change(
            update(CONTACTS)
            .where(own(CONTACTS), CONTACTS.c.id == contact_id)
            .values(opt_out_doubtful=doubtful, row_version=CONTACTS.c.row_version + 1)
        )

    def settle_doubt(self, contact_id: ContactId, *, by: PersonId, at: datetime) -> bool:
        """Lift the doubt whether a contact asks to stop; False when there is none."""
        changed = self._scope.change(
            update(CONTACTS)
            .where(own(CONTACTS), CONTACTS.c.id == contact_id, CONTACTS.c.opt_out_doubtful)
            .values(opt_out_doubtful=False, row_version=CONTACTS.c.row_version + 1)
        )
        if changed == 0:
            return False
        self._scope.insert(
            CONSENTS,
            {
                "id": self._scope.ids.new(PREFIX["consent"]),
                "contact_id": contact_id,
                "purpose": ANY_CONTACT,
                "channel": "mail",
                "state": "granted",
                "lawful_basis": "",
                "source": "person",
                "evidence": f"person:{by}",
                "valid_from": at,
                "created_at": at,
            },
        )
        return True

    def open_tasks(
        self,
        contact_id: ContactId | None,
        *,
        cursor: str | None,
        size: int,
        owner: str = "",
        otherwise: str = "",
    ) -> Page[Task]:
        """Return tasks that nobody has finished, of one contact or of all, oldest first."""
        size = min(size, PAGE_SIZE_MAX)
        statement = _OPEN_TASKS
        if contact_id is not None:
            statement = statement.where(TASKS.c.contact_id == contact_id)
        if owner:
            statement = statement.where(func.lower(_TASK_OWNER) == owner.lower())
        rows = self._scope.rows(statement, key=cursor or "", size=size + 1, otherwise=otherwise)
        found = [replace(task(row), owner_email=row["whose"]) for row in rows]
        return page_of(found, size=size, key=lambda one: one.task_id)

    def open_task(self, task_id: str) -> Task | None:
        """Return a task that nobody has finished."""
        row = self._scope.row(_OPEN_TASK, key=task_id)
        return None if row is None else task(row)

    def finish_task(self, task_id: str, *, at: datetime) -> bool:
        """Mark an open task done; False when there is none."""
        changed = self._scope.change(
            update(TASKS)
            .where(own(TASKS), TASKS.c.id == task_id, TASKS.c.done_at.is_(None))
            .values(done_at=at, row_version=TASKS.c.row_version + 1)
        )
        return changed == 1

    def mark_bounced(self, address: str) -> ContactId | None:
        """Note a permanent bounce of an address; returns the contact it belongs to."""
        contact_id = address_owner(self._scope, address)
        if contact_id is not None:
            self._scope.change(
                update(CONTACTS)
                .where(own(CONTACTS), CONTACTS.c.id == contact_id)
                .values(bounced=True, row_version=CONTACTS.c.row_version + 1)
            )
        return contact_id

    def received(self, contact_id: ContactId, *, count_max: int) -> Sequence[Message]:
        """Return the latest mail that came from a contact, newest first."""
        return latest(self._scope, contact_id, Direction.INBOUND, count_max)

    def written_since(self, contact_id: ContactId, *, since: datetime) -> bool:
        """Tell whether mail of the contact, not of a machine, came to us after an instant."""
        return self._scope.row(_WRITTEN, key=contact_id, since=since) is not None
