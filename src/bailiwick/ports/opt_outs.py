"""What a person who is written to may do alone: be left alone, wholly or about a topic."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bailiwick.domain.consent import LeftAlone
from bailiwick.domain.ids import ContactId
from bailiwick.domain.topic import Topic
from bailiwick.kit.paging import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """An address that is left alone, by its hash: the address itself is not kept."""

    opt_out_id: str
    address_hash: str
    topic: str
    """Empty: about everything."""
    reason: str
    source: str
    at: datetime


class OptOuts(Protocol):
    """Who is left alone."""

    def opt_out(
        self, address_hash: str, *, source: str, at: datetime
    ) -> tuple[bool, ContactId | None]:
        """Suppress every address of whoever has this one, and what is ready to go there.

        Nothing is sent to them from the commit on. Returns whether that is new, and who it is;
        an address without a contact is suppressed as well.
        """
        ...

    def leave(
        self, address_hash: str, topic: str, *, source: str, at: datetime
    ) -> tuple[bool, ContactId | None]:
        """Note that whoever has this address wants no more of a topic.

        Mail of the topic that is judged after the commit is refused. Returns as `opt_out` does.
        """
        ...

    def left(self, address_hash: str, topic: str) -> bool:
        """Tell whether an address left a topic; locks the answer for this transaction."""
        ...

    def topics_left(self, address_hash: str) -> Collection[str]:
        """Return the topics that an address left."""
        ...

    def owner(self, address_hash: str) -> ContactId | None:
        """Return the living contact that has the address with this hash."""
        ...

    def left_alone(self, contact_id: ContactId) -> LeftAlone:
        """Tell whether somebody is left alone about everything, and what no wish of theirs lifts.

        Locks the answer for this transaction.
        """
        ...

    def lift(self, contact_id: ContactId) -> None:
        """Leave somebody alone no more: every address, every flag. Topics stay left."""
        ...

    def topic_left(self, contact_id: ContactId, topic: str) -> Sequence[OptOut]:
        """Return how any address of somebody left a topic; locks the answer."""
        ...

    def rejoin(self, contact_id: ContactId, topic: str) -> None:
        """Write to somebody about a topic again."""
        ...

    def list(self, *, topic: str | None, cursor: str | None, size: int) -> Page[OptOut]:
        """Return who is left alone, oldest first: about a topic, about any, or, empty, wholly."""
        ...


class Topics(Protocol):
    """What the campaigns of a workspace are about."""

    def add(self, topic: Topic, *, at: datetime) -> bool:
        """Store a topic; False when there is one of this name."""
        ...

    def remove(self, name: str) -> bool:
        """Take a topic off the list; who left it stays known. False when there is none."""
        ...

    def list(self) -> tuple[Topic, ...]:
        """Return the topics, by name."""
        ...
