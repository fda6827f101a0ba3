"""Opt-outs that no step proposed: by the link in a mail, by a complaint, by a list.

One click is enough: whoever holds a genuine token opts out whom it names.

It only ever closes a door, so nobody judges it: waiting for a person, a plan or a worker would let
the next mail out (RFC 8058; the suppression holds before the next queued send).
"""

from collections.abc import Collection
from datetime import datetime

from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.record import RecordKind
from bailiwick.domain.topic import Topic
from bailiwick.engine.recipient.stopping import left_topic, stop
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units

SOURCE = "one_click"


class OptingOut:
    """Opts people of one workspace out."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    def opt_out(self, address_hash: str) -> bool:
        """Leave whoever has this address alone from now on; False when they were already.

        Raises PortFault when the store is away: nothing was done, and the caller must say so.
        """
        at = self._clock.now()
        with self._units.write() as unit:
            new = leave_alone(unit, address_hash, source=SOURCE, at=at)
            unit.commit()
        return new

    def topics(self, address_hash: str) -> tuple[tuple[Topic, bool], ...]:
        """Return the topics, by title, and whether this address left each."""
        with self._units.read() as unit:
            left = unit.opt_outs.topics_left(address_hash)
            found = sorted(unit.topics.list(), key=lambda topic: topic.title)
        return tuple((topic, topic.name in left) for topic in found)

    def leave(self, address_hash: str, names: Collection[str]) -> None:
        """Send no more of these topics to whoever has this address; unknown ones are left out.

        Raises PortFault when the store is away: nothing was done, and the caller must say so.
        """
        at = self._clock.now()
        with self._units.write() as unit:
            for topic in unit.topics.list():
                if topic.name in names:
                    leave_topic(unit, address_hash, topic.name, source=SOURCE, at=at)
            unit.commit()


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
