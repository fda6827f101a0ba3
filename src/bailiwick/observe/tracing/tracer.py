"""The tracer on OpenTelemetry: makes spans, gathers each piece of work, keeps what stands out.

It never raises: whatever goes wrong in here is counted, and what was being observed is kept.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
)

from bailiwick.domain.ids import RunId, WorkspaceId
from bailiwick.domain.span import Kept, SpanRow, SpanValue
from bailiwick.kit.instant import instant
from bailiwick.observe.tracing.outlet import Outlet, Piece
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
    checked,
    current,
    current_run,
    enter,
    leave,
)

SPANS_OF_PIECE_MAX: Final = 2_000  # ours: a run has about twenty; a loop of nodes ends here
_NANOSECONDS_OF_MICROSECOND: Final = 1_000
_KINDS: Final[Mapping[SpanName, SpanKind]] = {
    SpanName.REQUEST: SpanKind.SERVER,
    SpanName.JOB: SpanKind.CONSUMER,
    SpanName.DELIVER: SpanKind.CONSUMER,
    SpanName.CHAT: SpanKind.CLIENT,
    SpanName.SEND: SpanKind.CLIENT,
}
_TITLES: Final[Mapping[SpanName, tuple[str, CallShape | Identity]]] = {
    SpanName.RUN: ("invoke_agent", Identity.CAPABILITY),
    SpanName.CHAT: ("chat", CallShape.MODEL),
    SpanName.NODE: ("node", CallShape.NODE),
}
"""GenAI conventions: a span is called after its operation and what that is about."""
_NAME: Final = "bailiwick.span"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """What of the routine is kept, and from when on work is slow."""

    routine_permille: int = BASE_PERMILLE
    slow_seconds: int = SLOW_SECONDS


@dataclass(slots=True)
class _Work:
    """The spans of one piece of work that have ended; it is handed on with its first span."""

    ended: list[ReadableSpan] = field(default_factory=list[ReadableSpan])
    lost_count: int = 0
    unsure: bool = False
    closed: bool = False


_WORK: Final[ContextVar[_Work | None]] = ContextVar("trace_work", default=None)


class _Gatherer(SpanProcessor):
    """Puts ended spans to the piece of work they belong to."""

    def on_end(self, span: ReadableSpan) -> None:
        """Keep a span until its piece of work ends."""
        work = _WORK.get()
        if work is None:
            return
        if len(work.ended) < SPANS_OF_PIECE_MAX:
            work.ended.append(span)
        else:
            work.lost_count += 1


class OtelTracer:
    """Implements `ports.trace.Tracer` for one workspace."""

    def __init__(
        self,
        outlet: Outlet,
        *,
        workspace_id: WorkspaceId,
        version: str,
        sampling: Sampling | None = None,
    ) -> None:
        self._outlet = outlet
        self._sampling = sampling or Sampling()
        provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=Resource(
                {
                    "service.name": "bailiwick",
                    "service.version": version,
                    Identity.WORKSPACE.value: workspace_id,
                }
            ),
            shutdown_on_exit=False,
            span_limits=SpanLimits(max_span_attributes=64, max_events=0, max_links=0),
        )
        provider.add_span_processor(_Gatherer())
        self._otel = provider.get_tracer("bailiwick", version)
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

    def begin(
        self, name: SpanName, attributes: Attributes, parent: TraceContext | None
    ) -> trace.Span:
        """Start OpenTelemetry's span."""
        told: dict[str, SpanValue] = {a.value: checked(a, v) for a, v in attributes.items()}
        told[_NAME] = name.value
        run_id = current_run()
        if run_id:
            told.setdefault(Identity.RUN.value, run_id)
        title, subject = _TITLES.get(name, (name.value, None))
        if subject is not None and subject in told:
            title = f"{title} {told[subject]}"
        return self._otel.start_span(
            title,
            context=_under(parent),
            kind=_KINDS.get(name, SpanKind.INTERNAL),
            attributes=told,
            record_exception=False,
            set_status_on_exception=False,
        )

    def finish(self, work: _Work, trace_id: int) -> None:
        """Hand on a piece of work that stands out or is in the sample."""
        rows = tuple(_row(span) for span in work.ended)
        reason = reason_to_keep(
            rows,
            trace_id=trace_id,
            permille=self._sampling.routine_permille,
            slow_seconds=self._sampling.slow_seconds,
        )
        if reason is None and work.unsure:
            reason = Kept.UNSURE
        if reason is not None:
            self._outlet.dropped_count += work.lost_count
            self._outlet.offer(
                Piece(
                    rows=tuple(replace(row, kept_by=reason) for row in rows),
                    spans=tuple(work.ended),
                )
            )

    def misstep(self, work: _Work | None) -> None:
        """Count something that went wrong in here, and keep what was being observed."""
        self._missteps_count += 1
        if work is not None:
            work.unsure = True

    def flush(self) -> None:
        """Write what waits now."""
        self._outlet.flush()

    def close(self) -> None:
        """Write what waits and stop."""
        self._outlet.close()


class _Open:
    """A span from its `with` to the end of that."""

    __slots__ = (
        "_about",
        "_first",
        "_name",
        "_otel",
        "_owner",
        "_parent",
        "_place",
        "_token",
        "_work",
    )

    def __init__(
        self, owner: OtelTracer, name: SpanName, about: Attributes, parent: TraceContext | None
    ) -> None:
        self._owner = owner
        self._name = name
        self._about = about
        self._parent = parent
        self._otel: trace.Span | None = None
        self._place: Token[TraceContext | None] | None = None
        self._token: Token[_Work | None] | None = None
        self._work: _Work | None = None
        self._first = False

    def __enter__(self) -> Span:
        try:
            work = _WORK.get()
            parent = self._parent or current()
            self._first = work is None or work.closed or self._parent is not None
            self._work = _Work() if self._first or work is None else work
            self._otel = self._owner.begin(self._name, self._about, parent)
            found = self._otel.get_span_context()
            self._place = enter(TraceContext(trace_id=found.trace_id, span_id=found.span_id))
            self._token = _WORK.set(self._work)
        except Exception:  # noqa: BLE001 - the instrumentation boundary: it never breaks a run
            self._owner.misstep(_WORK.get())
            return UNTRACED.span(self._name).__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        try:
            if self._otel is None or self._work is None:
                return
            if kind is not None:
                self.failed(kind.__name__)
            self._otel.end()
            if self._first:
                self._work.closed = True
                self._owner.finish(self._work, self._otel.get_span_context().trace_id)
        except Exception:  # noqa: BLE001 - the instrumentation boundary: it never breaks a run
            self._owner.misstep(self._work)
        finally:
            if self._token is not None:
                _reset(self._token)
            if self._place is not None:
                leave(self._place)

    def set(self, attributes: Attributes) -> None:
        """Say more about the work."""
        try:
            if self._otel is not None:
                self._otel.set_attributes({a.value: checked(a, v) for a, v in attributes.items()})
        except Exception:  # noqa: BLE001 - the instrumentation boundary: it never breaks a run
            self._owner.misstep(self._work)

    def failed(self, kind: str) -> None:
        """Mark the work as failed."""
        self.set({CallShape.FAULT: kind})
        if self._otel is not None:
            self._otel.set_status(Status(StatusCode.ERROR))


def _reset(token: Token[_Work | None]) -> None:
    try:
        _WORK.reset(token)
    except ValueError:  # the work was ended by another task than began it
        _WORK.set(None)


def _under(parent: TraceContext | None) -> Context:
    if parent is None:
        return Context()
    place = SpanContext(
        parent.trace_id, parent.span_id, is_remote=parent.remote, trace_flags=TraceFlags(1)
    )
    return trace.set_span_in_context(NonRecordingSpan(place), Context())


def _row(span: ReadableSpan) -> SpanRow:
    told: dict[str, SpanValue] = {
        name: value
        for name, value in (span.attributes or {}).items()
        if isinstance(value, (str, int))
    }
    name = str(told.pop(_NAME))
    began, ended = span.start_time or 0, span.end_time or 0
    place = span.get_span_context()
    assert place is not None, "a span that has ended has a place"
    parent = span.parent
    return SpanRow(
        span_id=f"{place.span_id:016x}",
        trace_id=f"{place.trace_id:032x}",
        parent_id=f"{parent.span_id:016x}" if parent else "",
        remote=bool(parent and parent.is_remote),
        name=name,
        run_id=RunId(str(told.get(Identity.RUN, ""))),
        capability=str(told.get(Identity.CAPABILITY, "")),
        started_at=instant(began // _NANOSECONDS_OF_MICROSECOND),
        duration_us=(ended - began) // _NANOSECONDS_OF_MICROSECOND,
        fault=str(told.get(CallShape.FAULT, "")),
        kept_by=Kept.UNSURE,
        attributes=told,
    )
