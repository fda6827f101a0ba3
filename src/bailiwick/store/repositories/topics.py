"""What the campaigns of a workspace are about."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, select

from bailiwick.domain.ids import PREFIX
from bailiwick.domain.topic import Topic
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, own
from bailiwick.store.tables.knowledge import TOPICS

_ALL: Final = select(TOPICS).where(own(TOPICS)).order_by(TOPICS.c.name).limit(ROWS_COUNT_MAX)


class SqlTopics:
    """Topics of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, topic: Topic, *, at: datetime) -> bool:
        """Store a topic; False when there is one of this name."""
        return self._scope.insert_new(
            TOPICS,
            {
                "id": self._scope.ids.new(PREFIX["topic"]),
                "created_at": at,
                "name": topic.name,
                "title": topic.title,
            },
            unique=("name",),
        )

    def remove(self, name: str) -> bool:
        """Take a topic off the list; who left it stays known. False when there is none."""
        return self._scope.change(delete(TOPICS).where(own(TOPICS), TOPICS.c.name == name)) == 1

    def list(self) -> tuple[Topic, ...]:
        """Return the topics, by name."""
        return tuple(Topic(name=row["name"], title=row["title"]) for row in self._scope.rows(_ALL))
