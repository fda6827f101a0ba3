import timeit

import pytest

from bailiwick.ports.trace import (
    UNFIT,
    UNTRACED,
    CallShape,
    Cost,
    Identity,
    SpanName,
    TraceContext,
    Value,
    checked,
    current,
    current_run,
    current_traceparent,
    placed,
    read_traceparent,
    running,
)

HEADER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class TestTraceparent:
    def test_is_read_and_written_alike(self) -> None:
        """The example of the W3C recommendation comes back as it came."""
        context = read_traceparent(HEADER)
        assert context is not None
        assert context.remote
        assert context.sampled
        assert context.traceparent == HEADER

    @pytest.mark.parametrize(
        "header",
        [
            "", "x", HEADER[:-1], HEADER + "-more", HEADER.upper(),
            "ff" + HEADER[2:], "00-" + "0" * 32 + HEADER[35:],
            HEADER[:36] + "0" * 16 + "-01", HEADER.replace("-", "_"),
        ],
    )  # fmt: skip
    def test_is_refused_when_it_is_not_valid(self, header: str) -> None:
        """What the recommendation calls invalid starts a new trace instead of a wrong one."""
        assert read_traceparent(header) is None

    def test_of_a_later_version_is_read_as_far_as_it_is_known(self) -> None:
        """A later version may say more after the flags."""
        context = read_traceparent("01" + HEADER[2:] + "-more")
        assert context is not None
        assert context.traceparent == HEADER

    def test_says_that_the_caller_does_not_sample(self) -> None:
        """The lowest flag is the caller's own decision."""
        context = read_traceparent(HEADER[:-2] + "00")
        assert context is not None
        assert not context.sampled


class TestAttributes:
    @pytest.mark.parametrize("word", ["run_01kx.3", "crm_orchestrator/plan", "deepseek-v4:1", "a"])
    def test_keep_plain_tokens(self, word: str) -> None:
        """Ids, names and versions are kept as they are."""
        assert checked(Identity.RUN, word) == word

    @pytest.mark.parametrize(
        "word", ["", "two words", "dana@acme.example", "a" * 121, "Zoë", "line\nline", "<b>"]
    )
    def test_replace_any_other_text(self, word: str) -> None:
        """What could be a sentence or an address is never kept."""
        assert checked(CallShape.STATUS, word) == UNFIT

    def test_of_cost_are_numbers(self) -> None:
        """A text is no cost."""
        assert checked(Cost.TOKENS_IN, 7) == 7
        with pytest.raises(AssertionError):
            checked(Cost.TOKENS_IN, "seven")

    def test_have_no_other_names(self) -> None:
        """A name outside the three classes is a bug, not an attribute."""
        with pytest.raises(AssertionError):
            checked("body", "x")  # pyright: ignore[reportArgumentType] - the type forbids it too

    def test_hold_no_fractions_or_structures(self) -> None:
        """Only texts and whole numbers are values."""
        wrong: list[Value] = [1.5, ["a"]]  # pyright: ignore[reportAssignmentType] - the type forbids it too
        for value in wrong:
            with pytest.raises(AssertionError):
                checked(CallShape.STATUS, value)


class TestPlace:
    def test_is_this_tasks_until_the_end_of_the_block(self) -> None:
        """A place holds inside its block and not after it."""
        context = TraceContext(trace_id=1, span_id=2)
        with placed(context), running("run_1"):
            assert current() is context
            assert current_traceparent() == context.traceparent
            assert current_run() == "run_1"
        assert current() is None
        assert current_traceparent() == ""
        assert current_run() == ""

    def test_is_left_alone_by_none(self) -> None:
        """Nothing to place changes nothing."""
        with placed(None):
            assert current() is None


class TestUntraced:
    def test_gives_one_span_that_keeps_nothing(self) -> None:
        """Off makes no object at all and names no place."""
        with UNTRACED.span(SpanName.RUN, {Identity.RUN: "run_1"}) as span:
            span.set({CallShape.STATUS: "done"})
            span.failed("Fault")
            assert current() is None
        assert UNTRACED.span(SpanName.RUN) is UNTRACED.span(SpanName.ASK)
        assert not UNTRACED.on

    def test_costs_under_ten_microseconds(self) -> None:
        """A span that is off costs a call; a run has about twenty, so 0.2 ms of 15 at the most."""

        def span() -> None:
            with UNTRACED.span(SpanName.NODE, {CallShape.NODE: "judge"}):
                pass

        best = min(timeit.repeat(span, number=1_000, repeat=20)) / 1_000
        assert best < 10e-6
