"""Tracing with OpenTelemetry: spans, what is kept of them, the local store and OTLP."""
