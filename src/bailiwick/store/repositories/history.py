"""Stored mail as domain values, and the mail between us and one contact."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, bindparam, func, select

from bailiwick.domain.action import Action
from bailiwick.domain.ids import ContactId, MessageId, ThreadId
from bailiwick.domain.message import Direction, Message
from bailiwick.domain.receipt import EffectState
from bailiwick.ports.crm import History
from bailiwick.store.mail_codec import mail_from_json, reading_from_json
from bailiwick.store.repositories.contacts import SIZE, contact_row
from bailiwick.store.scope import Scope, aside, key, own
from bailiwick.store.tables.ledger import EFFECTS
from bailiwick.store.tables.mail import MAIL_THREADS, MESSAGES
from bailiwick.store.tables.schema import Instant

UNANSWERED_LOOKED_AT_MAX: Final = 20  # ours: the newest inbound mails among which one is unanswered
_SENT_LOOKED_AT_MAX: Final = 50  # ours: deliveries after a mail that may have answered it
_MESSAGE: Final = select(MESSAGES).where(own(MESSAGES), MESSAGES.c.id == key())
_LATEST: Final = (
    select(MESSAGES)
    .where(own(MESSAGES), MESSAGES.c.contact_id == key(), MESSAGES.c.direction == key("direction"))
    .order_by(MESSAGES.c.received_at.desc(), MESSAGES.c.id.desc())
    .limit(SIZE)
)
_COUNT: Final = (
    select(func.count())
    .select_from(MESSAGES)
    .where(own(MESSAGES), MESSAGES.c.contact_id == key(), MESSAGES.c.direction == key("direction"))
)
_AT: Final = bindparam("at", type_=Instant)
_LATER_OUTBOUND: Final = (
    select(MESSAGES.c.id)
    .where(
        own(MESSAGES),
        MESSAGES.c.thread_id == key(),
        MESSAGES.c.direction == Direction.OUTBOUND.value,
        MESSAGES.c.received_at >= _AT,
    )
    .limit(1)
)
_SENT_SINCE: Final = (
    select(EFFECTS.c.args)
    .where(
        own(EFFECTS),
        EFFECTS.c.contact_id == key(),
        aside(EFFECTS.c.action) == Action.SEND_MESSAGE.value,
        EFFECTS.c.state == EffectState.SENT.value,
        EFFECTS.c.settled_at >= _AT,
    )
    .order_by(EFFECTS.c.settled_at)
    .limit(_SENT_LOOKED_AT_MAX)
)
_OURS: Final = select(MAIL_THREADS.c.ours).where(own(MAIL_THREADS), MAIL_THREADS.c.id == key())


def message(scope: Scope, message_id: MessageId) -> Message | None:
    """Return one stored message."""
    row = scope.row(_MESSAGE, key=message_id)
    return None if row is None else stored_message(row)


def history(scope: Scope, contact_id: ContactId, *, each_max: int) -> History:
    """Return the latest mail of each direction, and the newest that nobody has answered."""
    sent = latest(scope, contact_id, Direction.OUTBOUND, each_max)
    received = latest(scope, contact_id, Direction.INBOUND, max(each_max, UNANSWERED_LOOKED_AT_MAX))
    unanswered = _unanswered(scope, contact_id, received)
    ours = False
    if unanswered is not None:
        row = scope.row(_OURS, key=unanswered.thread_id)
        ours = row is not None and row["ours"]
    known = contact_row(scope, contact_id)
    return History(
        sent=tuple(sent),
        received=tuple(received[:each_max]),
        # A mail that was sent counts before its copy is found in the Sent folder.
        sent_count=max(
            _count(scope, contact_id, Direction.OUTBOUND), known["sent_count"] if known else 0
        ),
        received_count=_count(scope, contact_id, Direction.INBOUND),
        unanswered=unanswered,
        thread_ours=ours,
    )


def stored_message(row: RowMapping) -> Message:
    """Read a stored message."""
    return Message(
        message_id=MessageId(row["id"]),
        thread_id=ThreadId(row["thread_id"]),
        direction=Direction(row["direction"]),
        contact_id=ContactId(row["contact_id"]) if row["contact_id"] else None,
        mail=mail_from_json(row["mail"]),
        reading=None if row["reading"] is None else reading_from_json(row["reading"]),
        received_at=row["received_at"],
    )


def latest(
    scope: Scope, contact_id: ContactId, direction: Direction, size: int
) -> Sequence[Message]:
    """Return the latest mail of one direction, newest first."""
    rows = scope.rows(_LATEST, key=contact_id, direction=direction.value, size=size)
    return tuple(stored_message(row) for row in rows)


def _count(scope: Scope, contact_id: ContactId, direction: Direction) -> int:
    return scope.count(_COUNT, key=contact_id, direction=direction.value)


def _unanswered(scope: Scope, contact_id: ContactId, received: Sequence[Message]) -> Message | None:
    """Return the newest mail of a person when we wrote nothing after it in its thread."""
    for inbound in received:
        if inbound.mail.automatic or (inbound.reading is not None and inbound.reading.automatic):
            continue
        if scope.row(_LATER_OUTBOUND, key=inbound.thread_id, at=inbound.received_at) is not None:
            return None
        if _answered_by_effect(scope, contact_id, inbound.mail.rfc_message_id, inbound.received_at):
            return None
        return inbound
    return None


def _answered_by_effect(
    scope: Scope, contact_id: ContactId, rfc_message_id: str, at: datetime
) -> bool:
    """Tell whether a delivered mail names it, whose copy in the Sent folder is not read yet."""
    for row in scope.rows(_SENT_SINCE, key=contact_id, at=at):
        mail = row["args"].get("mail", {})
        if rfc_message_id and rfc_message_id in (mail["in_reply_to"], *mail["references"]):
            return True
    return False
