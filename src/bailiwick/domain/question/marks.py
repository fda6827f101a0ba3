"""A question's words, each with what it can mean: a table, a column, a value, a way to count."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bailiwick.domain.question.lexicon import PHRASE_WORDS_MAX, Lexicon, Place, Value
from bailiwick.domain.question.period import Period, SaidGrain, grains, periods
from bailiwick.domain.question.schema import Table
from bailiwick.domain.question.words import DEEDS, FILLER, SOFT, Word, cut

_AGGREGATES: Final[Mapping[tuple[str, ...], str]] = {
    ("how", "many"): "COUNT", ("number", "of"): "COUNT", ("total", "number", "of"): "COUNT",
    ("count", "of"): "COUNT", ("total", "count", "of"): "COUNT", ("total",): "SUM",
    ("sum", "of"): "SUM", ("sum",): "SUM", ("average",): "AVG", ("mean",): "AVG", ("avg",): "AVG",
    ("maximum",): "MAX", ("highest",): "MAX", ("max",): "MAX", ("largest",): "MAX",
    ("minimum",): "MIN", ("lowest",): "MIN", ("smallest",): "MIN", ("min",): "MIN",
}  # fmt: skip
_SINGLES: Final[Mapping[str, str]] = {
    "distinct": "distinct", "unique": "distinct", "different": "distinct",
    "no": "not", "not": "not", "without": "not", "never": "not",
    "per": "each", "each": "each", "every": "each", "by": "by",
    "top": "top", "bottom": "bottom", "least": "least", "most": "most",
    "or": "or", "common": "common", "frequent": "common", "frequently": "common",
    "who": "that", "which": "that", "that": "that", "whose": "that", "where": "that",
}  # fmt: skip
_METHOD: Final = re.compile(
    r",? (?:based on|by) (?:doing an? (?:left |inner )?join|joining) [^.?]*?\btables?\b",
    re.IGNORECASE,
)
"""How rows should be joined says nothing about which are wanted."""


class Kind(StrEnum):
    """What a mark is."""

    AGGREGATE = "aggregate"
    WORD = "word"
    """One of the words of `_SINGLES`."""
    TABLE = "table"
    COLUMN = "column"
    VALUE = "value"
    QUOTED = "quoted"
    NUMBER = "number"
    PERIOD = "period"
    GRAIN = "grain"
    COMMA = "comma"
    AND = "and"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing that a question says."""

    kind: Kind
    text: str
    table: Table | None = None
    places: tuple[Place, ...] = ()
    values: tuple[Value, ...] = ()
    number: float = 0
    period: Period | None = None
    grain: SaidGrain | None = None


def marks_of(question: str, words: Lexicon, *, today: date) -> tuple[Mark, ...]:
    """Return what each part of a question can mean, the longest phrases first."""
    question = _METHOD.sub(" ", question).replace("_", " ")
    times = [*periods(question, today=today), *grains(question)]
    spans = sorted(((one.start, one.end, one) for one in times), key=lambda one: one[:2])
    left = list(cut(question))
    found: list[Mark] = []
    at = 0
    while at < len(left):
        word = left[at]
        span = next((one for one in spans if one[0] <= word.start < one[1]), None)
        if span is not None and _begins_table(left, at, words):
            spans.remove(span)
            span = None
        if span is not None:
            while spans and spans[0][0] < span[1]:
                found.append(_time(spans.pop(0)[2]))
            while at < len(left) and left[at].start < span[1]:
                at += 1
            continue
        taken, mark = _longest(left, at, words)
        if mark is None and left[at].stem in DEEDS and words.names_deed(left[at].stem):
            mark = Mark(kind=Kind.UNKNOWN, text=left[at].text)
        if left[at].stem == "count" and taken == 1 and found and found[-1].kind is Kind.TABLE:
            found.insert(-1, Mark(kind=Kind.AGGREGATE, text="COUNT"))
            mark = None
            if len(found) > 2 and found[-3].text == "SUM":  # noqa: PLR2004 - "total sales count"
                del found[-3]
        if mark is not None:
            found.append(mark)
        at += taken
    return tuple(found)


def _begins_table(left: Sequence[Word], at: int, words: Lexicon) -> bool:
    """Tell whether a table's own name of several words begins here, such as "daily prices"."""
    return any(
        tuple(word.stem for word in left[at : at + length]) in words.exact
        for length in range(2, PHRASE_WORDS_MAX + 1)
        if at + length <= len(left)
    )


def _time(said: object) -> Mark:
    if isinstance(said, SaidGrain):
        return Mark(kind=Kind.GRAIN, text=said.grain.value, grain=said)
    period = getattr(said, "period", None)
    assert isinstance(period, Period), "times are periods and grains"
    return Mark(kind=Kind.PERIOD, text=period.said, period=period)


def _longest(left: Sequence[Word], at: int, words: Lexicon) -> tuple[int, Mark | None]:
    for length in range(min(PHRASE_WORDS_MAX, len(left) - at), 0, -1):
        part = left[at : at + length]
        if any(word.mark for word in part):
            continue
        mark = _phrase(part, words)
        if mark is not None:
            return length, mark
    return 1, _single(left[at])


def _phrase(part: Sequence[Word], words: Lexicon) -> Mark | None:
    text = " ".join(word.text for word in part)
    if len(part) == 1 and part[0].quoted:
        return Mark(kind=Kind.QUOTED, text=part[0].text, values=words.valued(part))
    if len(part) == 1 and part[0].number is not None:
        return Mark(kind=Kind.NUMBER, text=text, number=part[0].number)
    if any(word.quoted for word in part):
        return None
    named = _named(tuple(word.stem for word in part), text, words)
    if named is not None:
        return named
    if len(part) == 1 and (part[0].stem in _SINGLES or _is_filler(part[0])):
        return None
    values = words.valued(part)
    return Mark(kind=Kind.VALUE, text=text, values=values) if values else None


def _named(phrase: tuple[str, ...], text: str, words: Lexicon) -> Mark | None:
    """Return what a phrase names: a table, a column or a figure."""
    table, places = words.table(phrase), words.places(phrase)
    if table is not None and (phrase in words.exact or not places):
        if phrase not in words.exact and phrase in _AGGREGATES:
            return Mark(kind=Kind.AGGREGATE, text=_AGGREGATES[phrase])
        return Mark(kind=Kind.TABLE, text=text, table=table, places=places)
    if places:
        return Mark(kind=Kind.COLUMN, text=text, places=places, table=table)
    figure = _AGGREGATES.get(phrase)
    return Mark(kind=Kind.AGGREGATE, text=figure) if figure else None


def _is_filler(word: Word) -> bool:
    return word.stem in FILLER and not (word.text.isupper() and len(word.text) > 1)


def _single(word: Word) -> Mark | None:
    if word.mark:
        return (
            Mark(kind=Kind.COMMA, text=",")
            if word.text == ","
            else (Mark(kind=Kind.COMMA, text=word.text) if word.text in "?.;:" else None)
        )
    if word.stem == "and":
        return Mark(kind=Kind.AND, text="and")
    if word.stem in _SINGLES:
        return Mark(kind=Kind.WORD, text=_SINGLES[word.stem])
    if _is_filler(word) or word.stem in SOFT | DEEDS:
        return None
    return Mark(kind=Kind.UNKNOWN, text=word.text)
