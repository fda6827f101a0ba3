"""Which words of a question nothing known accounts for, and what is nearest to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bailiwick.domain.question.period import grains, periods
from bailiwick.domain.question.schema import Schema
from bailiwick.domain.question.words import FILLER, cut, name_stems, nearest, stems
from bailiwick.kit.text import folded

WORDS_COUNT_MAX: Final = 5  # ours: what is told of at once
NEAREST_COUNT: Final = 3  # capabilities 8: the nearest three terms
_ANY_DAY: Final = date(2000, 1, 1)  # only where times are said matters here
_HOW_WORDS: Final = (
    "count number many average mean sum most least top highest lowest largest smallest "
    "biggest more less than between before after since until last past this next current "
    "month year week quarter day today not no without never distinct unique different each "
    "per group order sorted percentage percent share rate ratio"
)
_KNOWN: Final = frozenset(_HOW_WORDS.split())
"""Words that ask how, and name nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What could not be mapped, and the nearest of what could."""

    words: tuple[str, ...]
    nearest: tuple[str, ...]


def unread(
    question: str,
    schema: Schema,
    values: Mapping[str, Sequence[tuple[str, str, str]]],
    *,
    titles: Sequence[str] = (),
) -> Unread:
    """Return the words that are no filler, no time, no name and no value."""
    times = [*periods(question, today=_ANY_DAY), *grains(question)]
    known = _names(schema) | {stem for title in titles for stem in stems(title)}
    found: list[str] = []
    for word in cut(question):
        timed = any(one.start <= word.start and word.end <= one.end for one in times)
        if word.mark or timed or word.number is not None:
            continue
        if word.stem in FILLER | _KNOWN or word.stem in known or folded(word.text) in values:
            continue
        found.append(word.text)
    words = tuple(dict.fromkeys(found))[:WORDS_COUNT_MAX]
    terms = [*titles, *(table.name for table in schema.tables), *schema.terms]
    terms += [column.name.replace("_", " ") for _, column in schema.columns()]
    return Unread(words=words, nearest=_nearest(words or (question,), terms))


def _nearest(words: Sequence[str], terms: Sequence[str]) -> tuple[str, ...]:
    each = [nearest(word, terms, NEAREST_COUNT) for word in words]
    turns = [one[at] for at in range(NEAREST_COUNT) for one in each if at < len(one)]
    return tuple(dict.fromkeys(turns))[:NEAREST_COUNT]


def _names(schema: Schema) -> frozenset[str]:
    found: set[str] = set()
    for table in schema.tables:
        found.update(name_stems(table.name), *map(stems, table.words))
        for column in table.columns:
            found.update(name_stems(column.name), *map(stems, column.words))
    for term in schema.terms:
        found.update(stems(term))
    return frozenset(found)
