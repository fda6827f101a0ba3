"""Sends kept spans to a collector over OTLP/HTTP: Phoenix, LangSmith, or any other one."""

from collections.abc import Mapping, Sequence
from typing import Final

from opentelemetry.sdk.trace.export import SpanExportResult

from bailiwick.domain.fault import PortFault, SettingsFault
from bailiwick.observe.tracing.outlet import Piece, Sink

SEND_SECONDS_MAX: Final = 10  # the exporter's own default; the buffer goes on filling meanwhile


class UnableToExport(PortFault):
    """The collector did not take the spans."""


def otlp_sink(url: str, headers: Mapping[str, str]) -> Sink:
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

    def send(pieces: Sequence[Piece]) -> None:
        result = exporter.export([span for piece in pieces for span in piece.spans])
        if result is not SpanExportResult.SUCCESS:
            message = "the collector did not take the spans"
            raise UnableToExport(message)

    return send
