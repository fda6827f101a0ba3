import asyncio
import threading
from collections.abc import Mapping, Sequence

import pytest

from bailiwick.domain.span import Kept, SpanRow
from bailiwick.observe.tracing.headers import extract, response_headers
from bailiwick.observe.tracing.outlet import Outlet, Piece
from bailiwick.observe.tracing.tracer import OutletTracer, Sampling
from bailiwick.ports.trace import (
    CallShape,
    Cost,
    Identity,
    SpanName,
    current,
    read_traceparent,
    running,
)


class Scene:
    """A tracer that keeps what it was told to, and what it kept."""

    def __init__(self, *, permille: int = 1000, spans_max: int = 10_000) -> None:
        self.pieces: list[Piece] = []
        self.outlet = Outlet([self._sink], spans_count_max=spans_max)
        self.tracer = OutletTracer(self.outlet, Sampling(routine_permille=permille))

    def _sink(self, pieces: Sequence[Piece]) -> None:
        self.pieces.extend(pieces)

    def rows(self) -> list[SpanRow]:
        self.outlet.flush()
        return [row for piece in self.pieces for row in piece]

    def named(self) -> Mapping[str, SpanRow]:
        return {row.name: row for row in self.rows()}


class TestTree:
    def test_stands_under_the_caller(self) -> None:
        """Spans of one piece of work are one tree, whose top hangs on what the caller sent."""
        scene = Scene()
        caller = read_traceparent("00-" + "a" * 32 + "-" + "b" * 16 + "-01")
        with (
            scene.tracer.span(SpanName.REQUEST, parent=caller),
            scene.tracer.span(SpanName.RUN, {Identity.CAPABILITY: "reply"}),
        ):
            with scene.tracer.span(SpanName.NODE, {CallShape.NODE: "write"}):
                pass
            with scene.tracer.span(SpanName.JUDGE):
                pass
        found = scene.named()
        assert {row.trace_id for row in found.values()} == {"a" * 32}
        assert found["request"].parent_id == "b" * 16
        assert found["request"].remote
        assert found["run"].parent_id == found["request"].span_id
        assert not found["run"].remote
        assert found["node"].parent_id == found["judge"].parent_id == found["run"].span_id
        assert found["run"].capability == "reply"

    def test_reaches_into_tasks(self) -> None:
        """Tasks that a span starts stand under it, as LangGraph's nodes do."""
        scene = Scene()

        async def node(name: str) -> None:
            with scene.tracer.span(SpanName.NODE, {CallShape.NODE: name}):
                await asyncio.sleep(0)

        async def work() -> None:
            with scene.tracer.span(SpanName.RUN):
                await asyncio.gather(node("a"), node("b"))

        asyncio.run(work())
        rows = scene.rows()
        top = next(row for row in rows if row.name == "run")
        assert [row.parent_id for row in rows if row.name == "node"] == [top.span_id] * 2

    def test_of_two_threads_does_not_mix(self) -> None:
        """Two runs at once are two traces."""
        scene = Scene()
        gate = threading.Barrier(2)

        def work(run_id: str) -> None:
            with running(run_id), scene.tracer.span(SpanName.RUN, {Identity.RUN: run_id}):
                gate.wait(timeout=5)
                with scene.tracer.span(SpanName.JUDGE):
                    gate.wait(timeout=5)

        threads = [threading.Thread(target=work, args=(f"run_{n}",)) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rows = scene.rows()
        assert len({row.trace_id for row in rows}) == 2
        for row in rows:
            same = {other.run_id for other in rows if other.trace_id == row.trace_id}
            assert same == {row.run_id}

    def test_goes_on_in_another_process(self) -> None:
        """A stored place continues the trace as a piece of work of its own."""
        first, second = Scene(), Scene()
        with first.tracer.span(SpanName.RUN):
            place = current()
            assert place is not None
        stored = read_traceparent(place.traceparent)
        with second.tracer.span(SpanName.DELIVER, parent=stored):
            pass
        (run,), (deliver,) = first.rows(), second.rows()
        assert deliver.trace_id == run.trace_id
        assert deliver.parent_id == run.span_id
        assert deliver.remote

    def test_of_another_trace_inside_a_request_is_that_traces(self) -> None:
        """A decision made in a request belongs to the run, and the request goes on as it was."""
        scene = Scene()
        run = read_traceparent("00-" + "c" * 32 + "-" + "d" * 16 + "-01")
        with scene.tracer.span(SpanName.REQUEST):
            before = current()
            with scene.tracer.span(SpanName.DECISION, parent=run):
                pass
            assert current() == before
        found = scene.named()
        assert found["decision"].trace_id == "c" * 32
        assert found["request"].trace_id != "c" * 32


class TestKeeping:
    def test_drops_the_routine_outside_the_sample(self) -> None:
        """Nothing is written for a run in which nothing stood out."""
        scene = Scene(permille=0)
        with scene.tracer.span(SpanName.RUN):
            pass
        assert scene.rows() == []

    def test_keeps_all_of_a_failed_one(self) -> None:
        """One span that failed keeps the spans before and after it."""
        scene = Scene(permille=0)

        class UnableToTry(Exception):
            """A fault whose message nobody may read."""

        def fail() -> None:
            message = "dana@acme.example"
            raise UnableToTry(message)

        with scene.tracer.span(SpanName.RUN):
            with scene.tracer.span(SpanName.NODE):
                pass
            with pytest.raises(UnableToTry), scene.tracer.span(SpanName.JUDGE):
                fail()
        found = scene.named()
        assert set(found) == {"run", "node", "judge"}
        assert found["judge"].fault == "UnableToTry"
        assert {row.kept_by for row in found.values()} == {Kept.ERROR}
        assert "dana" not in repr(scene.pieces[0])

    def test_never_breaks_the_work_it_observes(self) -> None:
        """A wrong attribute is counted, the work goes on and its trace is kept as unsure."""
        scene = Scene(permille=0)
        done = False
        with scene.tracer.span(SpanName.RUN) as span:
            span.set({Cost.TOKENS_IN: "not a number"})
            with scene.tracer.span(SpanName.ASK, {Cost.TOKENS_IN: "no number either"}) as inner:
                inner.set({Cost.TOKENS_IN: 3})
                done = True
        assert done
        assert scene.tracer.missteps_count == 2
        assert [row.kept_by for row in scene.rows()] == [Kept.UNSURE]

    def test_of_a_piece_without_end_is_bounded(self) -> None:
        """A loop of spans fills no memory: beyond the bound they are dropped and counted."""
        scene = Scene()
        with scene.tracer.span(SpanName.RUN):
            for _ in range(2_100):
                with scene.tracer.span(SpanName.NODE):
                    pass
        assert len(scene.rows()) == 2_000
        assert scene.tracer.dropped_count == 101


class TestOutlet:
    def test_drops_what_does_not_fit_and_counts_it(self) -> None:
        """A full buffer loses spans, never time."""
        scene = Scene(spans_max=3)
        with scene.tracer.span(SpanName.RUN):
            for _ in range(2):
                with scene.tracer.span(SpanName.NODE):
                    pass
        for _ in range(7):
            with scene.tracer.span(SpanName.SWEEP):
                pass
        assert scene.tracer.dropped_count == 7
        scene.tracer.close()
        assert {row.name for row in scene.rows()} == {"run", "node"}

    def test_counts_what_a_sink_loses(self) -> None:
        """A sink that fails loses its batch; the other sinks get theirs."""
        got: list[Piece] = []

        def broken(_pieces: Sequence[Piece]) -> None:
            raise OSError

        outlet = Outlet([broken, got.extend])
        tracer = OutletTracer(outlet, Sampling(routine_permille=1000))
        with tracer.span(SpanName.RUN):
            pass
        tracer.flush()
        assert tracer.dropped_count == 1
        assert len(got) == 1

    def test_writes_on_its_own_thread_within_about_a_second(self) -> None:
        """Nobody has to flush."""
        wrote = threading.Event()
        names: list[str] = []

        def sink(_pieces: Sequence[Piece]) -> None:
            names.append(threading.current_thread().name)
            wrote.set()

        outlet = Outlet([sink])
        tracer = OutletTracer(outlet, Sampling(routine_permille=1000))
        with tracer.span(SpanName.RUN):
            pass
        assert wrote.wait(timeout=10)
        assert names == ["spans"]
        tracer.close()

    def test_takes_nothing_after_its_end(self) -> None:
        """Work that ends after the close is counted as lost."""
        scene = Scene()
        scene.tracer.close()
        with scene.tracer.span(SpanName.RUN):
            pass
        assert scene.rows() == []
        assert scene.tracer.dropped_count == 1


class TestHeaders:
    def test_of_a_caller_are_read(self) -> None:
        """A usable traceparent is taken, a wrong or overlong one is not."""
        good = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
        assert extract({"traceparent": good}) is not None
        assert extract({"traceparent": "nonsense"}) is None
        assert extract({"traceparent": "01" + good[2:] + "-" + "x" * 300}) is None
        assert extract({}) is None

    def test_of_an_answer_name_trace_and_run(self) -> None:
        """While something is traced the caller learns its ids; else no header is sent."""
        assert response_headers(run_id="run_1") == {}
        scene = Scene()
        with scene.tracer.span(SpanName.REQUEST):
            place = current()
            assert place is not None
            assert response_headers(run_id="run_1") == {
                "traceparent": place.traceparent,
                "x-trace-id": f"{place.trace_id:032x}",
                "x-run-id": "run_1",
            }
            assert "x-run-id" not in response_headers()
