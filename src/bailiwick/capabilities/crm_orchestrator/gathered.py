"""What hydrate and load_history find, in typed form: counts, instants, readings; never a text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bailiwick.domain.crm import Account, Contact, Opportunity, Task
from bailiwick.domain.fact import Fact
from bailiwick.domain.ids import MessageId
from bailiwick.domain.message import Direction, Message, Parse
from bailiwick.domain.reader.score import (
    NOTHING_HEARD,
    Warmth,
    conversation_warmth,
    heard_in,
)
from bailiwick.domain.reading import Intent, Reading
from bailiwick.ports.crm import History

_NOBODY = frozenset({Intent.AUTO_REPLY, Intent.BOUNCED, Intent.SPAM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What the customer database holds around one contact."""

    account: Account | None = None
    facts: tuple[Fact, ...] = ()
    """At most eight, about contact and account, the surest first."""
    company: tuple[Fact, ...] = ()
    """All that is known of the account, within a bound; used to tell how much is known."""
    deals: tuple[Opportunity, ...] = ()
    tasks: tuple[Task, ...] = ()
    enriched_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One received message as the planner may know it."""

    message_id: MessageId
    received_at: datetime
    reading: Reading | None
    """The typed record; None when the message could not be read."""
    from_contact: bool
    """The sender is one of the contact's own addresses."""
    usable: bool
    """Parsed within limits; from a quarantined message nothing is planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """The mail between us and one contact, counted and dated."""

    sent_count: int = 0
    received_count: int = 0
    last_sent_at: datetime | None = None
    last_received_at: datetime | None = None
    replied: bool = False
    """A person, not a machine, has written to us among the latest mails."""
    unanswered: Inbound | None = None
    opt_outs: tuple[Inbound, ...] = ()
    """Latest received messages that ask to stop, the doubtful ones too."""
    away_until: str = ""
    """ISO date of return that the contact's latest absence notices name, or empty."""
    warmth: Warmth = NOTHING_HEARD
    """How near to a purchase their latest words are."""


def correspondence(
    history: History, contact: Contact, *, signalled: Message | None, now: datetime
) -> Correspondence:
    """Derive counts, instants and the latest unanswered inbound from the stored mail."""
    came = {m.message_id: m for m in history.received}
    if signalled is not None and signalled.direction is Direction.INBOUND:
        came[signalled.message_id] = signalled
    received = [inbound(m, contact) for m in came.values()]
    unanswered = inbound(history.unanswered, contact) if history.unanswered else None
    return Correspondence(
        sent_count=history.sent_count,
        received_count=history.received_count,
        last_sent_at=max((m.mail.sent_at or m.received_at for m in history.sent), default=None),
        last_received_at=max((m.received_at for m in history.received), default=None),
        replied=any(_by_person(one) for one in received),
        unanswered=unanswered,
        opt_outs=_opt_outs([*received, *([unanswered] if unanswered else [])]),
        away_until=max(map(_return_on, received), default=""),
        warmth=conversation_warmth(heard_in(came.values()), now=now),
    )


def inbound(message: Message, contact: Contact) -> Inbound:
    """Return what a planner may know of a received message."""
    return Inbound(
        message_id=message.message_id,
        received_at=message.received_at,
        reading=message.reading,
        from_contact=message.mail.from_address in contact.addresses,
        usable=message.mail.parse is not Parse.QUARANTINED,
    )


def _return_on(one: Inbound) -> str:
    """Return when an absence notice of the contact says they are back, or nothing."""
    reading = one.reading
    if reading is None or not (reading.automatic and one.usable and one.from_contact):
        return ""
    return reading.return_on


def _by_person(one: Inbound) -> bool:
    reading = one.reading
    return reading is None or not (reading.automatic or reading.intent in _NOBODY)


def _opt_outs(received: Iterable[Inbound]) -> tuple[Inbound, ...]:
    asking = {
        one.message_id: one
        for one in received
        if one.usable and one.reading is not None and one.reading.opt_out
    }
    return tuple(asking[key] for key in sorted(asking))
