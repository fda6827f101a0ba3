"""Lets somebody be written to again who asked for it: a person does that, with proof, on record.

An opt-out ends in no other way. What the person's own wish does not undo (a dead address, a
complaint, our own note not to write) is named one by one, or nothing is lifted. Decision 0036.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bailiwick.domain.consent import (
    EVIDENCE_CHARS_MAX,
    Bar,
    Basis,
    Channel,
    Consent,
    ConsentPurpose,
    ConsentState,
)
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import ContactId, MessageId, PersonId
from bailiwick.domain.message import Direction
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
from bailiwick.engine.permission.consenting import take_down
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units

SOURCE: Final = "asked to come back"
REASON_CHARS_MAX: Final = 2_000  # ours: as of every reason that people read
_MESSAGE: Final = "message:"


class UnableToLift(InputFault):
    """Nobody can be written to again like this; the message says why and what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """That somebody is written to again, why, and what proves that they asked for it."""

    contact_id: ContactId
    topic: str = ""
    """Empty: about everything but the topics that they left."""
    reason: str
    evidence: str
    """The form's entry, a file, or `message:<id>` of their own mail."""
    asked_at: datetime | None = None
    """When they asked; now, or when the message came."""
    despite: frozenset[Bar] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """What was lifted, and the statement that goes with it."""

    contact_id: ContactId
    topic: str
    consent: Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """Lifts opt-outs of one workspace."""

    units: Units
    clock: Clock

    def lift(self, wish: Wish, *, by: PersonId) -> Lifted:
        """Write to somebody again, wholly or about a topic; an admin does. Raises UnableToLift."""
        wish = replace(wish, reason=wish.reason.strip(), evidence=one_line(wish.evidence))
        with self.units.write() as unit:
            require_role(unit, by, Role.ADMIN, what="lift an opt-out", fault=UnableToLift)
            at = self.clock.now()
            _require(unit, wish)
            asked_at = _asked_at(unit, wish, at=at)
            if wish.topic:
                _lift_topic(unit, wish, asked_at=asked_at, at=at)
            else:
                _lift_all(unit, wish, asked_at=asked_at, at=at)
            said = _said(wish, asked_at)
            consent = take_down(unit, said, by=by, at=at)
            _record(unit, wish, consent, by=by, at=at)
            unit.commit()
        return Lifted(contact_id=wish.contact_id, topic=wish.topic, consent=consent)


def _require(unit: Unit, wish: Wish) -> None:
    if unit.crm.contact(wish.contact_id) is None:
        message = f"there is no contact {wish.contact_id!r}; import them first"
        raise UnableToLift(message)
    if not 1 <= len(wish.reason) <= REASON_CHARS_MAX:
        message = f"a reason of 1 to {REASON_CHARS_MAX} characters is needed: it is recorded"
        raise UnableToLift(message)
    if not 1 <= len(wish.evidence) <= EVIDENCE_CHARS_MAX:
        message = (
            f"what proves that they asked is needed, in 1 to {EVIDENCE_CHARS_MAX} characters: "
            "the form's entry, a file, or message:<id> of their mail"
        )
        raise UnableToLift(message)


def _asked_at(unit: Unit, wish: Wish, *, at: datetime) -> datetime:
    if not wish.evidence.startswith(_MESSAGE):
        return wish.asked_at or at
    if wish.asked_at is not None:
        message = "the message tells when they asked; leave the instant out"
        raise UnableToLift(message)
    found = unit.crm.message(MessageId(wish.evidence.removeprefix(_MESSAGE)))
    theirs = found is not None and found.contact_id == wish.contact_id
    if found is None or not theirs or found.direction is not Direction.INBOUND:
        message = f"{wish.evidence!r} is no mail of theirs; name the one in which they asked"
        raise UnableToLift(message)
    return found.received_at


def _lift_all(unit: Unit, wish: Wish, *, asked_at: datetime, at: datetime) -> None:
    alone = unit.opt_outs.left_alone(wish.contact_id)
    denied_at = _denied_at(unit, wish.contact_id, at=at)
    if not alone.closed:
        message = f"{wish.contact_id!r} is not left alone; nothing was changed"
        raise UnableToLift(message)
    missing = sorted(bar.value for bar in alone.bars - wish.despite)
    if missing:
        message = f"{', '.join(missing)}: say that it is lifted despite that, or leave them alone"
        raise UnableToLift(message)
    _require_later(asked_at, alone.since, denied_at)
    unit.opt_outs.lift(wish.contact_id)
    unit.consents.add(replace(_said(wish, asked_at), purpose=ConsentPurpose.CONTACT))
    unit.runs.set_due(wish.contact_id, at)


def _lift_topic(unit: Unit, wish: Wish, *, asked_at: datetime, at: datetime) -> None:
    left = unit.opt_outs.topic_left(wish.contact_id, wish.topic)
    if not left:
        message = f"{wish.contact_id!r} did not leave the topic {wish.topic!r}"
        raise UnableToLift(message)
    if closed_to_advertising(unit, wish.contact_id, at=at):
        message = (
            "they want no advertising at all, or no mail: a topic alone does not lift that; "
            "lift everything first, if they asked for it"
        )
        raise UnableToLift(message)
    _require_later(asked_at, max(one.at for one in left))
    unit.opt_outs.rejoin(wish.contact_id, wish.topic)


def closed_to_advertising(unit: Unit, contact_id: ContactId, *, at: datetime) -> bool:
    """Tell whether somebody is left alone about everything, or refused advertising as a whole."""
    closed = unit.opt_outs.left_alone(contact_id).closed
    return closed or _denied_at(unit, contact_id, at=at) is not None


def _denied_at(unit: Unit, contact_id: ContactId, *, at: datetime) -> datetime | None:
    """Return when they refused advertising, if that is their latest word."""
    denials = (
        one.valid_from
        for one in unit.consents.current(contact_id, at=at)
        if one.state is ConsentState.DENIED
        and one.purpose is ConsentPurpose.MARKETING
        and one.channel is Channel.MAIL
    )
    return next(denials, None)


def _require_later(asked_at: datetime, *opted_out: datetime | None) -> None:
    latest = max((one for one in opted_out if one is not None), default=None)
    if latest is not None and asked_at <= latest:
        message = f"they asked before they opted out ({latest.isoformat()}): that is over"
        raise UnableToLift(message)


def _said(wish: Wish, asked_at: datetime) -> Consent:
    return Consent(
        contact_id=wish.contact_id,
        purpose=ConsentPurpose.MARKETING,
        state=ConsentState.GRANTED,
        lawful_basis=Basis.CONSENT,
        source=f"{SOURCE}: {wish.topic}" if wish.topic else SOURCE,
        evidence=wish.evidence,
        valid_from=asked_at,
    )


def _record(unit: Unit, wish: Wish, consent: Consent, *, by: PersonId, at: datetime) -> None:
    about = {"flag": "topic_left", "topic": wish.topic} if wish.topic else {"flag": "suppressed"}
    unit.records.append(
        RecordKind.FLAGGED,
        subject=wish.contact_id,
        payload={
            **about,
            "value": False,
            "by": by,
            "reason": wish.reason,
            "note": wish.evidence,
            "asked_at": consent.valid_from.isoformat(),
            "consent": consent.consent_id,
            "despite": sorted(bar.value for bar in wish.despite),
        },
        at=at,
        contact_id=wish.contact_id,
    )
