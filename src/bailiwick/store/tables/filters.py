"""Saved filters."""

from typing import Final

from sqlalchemy import Column, UniqueConstraint

from bailiwick.store.tables.schema import CanonicalJson, identifier, text, workspace_table

CONTACT_FILTERS: Final = workspace_table(
    "contact_filters",
    text("name"),
    Column("conditions", CanonicalJson, nullable=False),
    identifier("made_by"),
    UniqueConstraint("workspace_id", "name"),
)
"""`conditions` as `domain/filter/filter_text.py` writes them."""
