"""Signals: what happened and nobody has handled yet, and which contacts the next sweep looks at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, case, or_, select, update

from bailiwick.domain.ids import ContactId, MessageId, SignalId
from bailiwick.domain.provenance import Trust
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.store.scope import Scope, own
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, CONTACTS
from bailiwick.store.tables.knowledge import SUPPRESSIONS
from bailiwick.store.tables.schema import Instant
from bailiwick.store.tables.work import SIGNALS

_SIZE: Final = bindparam("size", type_=Integer)
_AT: Final = bindparam("at", type_=Instant)
_OPEN_SIGNALS: Final = (
    select(SIGNALS)
    .where(own(SIGNALS), SIGNALS.c.handled_at.is_(None))
    .order_by(SIGNALS.c.id)
    .limit(_SIZE)
)
_SUPPRESSED: Final = (
    select(CONTACT_ADDRESSES.c.id)
    .join(
        SUPPRESSIONS,
        (SUPPRESSIONS.c.workspace_id == CONTACT_ADDRESSES.c.workspace_id)
        & (SUPPRESSIONS.c.address_hash == CONTACT_ADDRESSES.c.address_hash),
    )
    .where(
        CONTACT_ADDRESSES.c.workspace_id == CONTACTS.c.workspace_id,
        CONTACT_ADDRESSES.c.contact_id == CONTACTS.c.id,
    )
    .exists()
)
_WAITS_FOR_ANSWER: Final = or_(
    CONTACTS.c.last_inbound_at > CONTACTS.c.last_outbound_at,
    CONTACTS.c.last_inbound_at.is_not(None) & CONTACTS.c.last_outbound_at.is_(None),
)
_DUE: Final = (
    select(CONTACTS.c.id)
    .where(
        own(CONTACTS),
        CONTACTS.c.due_at <= _AT,
        CONTACTS.c.deleted_at.is_(None),
        CONTACTS.c.do_not_contact.is_(False),
        CONTACTS.c.unsubscribed.is_(False),
        CONTACTS.c.bounced.is_(False),
        ~_SUPPRESSED,
    )
    .order_by(case((_WAITS_FOR_ANSWER, 0), else_=1), CONTACTS.c.due_at, CONTACTS.c.id)
    .limit(_SIZE)
)


class SignalRows:
    """Signals of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add_signal(self, signal: Signal) -> bool:
        """Store a signal; False when its dedupe key is known."""
        return self._scope.insert_new(
            SIGNALS,
            {
                "id": signal.signal_id,
                "kind": signal.kind.value,
                "contact_id": signal.contact_id,
                "message_id": signal.message_id,
                "trust": signal.trust.value,
                "dedupe_key": signal.dedupe_key,
                "received_at": signal.received_at,
                "created_at": self._scope.clock.now(),
            },
            unique=("dedupe_key",),
        )

    def open_signals(self, *, count_max: int) -> Sequence[Signal]:
        """Return signals that nobody has handled, oldest first."""
        return tuple(_signal(row) for row in self._scope.rows(_OPEN_SIGNALS, size=count_max))

    def close_signal(self, signal_id: SignalId, *, at: datetime) -> bool:
        """Mark an open signal handled; False when somebody handled it before."""
        changed = self._scope.change(
            update(SIGNALS)
            .where(own(SIGNALS), SIGNALS.c.id == signal_id, SIGNALS.c.handled_at.is_(None))
            .values(handled_at=at)
        )
        return changed == 1

    def due_contacts(self, *, at: datetime, count_max: int) -> Sequence[ContactId]:
        """Select, as one set, contacts whose `due_at` has come; suppressed ones left out.

        Who waits for an answer comes first, then who has been due the longest.
        """
        return tuple(ContactId(row["id"]) for row in self._scope.rows(_DUE, at=at, size=count_max))

    def set_due(self, contact_id: ContactId, due_at: datetime | None) -> None:
        """Say when the next sweep should look at a contact."""
        self._scope.change(
            update(CONTACTS).where(own(CONTACTS), CONTACTS.c.id == contact_id).values(due_at=due_at)
        )


def _signal(row: RowMapping) -> Signal:
    return Signal(
        signal_id=SignalId(row["id"]),
        kind=SignalKind(row["kind"]),
        contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
        message_id=MessageId(row["message_id"]) if row["message_id"] else None,
        trust=Trust(row["trust"]),
        received_at=row["received_at"],
        dedupe_key=row["dedupe_key"],
    )
