"""The tracer: makes spans, gathers each piece of work, keeps what stands out.

It never raises: whatever goes wrong in here is counted, and what was being observed is kept. Most
spans are dropped when their work ends, so a span is no more than its numbers until it is kept.
"""

from contextlib import AbstractContextManager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from bailiwick.domain.ids import RunId
from bailiwick.domain.span import Kept, SpanRow
from bailiwick.kit.clock import monotonic_microseconds, wall_microseconds
from bailiwick.kit.ids import trace_number
from bailiwick.kit.instant import instant
from bailiwick.observe.tracing.outlet import Outlet
from bailiwick.observe.tracing.sampling import BASE_PERMILLE, SLOW_SECONDS, reason_to_keep
from bailiwick.ports.trace import (
    NOTHING,
    UNTRACED,
    Attributes,
    CallShape,
    Identity,
    Span,
    SpanName,
    TraceContext,
    Value,
    checked,
    current,
    current_run,
    enter,
    leave,
)

SPANS_OF_PIECE_MAX: Final = 2_000  # ours: a run has about twenty; a loop of nodes ends here
TRACE_BITS: Final = 128  # W3C Trace Context 1, 3.2.2.3
SPAN_BITS: Final = 64  # W3C Trace Context 1, 3.2.2.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """What of the routine is kept, and from when on work is slow."""

    routine_permille: int = BASE_PERMILLE
    slow_seconds: int = SLOW_SECONDS


class _Work:
    """The spans of one piece of work that have ended; it is handed on with its first span."""

    __slots__ = ("closed", "ended", "lost_count", "unsure")

    def __init__(self) -> None:
        self.ended: list[_Open] = []
        self.lost_count = 0
        self.unsure = False
        self.closed = False


_WORK: Final[ContextVar[_Work | None]] = ContextVar("trace_work", default=None)


class OutletTracer:
    """Implements `ports.trace.Tracer` for one workspace."""

    def __init__(self, outlet: Outlet, sampling: Sampling | None = None) -> None:
        self._outlet = outlet
        self._sampling = sampling or Sampling()
        self._missteps_count = 0

    @property
    def on(self) -> bool:
        """Spans are kept."""
        return True

    @property
    def dropped_count(self) -> int:
        """Spans that were to be kept and are lost."""
        return self._outlet.dropped_count

    @property
    def missteps_count(self) -> int:
        """How often something went wrong in the observation itself."""
        return self._missteps_count

    def span(
        self,
        name: SpanName,
        attributes: Attributes = NOTHING,
        *,
        parent: TraceContext | None = None,
    ) -> AbstractContextManager[Span]:
        """Open a span under a parent, or under the current one."""
        return _Open(self, name, attributes, parent)

    def finish(self, work: _Work, trace_id: int) -> None:
        """Hand on a piece of work that stands out or is in the sample."""
        reason = reason_to_keep(
            work.ended,
            trace_id=trace_id,
            permille=self._sampling.routine_permille,
            slow_seconds=self._sampling.slow_seconds,
        )
        if reason is None and work.unsure:
            reason = Kept.UNSURE
        if reason is not None:
            self._outlet.dropped_count += work.lost_count
            self._outlet.offer(tuple(span.row(reason) for span in work.ended))

    def misstep(self, work: _Work | None) -> None:
        """Count what went wrong in here, and keep what was observed meanwhile."""
        self._missteps_count += 1
        if work is not None:
            work.unsure = True

    def flush(self) -> None:
        """Write what waits."""
        self._outlet.flush()

    def close(self) -> None:
        """Write what waits and stop."""
        self._outlet.close()


class _Open:
    """A span from its `with` to the end of that."""

    __slots__ = (
        "_about",
        "_began",
        "_first",
        "_owner",
        "_parent",
        "_place",
        "_span_id",
        "_started",
        "_token",
        "_trace_id",
        "_work",
        "attributes",
        "duration_us",
        "name",
    )

    def __init__(
        self, owner: OutletTracer, name: SpanName, about: Attributes, parent: TraceContext | None
    ) -> None:
        self._owner = owner
        self._about = about
        self._parent = parent
        self._place: Token[TraceContext | None] | None = None
        self._token: Token[_Work | None] | None = None
        self._work: _Work | None = None
        self.name = name
        self.attributes: dict[str, Value] = {}
        self.duration_us = 0

    @property
    def fault(self) -> str:
        """The name of a fault; empty while it goes well."""
        return str(self.attributes.get(CallShape.FAULT, ""))

    def __enter__(self) -> Span:
        work = _WORK.get()
        try:
            self.attributes = {a: checked(a, v) for a, v in self._about.items()}
            run_id = current_run()
            if run_id:
                self.attributes.setdefault(Identity.RUN, run_id)
            self._first = work is None or work.closed or self._parent is not None
            if work is None or self._first:
                work = _Work()
                self._token = _WORK.set(work)
            parent = self._parent = self._parent or current()
            self._trace_id = trace_number(TRACE_BITS) if parent is None else parent.trace_id
            self._span_id = trace_number(SPAN_BITS)
            self._place = enter(TraceContext(trace_id=self._trace_id, span_id=self._span_id))
            self._started = wall_microseconds()
            self._began = monotonic_microseconds()
            self._work = work
        except Exception:  # noqa: BLE001 - the instrumentation boundary: it never breaks a run
            self._owner.misstep(work)
            return UNTRACED.span(self.name).__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        work = self._work
        try:
            if work is None:
                return
            if kind is not None:
                self.failed(kind.__name__)
            self.duration_us = monotonic_microseconds() - self._began
            if len(work.ended) < SPANS_OF_PIECE_MAX:
                work.ended.append(self)
            else:
                work.lost_count += 1
            if self._first:
                work.closed = True
                self._owner.finish(work, self._trace_id)
        except Exception:  # noqa: BLE001 - the instrumentation boundary: it never breaks a run
            self._owner.misstep(work)
        finally:
            if self._token is not None:
                _reset(self._token)
            if self._place is not None:
                leave(self._place)

    def set(self, attributes: Attributes) -> None:
        """Say more about the work."""
        try:
            for attribute, value in attributes.items():
                self.attributes[attribute] = checked(attribute, value)
        except Exception:  # noqa: BLE001 - the instrumentation boundary: it never breaks a run
            self._owner.misstep(self._work)

    def failed(self, kind: str) -> None:
        """Mark the work as failed."""
        self.set({CallShape.FAULT: kind})

    def row(self, reason: Kept) -> SpanRow:
        """Return the span as it is stored."""
        told, parent = self.attributes, self._parent
        return SpanRow(
            span_id=f"{self._span_id:016x}",
            trace_id=f"{self._trace_id:032x}",
            parent_id=f"{parent.span_id:016x}" if parent else "",
            remote=bool(parent and parent.remote),
            name=self.name.value,
            run_id=RunId(str(told.get(Identity.RUN, ""))),
            capability=str(told.get(Identity.CAPABILITY, "")),
            started_at=instant(self._started),
            duration_us=self.duration_us,
            fault=self.fault,
            kept_by=reason,
            attributes={str(attribute): value for attribute, value in told.items()},
        )


def _reset(token: Token[_Work | None]) -> None:
    try:
        _WORK.reset(token)
    except ValueError:  # the work was ended by another task than began it
        _WORK.set(None)
