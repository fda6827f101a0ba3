"""Named metrics: the questions that people really ask, each with its definition and its SQL.

A question is one of them when, once periods, values, groups and a top are taken out, the words that
are left are exactly those of one of its wordings. So a metric is never a guess.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bailiwick.domain.country import country_code
from bailiwick.domain.question import literal
from bailiwick.domain.question.period import Grain, Period, grains, moved, periods
from bailiwick.domain.question.words import FILLER, Word, cut, stem
from bailiwick.kit.text import folded

NAME_WORDS_MAX: Final = 6  # ours: a name that is looked up is at most so long
TOP_COUNT_MAX: Final = 100  # capabilities 8: the usual limit
_TOPS: Final = frozenset({"top", "best", "first", "biggest", "largest", "highest"})
_BY: Final = frozenset({"by", "per", "each", "every"})
LIST_COUNT: Final = 25  # ours: a screen


class Shape(StrEnum):
    """What a metric answers with."""

    FIGURE = "figure"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The tables that metrics are about, and what can be asked of each of them."""

    name: str
    tables: str
    """What stands behind FROM."""
    dimensions: Mapping[str, str]
    """Parameter to the expression that it means here: owner, stage, industry, country …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One question with its definition."""

    metric_id: str
    title: str
    definition: str
    source: Source
    shape: Shape
    select: str
    where: str = ""
    group: str = ""
    """A list's own group."""
    order: str = ""
    money: bool = False
    """Amounts are added up currency by currency."""
    dated_by: str = ""
    """What a period limits; empty when none does."""
    period_days: int = 0
    """Without a period: the coming days that are meant; 0 means always."""
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All metrics, and which words mean the same."""

    metrics: tuple[Metric, ...]
    synonyms: Mapping[str, str]
    dimensions: Mapping[str, str]
    """Word to the dimension that it names, such as `rep` to `owner`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMetric:
    """A metric as it was asked for."""

    metric: Metric
    period: Period | None = None
    grain: Grain | None = None
    group: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    """Dimension and value."""
    top: int | None = None


@dataclass(slots=True, kw_only=True)
class _Left:
    """The words of a question that nothing has accounted for yet."""

    words: list[Word]
    chosen: list[tuple[str, str]]
    group: str = ""
    top: int | None = None


class Metrics:
    """Finds the metric that a question asks for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._wordings: dict[frozenset[str], dict[tuple[str, ...], list[Metric]]] = {}
        for metric in catalogue.metrics:
            for ask in metric.asks:
                content = self._content(cut(ask))
                found = self._wordings.setdefault(frozenset(content), {}).setdefault(content, [])
                if metric not in found:
                    found.append(metric)

    def clashes(self) -> Iterator[tuple[str, ...]]:
        """Yield metrics that share a wording, so that neither can be meant; there must be none."""
        for wordings in self._wordings.values():
            for metrics in wordings.values():
                if len(metrics) > 1:
                    yield tuple(one.metric_id for one in metrics)

    def terms(self) -> tuple[str, ...]:
        """Return the titles, to name the nearest of them."""
        return tuple(one.title for one in self.catalogue.metrics)

    def match(
        self,
        question: str,
        values: Mapping[str, Sequence[tuple[str, str, str]]],
        *,
        today: date,
    ) -> AskedMetric | None:
        """Return the metric that a question asks for with all that limits it, or None."""
        words = list(cut(question))
        said, steps = periods(question, today=today), grains(question)
        if len(said) > 1 or len(steps) > 1 or any(word.stem == "or" for word in words):
            return None
        taken = [(one.start, one.end) for one in (*said, *steps)]
        kept = [w for w in words if not any(a <= w.start and w.end <= b for a, b in taken)]
        left = _Left(words=[w for w in kept if not w.mark], chosen=[])
        self._take_top(left)
        found = self._found(left)
        if found is None:
            self._take_group(left)
            self._take_values(left, values)
            found = self._found(left)
        if found is None:
            return None
        asked = AskedMetric(
            metric=found,
            period=said[0].period if said else None,
            grain=steps[0].grain if steps else None,
            group=left.group,
            chosen=tuple(left.chosen),
            top=left.top,
        )
        return asked if _makes_sense(asked) else None

    def _found(self, left: _Left) -> Metric | None:
        """Return the metric of these words; their order tells where the words alone do not."""
        content = self._content(left.words)
        wordings = self._wordings.get(frozenset(content), {})
        meant = {one.metric_id: one for metrics in wordings.values() for one in metrics}
        if len(meant) > 1:
            meant = {one.metric_id: one for one in wordings.get(content, ())}
        return next(iter(meant.values())) if len(meant) == 1 else None

    def _content(self, words: Sequence[Word]) -> tuple[str, ...]:
        same = self.catalogue.synonyms
        stems = (same.get(word.stem, word.stem) for word in words if not word.mark)
        return tuple(one for one in stems if one not in FILLER)

    def _take_top(self, left: _Left) -> None:
        for at, word in enumerate(left.words[:-1]):
            after = left.words[at + 1]
            if word.stem in _TOPS and after.number is not None:
                left.top = max(1, min(int(after.number), TOP_COUNT_MAX))
                del left.words[at + 1]
                if word.stem == "first":
                    del left.words[at]
                return

    def _take_group(self, left: _Left) -> None:
        for at, word in enumerate(left.words[:-1]):
            dimension = self.catalogue.dimensions.get(left.words[at + 1].stem)
            if word.stem in _BY and dimension:
                left.group = dimension
                start = at - 1 if at and left.words[at - 1].stem == "for" else at
                del left.words[start : at + 2]
                return

    def _take_values(
        self, left: _Left, values: Mapping[str, Sequence[tuple[str, str, str]]]
    ) -> None:
        """Take out the values of dimensions that the question names, the longest first."""
        for length in range(min(NAME_WORDS_MAX, len(left.words)), 0, -1):
            at = 0
            while at + length <= len(left.words):
                part = left.words[at : at + length]
                found = self._value(part, values)
                if found is None:
                    at += 1
                    continue
                left.chosen.append(found)
                del left.words[at : at + length]
                at = self._without_name(left, at, found[0])

    def _value(
        self, part: Sequence[Word], values: Mapping[str, Sequence[tuple[str, str, str]]]
    ) -> tuple[str, str] | None:
        if len(part) == 1 and part[0].stem in FILLER and not part[0].quoted:
            return None
        said = " ".join(word.text for word in part)
        meant = {
            (dimension, value)
            for table, column, value in values.get(folded(said), ())
            if (dimension := COLUMNS.get((table, column))) is not None
        }
        code = country_code(said) if not meant else None
        if code is not None:
            meant = {("country", v) for _, c, v in values.get(folded(code), ()) if c == "country"}
        return next(iter(meant)) if len(meant) == 1 else None

    def _without_name(self, left: _Left, at: int, dimension: str) -> int:
        """Drop the name of the dimension beside its value: "in stage demo", "the demo stage"."""
        for place in (at, at - 1):
            if 0 <= place < len(left.words):
                named = self.catalogue.dimensions.get(left.words[place].stem)
                if named == dimension:
                    del left.words[place]
                    return min(at, place)
        return at


COLUMNS: Final[Mapping[tuple[str, str], str]] = {
    ("opportunities", "owner"): "owner",
    ("companies", "owner"): "owner",
    ("contacts", "owner"): "owner",
    ("opportunities", "stage"): "stage",
    ("companies", "industry"): "industry",
    ("companies", "country"): "country",
    ("contacts", "country"): "country",
    ("companies", "name"): "company",
}
"""Columns whose values may limit a metric, and the dimension that each of them is of."""


def wider(asked: AskedMetric) -> AskedMetric | None:
    """Return the metric without what limits it, or None when nothing does."""
    if asked.period is None and not asked.chosen:
        return None
    return AskedMetric(metric=asked.metric, grain=asked.grain, group=asked.group, top=asked.top)


def limits_said(asked: AskedMetric) -> str:
    """Return what limits a metric, as it was said."""
    said = [asked.period.said] if asked.period is not None else []
    return ", ".join((*said, *(f"{dimension} {value}" for dimension, value in asked.chosen)))


def _makes_sense(asked: AskedMetric) -> bool:
    """Tell whether the metric can be limited and grouped by all that was said."""
    metric = asked.metric
    named = {dimension for dimension, _ in asked.chosen} | ({asked.group} - {""})
    if not named <= metric.source.dimensions.keys() or len(asked.chosen) != len(dict(asked.chosen)):
        return False
    if (asked.period is not None or asked.grain is not None) and not metric.dated_by:
        return False
    grouped = bool(asked.group) or asked.grain is not None
    return not (grouped and (metric.shape is Shape.LIST or (asked.group and asked.grain)))


def title_of(asked: AskedMetric) -> str:
    """Return the heading of an answer: what was asked, for when, for whom."""
    parts = [asked.metric.title]
    if asked.group or asked.grain:
        parts.append(f"by {asked.group or (asked.grain.value if asked.grain else '')}")
    if asked.period is not None:
        parts.append(asked.period.said)
    parts.extend(f"{dimension} {value}" for dimension, value in asked.chosen)
    return ", ".join(parts)


def sql_of(asked: AskedMetric, *, today: date) -> str:
    """Return the SELECT of a metric as it was asked for."""
    metric, select, groups = asked.metric, list[str](), list[str]()
    if asked.grain is not None:
        groups.append(literal.truncated(metric.dated_by, asked.grain))
        select.append(f"{groups[0]} AS {asked.grain.value}")
    elif asked.group:
        groups.append(metric.source.dimensions[asked.group])
        select.append(f"{groups[0]} AS {asked.group}")
    if metric.money and metric.shape is Shape.FIGURE:
        groups.append("o.currency")
        select.append("o.currency AS currency")
    select.append(metric.select)
    if metric.group:
        groups.append(metric.group)
    sql = f"SELECT {', '.join(select)} FROM {metric.source.tables}"  # noqa: S608 - the gate reads it
    where = list(_conditions(asked, today))
    if where:
        sql += f" WHERE {' AND '.join(where)}"
    if groups:
        sql += f" GROUP BY {', '.join(groups)}"
    return sql + _end(asked, groups_count=len(groups), columns_before=len(select))


def _conditions(asked: AskedMetric, today: date) -> Iterator[str]:
    metric, period = asked.metric, asked.period
    if metric.where:
        yield f"({metric.where})"
    if period is None and metric.period_days:
        end = moved(today, metric.period_days + 1, Grain.DAY)
        period = Period(start=today, end=end, said="")
    if period is not None:
        yield literal.within(metric.dated_by, period)
    for dimension, value in asked.chosen:
        yield f"{metric.source.dimensions[dimension]} = {literal.text_literal(value)}"
    if asked.grain is not None:
        yield f"{metric.dated_by} IS NOT NULL"


def _end(asked: AskedMetric, *, groups_count: int, columns_before: int) -> str:
    metric = asked.metric
    if metric.shape is Shape.LIST:
        return f" ORDER BY {metric.order} LIMIT {asked.top or LIST_COUNT}"
    if asked.grain is not None:
        return " ORDER BY 1"
    if not groups_count:
        return ""
    limit = f" LIMIT {asked.top}" if asked.top and asked.group else ""
    return f" ORDER BY {columns_before} DESC, 1{limit}"


def stemmed(words: Mapping[str, str]) -> Mapping[str, str]:
    """Return a table of words by their stems."""
    return {stem(word): meaning for word, meaning in words.items()}
