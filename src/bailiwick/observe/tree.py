"""Turns stored spans into the trees they came from, with what each branch cost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bailiwick.domain.span import SpanRow
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.trace import Cost, SpanName


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A span with those under it."""

    span: SpanRow
    branches: tuple["Branch", ...]
    picodollars: int
    """Of the span and all under it."""
    away: bool
    """Its parent is another process's or moment's span that was not kept."""


def trees(spans: Sequence[SpanRow]) -> tuple[Branch, ...]:
    """Return the trees of spans, each in the order in which they began."""
    known = {span.span_id for span in spans}
    under: dict[str, list[SpanRow]] = {}
    for span in sorted(spans, key=lambda s: (s.started_at, s.span_id)):
        under.setdefault(span.parent_id if span.parent_id in known else "", []).append(span)
    built: dict[str, Branch] = {}
    for span in _leaves_first(under):
        branches = tuple(built[child.span_id] for child in under.get(span.span_id, ()))
        built[span.span_id] = Branch(
            span=span,
            branches=branches,
            picodollars=_own(span) + sum(branch.picodollars for branch in branches),
            away=bool(span.parent_id) and span.parent_id not in known,
        )
    return tuple(built[span.span_id] for span in under.get("", ()))


def outline(branch: Branch) -> Mapping[str, Canonical]:
    """Return a tree as ids, names and costs; the spans themselves are told beside it."""
    return {
        "span": branch.span.span_id,
        "name": branch.span.name,
        "picodollars": branch.picodollars,
        "branches": [outline(inner) for inner in branch.branches],
    }


def _leaves_first(under: Mapping[str, Sequence[SpanRow]]) -> Iterable[SpanRow]:
    found: list[SpanRow] = []
    waiting = list(under.get("", ()))
    while waiting:
        span = waiting.pop()
        found.append(span)
        waiting.extend(under.get(span.span_id, ()))
    return reversed(found)


def _own(span: SpanRow) -> int:
    if span.name != SpanName.ASK:  # the question carries the cost of all its attempts
        return 0
    return int(span.attributes.get(Cost.PICODOLLARS, 0))
