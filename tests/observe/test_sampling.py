import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased

from bailiwick.domain.ids import RunId
from bailiwick.domain.span import Kept, SpanRow
from bailiwick.observe.tracing.sampling import BASE_PERMILLE, in_sample, reason_to_keep
from bailiwick.ports.trace import NOTHING, Attributes, CallShape, Identity, SpanName

OUT = 2**64 - 1
"""The id of a trace that is in no sample but the whole."""


def a_span(name: str = "run", *, duration_us: int = 10, told: Attributes = NOTHING) -> SpanRow:
    return SpanRow(
        span_id="1" * 16, trace_id="2" * 32, parent_id="", remote=False, name=name,
        run_id=RunId("run_1"), capability="reply", started_at=datetime(2026, 7, 1, tzinfo=UTC),
        duration_us=duration_us, fault="", kept_by=Kept.UNSURE,
        attributes={a.value: v for a, v in told.items()},
    )  # fmt: skip


def kept(*spans: SpanRow, trace_id: int = OUT, permille: int = 100) -> Kept | None:
    return reason_to_keep(spans, trace_id=trace_id, permille=permille, slow_seconds=5)


class TestSample:
    @given(st.integers(min_value=1, max_value=2**128 - 1))
    def test_is_decided_by_the_low_64_bits(self, trace_id: int) -> None:
        """The upper half of an id changes nothing."""
        assert in_sample(trace_id, BASE_PERMILLE) == in_sample(trace_id % 2**64, BASE_PERMILLE)

    @given(st.integers(min_value=1, max_value=2**128 - 1), st.integers(0, 1000))
    def test_grows_with_its_share(self, trace_id: int, permille: int) -> None:
        """Who keeps more keeps all that others keep, so services with other shares agree."""
        if in_sample(trace_id, permille):
            assert in_sample(trace_id, min(1000, permille + 1))
        assert in_sample(trace_id, 1000)
        assert not in_sample(trace_id, 0)

    @given(st.integers(min_value=1, max_value=2**128 - 1))
    def test_is_that_of_opentelemetry(self, trace_id: int) -> None:
        """Other services that sample by ratio keep the same traces."""
        bound = TraceIdRatioBased.get_bound_for_rate(0.5)
        assert in_sample(trace_id, 500) == ((trace_id & TraceIdRatioBased.TRACE_ID_LIMIT) < bound)

    def test_is_the_same_in_another_process(self) -> None:
        """A thousand ids are answered alike by a fresh interpreter."""
        code = (
            "import random\n"
            "from bailiwick.observe.tracing.sampling import in_sample\n"
            "ids = random.Random(7)\n"
            "print(''.join(str(int(in_sample(ids.getrandbits(128), 100))) for _ in range(1000)))"
        )
        answers = [
            subprocess.run(  # noqa: S603 - our own interpreter and words
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            ).stdout.strip()
            for _ in range(2)
        ]
        assert answers[0] == answers[1]
        assert 60 <= answers[0].count("1") <= 140


class TestKeeping:
    def test_leaves_the_routine_to_the_sample(self) -> None:
        """Work in which nothing stood out is kept by its id alone."""
        assert kept(a_span(), trace_id=OUT) is None
        assert kept(a_span(), trace_id=1) is Kept.ROUTINE

    @pytest.mark.parametrize(
        ("span", "reason"),
        [
            (a_span(told={CallShape.FAULT: "UnableToSend"}), Kept.ERROR),
            (a_span(duration_us=5_000_000), Kept.SLOW),
            (a_span(told={CallShape.HELD: 1}), Kept.HELD),
            (a_span(told={CallShape.STATUS: "held"}), Kept.HELD),
            (a_span(told={CallShape.REFUSED: 2}), Kept.REFUSED),
            (a_span(SpanName.DECISION), Kept.APPROVAL),
            (a_span(SpanName.DELIVER, told={Identity.APPROVAL: "apr_1"}), Kept.APPROVAL),
            (a_span(SpanName.AUDIT), Kept.AUDIT),
            (a_span(told={Identity.EXPERIMENT: "exp_1"}), Kept.EXPERIMENT),
        ],
    )
    def test_keeps_what_stands_out_whatever_its_id(self, span: SpanRow, reason: Kept) -> None:
        """One span that stands out keeps the whole piece of work."""
        assert kept(a_span(), span, a_span()) is reason

    @pytest.mark.parametrize(
        "span",
        [
            a_span(duration_us=4_999_999),
            a_span(told={CallShape.HELD: 0, CallShape.REFUSED: 0, CallShape.STATUS: "done"}),
            a_span(SpanName.DELIVER),
        ],
    )
    def test_does_not_keep_what_hardly_misses_that(self, span: SpanRow) -> None:
        """Just under each bound, work is routine."""
        assert kept(span) is None
