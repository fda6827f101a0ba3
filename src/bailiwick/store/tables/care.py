"""Data keys of persons, what was erased, which backups were made and what retention removed."""

from typing import Final

from sqlalchemy import Boolean, Column, Index, LargeBinary

from bailiwick.store.tables.schema import (
    CanonicalJson,
    at,
    identifier,
    number,
    text,
    workspace_table,
)

DATA_KEYS: Final = workspace_table(
    "data_keys",
    Column("wrapped", LargeBinary, nullable=False),
)
"""One key for each subject, under the subject's id; without it what it sealed is unreadable."""

ERASURES: Final = workspace_table(
    "erasures",
    identifier("contact_id"),
    Column("address_marks", CanonicalJson, nullable=False),
    text("reason"),
    identifier("erased_by"),
    Column("counts", CanonicalJson, nullable=False),
    Index("ix_erasures_contact", "workspace_id", "contact_id"),
)
"""Who was erased, as a pseudonym and salted hashes, so that a restore can do it again."""

BACKUPS: Final = workspace_table(
    "backups",
    text("file_name"),
    text("sha256"),
    number("size_bytes"),
    Column("sealed", Boolean, nullable=False, default=False, server_default="0"),
    number("head_seq"),
    text("head_hash"),
    at("keep_until", nullable=False),
    Index("ix_backups_keep_until", "workspace_id", "keep_until"),
)
"""Backups made of this workspace; `keep_until` is when their operator said they will be gone."""

PRUNINGS: Final = workspace_table(
    "prunings",
    text("kind"),
    at("older_than", nullable=False),
    number("removed_count"),
)
"""What retention removed, and up to which instant."""
