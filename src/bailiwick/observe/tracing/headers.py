"""W3C Trace Context at the edge: what a caller sends, and what an answer carries."""

from collections.abc import Mapping
from typing import Final

from bailiwick.ports.trace import TraceContext, current, current_run, read_traceparent

TRACEPARENT: Final = "traceparent"
TRACE_ID: Final = "x-trace-id"
RUN_ID: Final = "x-run-id"
_HEADER_LENGTH_MAX: Final = 256  # ours: a traceparent has 55 characters, a later version some more


def extract(headers: Mapping[str, str]) -> TraceContext | None:
    """Return the caller's place in a trace; None when no usable one was sent.

    `headers` has lower-case names.
    """
    header = headers.get(TRACEPARENT, "")
    return read_traceparent(header) if len(header) <= _HEADER_LENGTH_MAX else None


def response_headers(*, run_id: str = "") -> Mapping[str, str]:
    """Return the headers that name trace and run; empty while nothing is traced."""
    context = current()
    if context is None:
        return {}
    named = run_id or current_run()
    found = {TRACEPARENT: context.traceparent, TRACE_ID: f"{context.trace_id:032x}"}
    return {**found, RUN_ID: named} if named else found
