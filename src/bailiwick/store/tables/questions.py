"""What was asked in words."""

from typing import Final

from sqlalchemy import Index

from bailiwick.store.tables.schema import identifier, number, text, workspace_table

SQL_RUNS: Final = workspace_table(
    "sql_runs",
    text("question"),
    identifier("made_by"),
    text("status"),
    text("way"),
    text("sql"),
    number("attempts_count"),
    number("rows_count"),
    number("milliseconds"),
    text("schema_hash"),
    text("data_version"),
    text("model"),
    number("prompt_version"),
    Index("ix_sql_runs_created", "workspace_id", "created_at"),
)
"""Never the rows of an answer. A question may name somebody, so it goes when they are erased."""
