"""Which traces are kept, decided at the end of the work and alike in every process.

What stands out is always kept; of the rest, a share that the trace's own id decides (capabilities
28b), so that two processes of one trace keep it both or drop it both.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from bailiwick.domain.span import Kept, SpanValue
from bailiwick.ports.trace import CallShape, Identity, SpanName

BASE_PERMILLE: Final = 100  # capabilities 28b: base 10 %
SLOW_SECONDS: Final = 5  # capabilities 28b: slow 5 s
_LOW_BITS: Final = 64  # capabilities 28b: the low 64 bits of the trace id against a bound
_MICROSECONDS: Final = 1_000_000
_PERMILLE: Final = 1_000
_STANDING_OUT: Final = frozenset({SpanName.DECISION, SpanName.AUDIT})
_TELLING: Final = frozenset(
    {
        *(CallShape.FAULT, CallShape.HELD, CallShape.REFUSED),
        *(Identity.APPROVAL, Identity.EXPERIMENT),
    }
)
"""Attributes that may be a reason, by their value or by being there."""
_STATUSES_TELLING: Final = frozenset({"held", "refused"})


class Ended(Protocol):
    """What a span that has ended tells."""

    @property
    def name(self) -> str:
        """What it covered."""
        ...

    @property
    def duration_us(self) -> int:
        """How long it took."""
        ...

    @property
    def attributes(self) -> Mapping[str, SpanValue]:
        """What was said of it."""
        ...


def in_sample(trace_id: int, permille: int) -> bool:
    """Tell whether a routine trace is one of the share that is kept."""
    low = trace_id & ((1 << _LOW_BITS) - 1)
    return low < permille * (1 << _LOW_BITS) // _PERMILLE


def reason_to_keep(
    spans: Iterable[Ended], *, trace_id: int, permille: int, slow_seconds: int
) -> Kept | None:
    """Return why spans of one piece of work are kept; None when they are not."""
    slow_us = slow_seconds * _MICROSECONDS
    told = [span for span in spans if not _plain(span, slow_us=slow_us)]
    if told and (found := {r for span in told for r in _reasons(span, slow_us=slow_us)}):
        return next(reason for reason in Kept if reason in found)
    return Kept.ROUTINE if in_sample(trace_id, permille) else None


def _plain(span: Ended, *, slow_us: int) -> bool:
    """Tell at a glance that there is no reason: nearly always, for nearly every span."""
    return (
        span.duration_us < slow_us
        and span.name not in _STANDING_OUT
        and _TELLING.isdisjoint(span.attributes)
        and span.attributes.get(CallShape.STATUS) not in _STATUSES_TELLING
    )


def _reasons(span: Ended, *, slow_us: int) -> Iterable[Kept]:
    told = span.attributes
    if told.get(CallShape.FAULT):
        yield Kept.ERROR
    if span.duration_us >= slow_us:
        yield Kept.SLOW
    if told.get(CallShape.HELD) or told.get(CallShape.STATUS) == "held":
        yield Kept.HELD
    if told.get(CallShape.REFUSED) or told.get(CallShape.STATUS) == "refused":
        yield Kept.REFUSED
    if span.name == SpanName.DECISION or Identity.APPROVAL in told:
        yield Kept.APPROVAL
    if span.name == SpanName.AUDIT:
        yield Kept.AUDIT
    if Identity.EXPERIMENT in told:
        yield Kept.EXPERIMENT
