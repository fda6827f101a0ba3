"""Runs that clients of the API want again and again."""

from typing import Final

from sqlalchemy import Boolean, Column

from bailiwick.store.tables.schema import FreeJson, at, identifier, text, workspace_table

CRONS: Final = workspace_table(
    "crons",
    text("capability"),
    text("schedule"),
    text("zone"),
    Column("input", FreeJson),
    Column("metadata", FreeJson, nullable=False),
    identifier("thread_id", nullable=True),
    Column("thread_kept", Boolean, nullable=False, default=False, server_default="0"),
    text("multitask"),
    Column("enabled", Boolean, nullable=False, default=True, server_default="1"),
    at("end_time"),
    identifier("made_by"),
    identifier("schedule_id", nullable=True),
    at("updated_at", nullable=False),
)
"""The row says what is run; its schedule says when."""
