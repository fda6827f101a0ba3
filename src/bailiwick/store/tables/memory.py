"""What clients of the API keep by path and key."""

from typing import Final

from sqlalchemy import Column, Index

from bailiwick.store.tables.schema import FreeJson, at, number, text, workspace_table

MEMOS: Final = workspace_table(
    "memos",
    text("namespace"),
    text("key"),
    Column("value", FreeJson, nullable=False),
    at("updated_at", nullable=False),
    number("keep_minutes"),
    at("expires_at"),
    Index("ix_memos_namespace", "workspace_id", "namespace", "key"),
    Index("ix_memos_expires", "workspace_id", "expires_at"),
)
"""`id` is the hash of path and key; `namespace` is the labels, each ended by a period.

`keep_minutes` is 0 for what stays for good.
"""
