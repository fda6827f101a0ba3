"""Spans of runs, and what models have cost: both may be pruned, neither is part of the audit."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index

from bailiwick.store.tables.schema import (
    CanonicalJson,
    at,
    identifier,
    number,
    text,
    workspace_table,
)

SPANS: Final = workspace_table(
    "spans",
    identifier("trace_id"),
    identifier("parent_id"),
    Column("remote", Boolean, nullable=False, default=False, server_default="0"),
    text("name"),
    identifier("run_id"),
    text("capability"),
    at("started_at", nullable=False),
    number("duration_us"),
    text("fault"),
    text("kept_by"),
    Column("attributes", CanonicalJson, nullable=False),
    Index("ix_spans_trace", "workspace_id", "trace_id", "id"),
    Index("ix_spans_run", "workspace_id", "run_id", "started_at"),
    Index("ix_spans_at", "workspace_id", "started_at", "id"),
)
"""`id` is the span id; `remote` tells that the parent was another process's span."""

MODEL_SPEND: Final = workspace_table(
    "model_spend",
    identifier("day"),
    text("capability"),
    Column("picodollars", BigInteger, nullable=False),
    at("told_at"),
    Index("ix_model_spend_day", "workspace_id", "day"),
)
"""What a day's calls have used and set aside: a row for each capability and one for all of them.

`id` is `<day>:<capability>`, or `<day>:*`; `told_at` is when somebody was told that it is used up.
"""
