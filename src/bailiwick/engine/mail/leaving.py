"""Opt-outs that no step proposed: by the link in a mail, by a complaint, by a list."""

from datetime import datetime

from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.record import RecordKind
from bailiwick.engine.recipient.stopping import left_topic, stop
from bailiwick.ports.unit import Unit


def leave_topic(unit: Unit, address_hash: str, topic: str, *, source: str, at: datetime) -> bool:
    """Note that whoever has this address wants no more of a topic, on record; False when known.

    Their campaigns of that topic end with it.
    """
    new, contact_id = unit.opt_outs.leave(address_hash, topic, source=source, at=at)
    if contact_id is not None:
        left_topic(unit, contact_id, topic, at=at)
    if new:
        unit.records.append(
            RecordKind.FLAGGED,
            subject=contact_id or "address",
            payload={"flag": "topic_left", "value": True, "topic": topic, "source": source},
            at=at,
            contact_id=contact_id,
        )
    return new


def leave_alone(
    unit: Unit, address_hash: str, *, source: str, at: datetime, end: End = End.OPTED_OUT
) -> bool:
    """Opt out whoever has this address, on record; False when they were already.

    Their campaigns end with it. The one way in which an opt-out is taken that no step proposed: by
    a link, a complaint, a list.
    """
    new, contact_id = unit.opt_outs.opt_out(address_hash, source=source, at=at)
    if new:
        unit.records.append(
            RecordKind.FLAGGED,
            subject=contact_id or "address",
            payload={"flag": "suppressed", "value": True, "source": source},
            at=at,
            contact_id=contact_id,
        )
    if contact_id is not None:
        stop(unit, contact_id, end, at=at)
    return new
