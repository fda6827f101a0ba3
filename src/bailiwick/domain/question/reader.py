"""Reads a question over any schema by rules, or says which part it cannot account for.

Each word must be accounted for: by a name of the schema, a value that occurs, a time, a way to
count, or as filler. What could mean two things means neither, so a reading is never a guess.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bailiwick.domain.question.glossary import spelled_out
from bailiwick.domain.question.lexicon import lexicon
from bailiwick.domain.question.marks import Kind, marks_of
from bailiwick.domain.question.meaning import CannotSayError, sql_of
from bailiwick.domain.question.reading import Reading
from bailiwick.domain.question.schema import Schema

_RETURN: Final = re.compile(
    r"(?<=[.?!])\s+(?:please )?(?:return|show|list|give)\b(?P<rest>.*)$", re.IGNORECASE | re.DOTALL
)
_LISTS: Final = re.compile(
    r"^\s*(?:please )?(?:return|show|list|give|what (?:are|is|were|was)|which)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A question as it was read."""

    sql: str
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """Why a question was not read."""

    words: tuple[str, ...] = ()
    """Words that nothing accounts for."""
    reason: str = ""


def read(
    question: str,
    schema: Schema,
    values: Mapping[str, Sequence[tuple[str, str, str]]],
    *,
    today: date,
    terms: Mapping[str, str] | None = None,
) -> Read | NotRead:
    """Return the SELECT that a question means, or why it was not read.

    `terms` are definitions that came with the question, besides those of the schema.
    """
    words = lexicon(schema, values)
    question = spelled_out(question, {**schema.terms, **(terms or {})})
    match = _RETURN.search(question)
    main = question[: match.start()] if match else question
    marks = marks_of(main, words, today=today)
    wanted = marks_of(match["rest"], words, today=today) if match else ()
    unknown = [one.text for one in (*marks, *wanted) if one.kind is Kind.UNKNOWN]
    if unknown:
        return NotRead(words=tuple(dict.fromkeys(unknown)))
    reading = Reading(words=words, marks=list(marks), lists=_LISTS.match(question) is not None)
    try:
        meaning = reading.meaning(wanted)
        return Read(sql=sql_of(meaning, schema), tables=())
    except CannotSayError as error:
        return NotRead(reason=str(error))
