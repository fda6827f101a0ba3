"""The state of one question, and the changes that its steps make."""

from dataclasses import dataclass
from typing import Annotated

from bailiwick.domain.question.admission import Admitted
from bailiwick.domain.question.answer import Answer, Attempt, Way
from bailiwick.domain.question.rows import Rows
from bailiwick.graph.carried import Delta, Own


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionState:
    """A question on its way to an answer."""

    question: str = ""
    sql: str = ""
    """What is to be tried next; empty when there is nothing."""
    way: Way = Way.NOBODY
    title: str = ""
    definition: str = ""
    wider: str = ""
    """The same without what limits it, to look at when there are no rows."""
    limits: str = ""
    reason: str = ""
    """What could not be told from words that are all known."""
    admitted: Admitted | None = None
    rows: Rows | None = None
    attempts: tuple[Attempt, ...] = ()
    unmapped: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    model: str = ""
    prompt_version: int = 0
    answer: Answer | None = None


class Understood(Delta):
    """A statement to try, or the words that nothing known accounts for."""

    sql: str
    way: Annotated[Way, Own]
    title: str
    definition: str
    wider: str = ""
    limits: str = ""
    reason: str = ""
    unmapped: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


class Generated(Delta):
    """What a model wrote, or that it wrote nothing."""

    sql: str
    way: Annotated[Way, Own]
    title: str
    definition: str
    unmapped: tuple[str, ...]
    model: str
    prompt_version: int


class Tried(Delta):
    """What came of a statement."""

    admitted: Annotated[Admitted | None, Own]
    rows: Annotated[Rows | None, Own]
    attempts: Annotated[tuple[Attempt, ...], Own]


class Mended(Delta):
    """Another statement, or none when there is nothing left to try."""

    sql: str


class Answered(Delta):
    """The end."""

    answer: Annotated[Answer, Own]
