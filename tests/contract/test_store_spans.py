"""Spans are kept, found, paged and forgotten alike on both databases."""

from dataclasses import replace
from datetime import timedelta

from tests.store.stores import NOW, SECOND, Store, a_run

from bailiwick.domain.ids import RunId
from bailiwick.domain.span import Kept, SpanRow
from bailiwick.store.spans import SqlSpans


def spans_of(store: Store) -> SqlSpans:
    return SqlSpans(store.units.scopes)


def a_span(number: int, **changes: object) -> SpanRow:
    span = SpanRow(
        span_id=f"{number:016x}", trace_id="a" * 32, parent_id="", remote=False, name="run",
        run_id=RunId("run_1"), capability="reply", started_at=NOW + number * SECOND,
        duration_us=1_500, fault="", kept_by=Kept.ROUTINE,
        attributes={"bailiwick.status": "done", "gen_ai.usage.input_tokens": 7},
    )  # fmt: skip
    return replace(span, **changes)


class TestSpans:
    def test_come_back_as_they_were(self, store: Store) -> None:
        """A stored span is read with every field."""
        spans = spans_of(store)
        kept = (a_span(1), a_span(2, parent_id=f"{1:016x}", remote=True, fault="Fault"))
        spans.add(kept)
        assert spans.of_run(RunId("run_1")) == kept

    def test_of_a_run_are_those_of_its_whole_trace(self, store: Store) -> None:
        """A delegated run shows the tree it is part of, and no other trace."""
        spans = spans_of(store)
        other = a_span(3, trace_id="b" * 32, run_id=RunId("run_3"))
        spans.add((a_span(1), a_span(2, run_id=RunId("run_2")), other))
        assert [s.run_id for s in spans.of_run(RunId("run_2"))] == ["run_1", "run_2"]

    def test_belong_to_their_workspace(self, store: Store) -> None:
        """Another workspace sees none of them."""
        spans_of(store).add((a_span(1),))
        other = spans_of(store.second_workspace())
        assert other.of_run(RunId("run_1")) == ()
        assert other.tops(capability="", kept_by=None, cursor=None, size=10).items == ()

    def test_at_the_top_come_in_pages(self, store: Store) -> None:
        """Newest first, each once, by capability and by why they were kept."""
        spans = spans_of(store)
        spans.add([a_span(n) for n in range(1, 6)])
        spans.add((a_span(6, parent_id=f"{1:016x}"), a_span(7, capability="other"),
                   a_span(8, kept_by=Kept.HELD)))  # fmt: skip
        found: list[str] = []
        cursor = None
        while True:
            page = spans.tops(capability="reply", kept_by=Kept.ROUTINE, cursor=cursor, size=2)
            found += [span.span_id for span in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == [f"{n:016x}" for n in (5, 4, 3, 2, 1)]

    def test_take_a_forged_cursor_for_an_old_one(self, store: Store) -> None:
        """A cursor with a number beyond all years shows nothing, and breaks nothing."""
        spans = spans_of(store)
        spans.add((a_span(1),))
        page = spans.tops(capability="", kept_by=None, cursor="9" * 40 + ":a", size=10)
        assert page.items == ()

    def test_without_a_parent_that_need_one_are_orphans(self, store: Store) -> None:
        """A judgement, or a delegated run, at the top of a trace tells of a lost context."""
        spans = spans_of(store)
        first = a_run(store.ids)
        delegated = replace(a_run(store.ids), parent_run_id=first.run_id)
        with store.units.write() as unit:
            unit.runs.start(first)
            unit.runs.start(delegated)
            unit.commit()
        spans.add(
            (
                a_span(1, run_id=first.run_id),
                a_span(2, name="judge"),
                a_span(3, run_id=delegated.run_id),
                a_span(4, name="judge", parent_id=f"{1:016x}"),
                a_span(5, name="deliver", parent_id=f"{1:016x}", remote=True),
            )
        )
        page = spans.orphans(cursor=None, size=10)
        assert [span.span_id for span in page.items] == [f"{n:016x}" for n in (3, 2)]

    def test_are_forgotten_by_age_and_by_number(self, store: Store) -> None:
        """Old ones go first, then the oldest beyond the count; the newest stay."""
        spans = spans_of(store)
        spans.add([a_span(n) for n in range(1, 8)])
        assert spans.prune(before=NOW + timedelta(seconds=2), count_max=100) == 1
        assert spans.prune(before=NOW, count_max=4) == 2
        assert spans.prune(before=NOW, count_max=4) == 0
        left = spans.tops(capability="", kept_by=None, cursor=None, size=10).items
        assert [span.span_id for span in left] == [f"{n:016x}" for n in (7, 6, 5, 4)]
