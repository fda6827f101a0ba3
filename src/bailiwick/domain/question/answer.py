"""What a question came to: rows with the SQL that gave them, or why there are none."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bailiwick.domain.question.rows import Cell
from bailiwick.domain.question.summary import Chart


class Status(StrEnum):
    """How a question ended."""

    OK = "ok"
    EMPTY = "empty"
    """It was understood, and there are no such rows."""
    ABSTAINED = "abstained"
    """Something in it could not be mapped to what is known; nothing was guessed."""
    REFUSED = "refused"
    """It asks for more than may be asked, or takes too long."""


class Way(StrEnum):
    """Who understood the question."""

    METRIC = "metric"
    PARSED = "parsed"
    MODEL = "model"
    NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One statement that was tried, and what became of it; no text when it ran."""

    sql: str
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What an answer rests on."""

    as_of: datetime
    data_version: str
    schema_hash: str
    model: str = ""
    prompt_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question came to."""

    question: str
    status: Status
    way: Way
    title: str
    definition: str
    """What was counted: a metric's own definition, or how the words were read."""
    sql: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    cut: bool
    """There are more rows than are given."""
    summary: str
    tables: tuple[str, ...]
    attempts: tuple[Attempt, ...]
    chart: Chart
    unmapped: tuple[str, ...]
    """Words that nothing known accounts for."""
    suggestions: tuple[str, ...]
    """What can be asked instead."""
    provenance: Provenance
