"""Keeps the list of topics that recipients may leave one by one; a supervisor does that."""

from dataclasses import dataclass

from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.domain.topic import TITLE_CHARS_MAX, TOPICS_COUNT_MAX, Topic, check_topic
from bailiwick.engine.people.roles import require_role
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Units


class UnableToKeepTopic(InputFault):
    """The topic cannot be added or removed; the message says why and what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicKeeping:
    """Changes the topics of one workspace, each change on record."""

    units: Units
    clock: Clock

    def add(self, name: str, title: str, *, by: PersonId) -> Topic:
        """Offer a topic; recipients read its title. Raises UnableToKeepTopic."""
        topic = Topic(name=name.strip(), title=one_line(title))
        _require(topic)
        with self.units.write() as unit:
            require_role(unit, by, Role.SUPERVISOR, what="change topics", fault=UnableToKeepTopic)
            at = self.clock.now()
            if len(unit.topics.list()) >= TOPICS_COUNT_MAX:
                message = f"a workspace has at most {TOPICS_COUNT_MAX} topics; remove one"
                raise UnableToKeepTopic(message)
            if not unit.topics.add(topic, at=at):
                message = f"there is a topic {topic.name!r} already"
                raise UnableToKeepTopic(message)
            payload = {"event": "topic_added", "topic": topic.name, "by": by}
            unit.records.append(RecordKind.TOPIC, subject=topic.name, payload=payload, at=at)
            unit.commit()
        return topic

    def remove(self, name: str, *, by: PersonId) -> None:
        """Offer a topic no more; who left it stays known. Raises UnableToKeepTopic."""
        with self.units.write() as unit:
            require_role(unit, by, Role.SUPERVISOR, what="change topics", fault=UnableToKeepTopic)
            if not unit.topics.remove(name):
                message = f"there is no topic {name!r}; `bailiwick topics list` shows them"
                raise UnableToKeepTopic(message)
            payload = {"event": "topic_removed", "topic": name, "by": by}
            at = self.clock.now()
            unit.records.append(RecordKind.TOPIC, subject=name, payload=payload, at=at)
            unit.commit()


def _require(topic: Topic) -> None:
    try:
        check_topic(topic.name)
    except ValueError as error:
        raise UnableToKeepTopic(str(error)) from error
    if not topic.name or not 1 <= len(topic.title) <= TITLE_CHARS_MAX:
        message = f"a topic has a name, and a title of 1 to {TITLE_CHARS_MAX} characters"
        raise UnableToKeepTopic(message)
