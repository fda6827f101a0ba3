"""Sends kept spans to a collector over OTLP/HTTP: Phoenix, LangSmith, or any other one."""

from collections.abc import Mapping, Sequence
from typing import Final

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from bailiwick.domain.fault import PortFault, SettingsFault
from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.span import SpanRow
from bailiwick.kit.instant import microseconds
from bailiwick.observe.tracing.outlet import Piece, Sink
from bailiwick.ports.trace import CallShape, Identity, SpanName

SEND_SECONDS_MAX: Final = 10  # the exporter's own default; the buffer goes on filling meanwhile
_NANOSECONDS_OF_MICROSECOND: Final = 1_000
_NAME: Final = "bailiwick.span"
_SAMPLED: Final = TraceFlags(TraceFlags.SAMPLED)
_KINDS: Final[Mapping[str, SpanKind]] = {
    SpanName.REQUEST: SpanKind.SERVER,
    SpanName.JOB: SpanKind.CONSUMER,
    SpanName.DELIVER: SpanKind.CONSUMER,
    SpanName.CHAT: SpanKind.CLIENT,
    SpanName.SEND: SpanKind.CLIENT,
}
_TITLES: Final[Mapping[str, tuple[str, CallShape | Identity]]] = {
    SpanName.RUN: ("invoke_agent", Identity.CAPABILITY),
    SpanName.CHAT: ("chat", CallShape.MODEL),
    SpanName.NODE: ("node", CallShape.NODE),
}
"""GenAI conventions: a span is called after its operation and what that is about."""


class UnableToExport(PortFault):
    """The collector did not take the spans."""


def otlp_sink(
    url: str, headers: Mapping[str, str], *, workspace_id: WorkspaceId, version: str
) -> Sink:
    """Return what sends pieces to a collector. Raises SettingsFault without the exporter."""
    try:
        from opentelemetry.exporter.otlp.proto.http import (  # noqa: PLC0415 - an optional extra
            Compression,
        )
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an optional extra
            OTLPSpanExporter,
        )
    except ImportError:
        message = "[trace] otlp_url is set: sending spans needs `bailiwick[otlp]`"
        raise SettingsFault(message) from None
    exporter = OTLPSpanExporter(
        endpoint=url,
        headers=dict(headers),
        timeout=SEND_SECONDS_MAX,
        compression=Compression.Gzip,
    )
    resource = Resource(
        {
            "service.name": "bailiwick",
            "service.version": version,
            Identity.WORKSPACE.value: workspace_id,
        }
    )
    scope = InstrumentationScope("bailiwick", version)

    def send(pieces: Sequence[Piece]) -> None:
        rows = (row for piece in pieces for row in piece)
        result = exporter.export([_span(row, resource, scope) for row in rows])
        if result is not SpanExportResult.SUCCESS:
            message = "the collector did not take the spans"
            raise UnableToExport(message)

    return send


def _span(row: SpanRow, resource: Resource, scope: InstrumentationScope) -> ReadableSpan:
    """Return a stored span as OpenTelemetry's exporter takes it."""
    trace_id = int(row.trace_id, 16)
    began = microseconds(row.started_at) * _NANOSECONDS_OF_MICROSECOND
    title, subject = _TITLES.get(row.name, (row.name, None))
    if subject is not None and subject in row.attributes:
        title = f"{title} {row.attributes[subject]}"
    parent = None
    if row.parent_id:
        parent = SpanContext(
            trace_id, int(row.parent_id, 16), is_remote=row.remote, trace_flags=_SAMPLED
        )
    return ReadableSpan(
        title,
        context=SpanContext(trace_id, int(row.span_id, 16), is_remote=False, trace_flags=_SAMPLED),
        parent=parent,
        resource=resource,
        attributes={**row.attributes, _NAME: row.name},
        kind=_KINDS.get(row.name, SpanKind.INTERNAL),
        status=Status(StatusCode.ERROR if row.fault else StatusCode.UNSET),
        start_time=began,
        end_time=began + row.duration_us * _NANOSECONDS_OF_MICROSECOND,
        instrumentation_scope=scope,
    )
