"""What the link in a mail does for its reader: one click is enough to be left alone.

Whoever holds a genuine token opts out whom it names, and nobody judges it: waiting for a person, a
plan or a worker would let the next mail out (RFC 8058; the suppression holds before the next queued
send). The one door that it opens is one that it closed: a topic that was left by the link is joined
by the link again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bailiwick.domain.consent import Basis, Consent, ConsentPurpose, ConsentState
from bailiwick.domain.ids import ContactId
from bailiwick.domain.record import RecordKind
from bailiwick.domain.topic import Topic
from bailiwick.engine.mail.leaving import leave_alone, leave_topic
from bailiwick.engine.permission.consenting import take_down
from bailiwick.engine.permission.lifting import closed_to_advertising
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units

SOURCE = "one_click"
RETURN_SOURCE = "preference page"
"""Where somebody consented who joined a topic again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A topic as the page offers it to one reader."""

    topic: Topic
    left: bool
    may_return: bool
    """The link closed it and may open it: nobody else, and nothing beside it, is in the way."""


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

    def topics(self, address_hash: str) -> tuple[Choice, ...]:
        """Return the topics, by title, and how this address stands to each."""
        with self._units.read() as unit:
            return self._choices(unit, address_hash)

    def rejoin(self, address_hash: str, names: Collection[str]) -> bool:
        """Write about these topics again to whoever left them by this link; tell whether it does.

        Each is a consent. Raises PortFault when the store is away: nothing was done.
        """
        at = self._clock.now()
        with self._units.write() as unit:
            back = [
                choice.topic.name
                for choice in self._choices(unit, address_hash)
                if choice.may_return and choice.topic.name in names
            ]
            contact_id = unit.opt_outs.owner(address_hash)
            if contact_id is None or not back:
                return False
            for topic in back:
                unit.opt_outs.rejoin(contact_id, topic)
                consent = take_down(unit, _said(contact_id, topic, at), by=SOURCE, at=at)
                payload = {"flag": "topic_left", "value": False, "topic": topic, "source": SOURCE}
                unit.records.append(
                    RecordKind.FLAGGED,
                    subject=contact_id,
                    payload={**payload, "consent": consent.consent_id},
                    at=at,
                    contact_id=contact_id,
                )
            unit.commit()
        return True

    def _choices(self, unit: Unit, address_hash: str) -> tuple[Choice, ...]:
        left = unit.opt_outs.topics_left(address_hash)
        contact_id = unit.opt_outs.owner(address_hash)
        found = sorted(unit.topics.list(), key=lambda topic: topic.title)
        # Whoever closed more than a topic, or had it closed elsewhere, asks a person.
        open_to = contact_id is not None and not closed_to_advertising(
            unit, contact_id, at=self._clock.now()
        )
        return tuple(
            Choice(
                topic=topic,
                left=topic.name in left,
                may_return=contact_id is not None
                and open_to
                and _left_here(unit, contact_id, topic.name),
            )
            for topic in found
        )

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


def _left_here(unit: Unit, contact_id: ContactId, topic: str) -> bool:
    left = unit.opt_outs.topic_left(contact_id, topic)
    return bool(left) and all(one.source == SOURCE for one in left)


def _said(contact_id: ContactId, topic: str, at: datetime) -> Consent:
    return Consent(
        contact_id=contact_id,
        purpose=ConsentPurpose.MARKETING,
        state=ConsentState.GRANTED,
        lawful_basis=Basis.CONSENT,
        source=RETURN_SOURCE,
        evidence=f"topic:{topic}, by a POST of the link in our mail",
        valid_from=at,
    )
