"""Rows that may be asked about: what there is, which values occur, and what a statement gives."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId
from bailiwick.domain.question.admission import Admitted
from bailiwick.domain.question.rows import Failed, Rows
from bailiwick.domain.question.schema import Schema
from bailiwick.domain.reach import Sight

ValueIndex = Mapping[str, Sequence[tuple[str, str, str]]]
"""Folded text to where it occurs: table, column, and the value as written there."""


class AskedRows(Protocol):
    """A private copy of the rows that one asker may see, and nothing else."""

    @property
    def schema(self) -> Schema:
        """What may be asked about."""
        ...

    @property
    def version(self) -> str:
        """A name of exactly these rows."""
        ...

    def values(self) -> ValueIndex:
        """Return which texts occur in which columns; bounded."""
        ...

    def run(self, admitted: Admitted) -> Rows | Failed:
        """Run a statement that passed the gate. Never raises for what the statement does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, and how far they see."""

    person_id: PersonId
    role: Role
    sight: Sight | None = None
    """None is the whole workspace."""


Copying = Callable[[Asker], AbstractContextManager[AskedRows]]
"""Opens the private copy of what an asker may see; it is forgotten afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """One question and what came of it, as it is kept for a while."""

    question_id: str
    question: str
    made_by: PersonId
    status: str
    way: str
    """`metric`, `parsed`, `model` or empty."""
    sql: str
    attempts_count: int
    rows_count: int
    milliseconds: int
    schema_hash: str
    data_version: str
    model: str
    prompt_version: int
    asked_at: datetime


class AskedQuestions(Protocol):
    """Keeps what was asked."""

    def keep(self, asked: AskedQuestion) -> None:
        """Keep one question. Raises PortFault."""
        ...
