"""Facts with provenance, consent, suppression, topics and approved statements."""

from typing import Final

from sqlalchemy import Column, Index, Integer, UniqueConstraint

from bailiwick.store.tables.schema import (
    CanonicalJson,
    at,
    identifier,
    refers,
    text,
    workspace_table,
)

FACTS: Final = workspace_table(
    "facts",
    identifier("subject_id"),
    text("field"),
    text("value"),
    Column("confidence_permille", Integer, nullable=False),
    text("source"),
    text("method"),
    Column("evidence", CanonicalJson, nullable=False),
    text("trust"),
    at("observed_at", nullable=False),
    at("valid_from", nullable=False),
    at("valid_to"),
    identifier("superseded_by", nullable=True),
    identifier("run_id", nullable=True),
    Index("ix_facts_subject", "workspace_id", "subject_id", "field", "valid_to"),
)
"""Invalidated by setting `valid_to`, never overwritten."""

CONSENTS: Final = workspace_table(
    "consents",
    identifier("contact_id"),
    text("purpose"),
    text("channel"),
    text("state"),
    text("lawful_basis"),
    text("source"),
    text("evidence"),
    at("valid_from", nullable=False),
    at("valid_to"),
    *refers("contacts", "contact_id"),
    Index("ix_consents_contact", "workspace_id", "contact_id", "purpose", "valid_to"),
)
"""Append-only: each row is one statement, and what holds is the latest of them."""
ANY_CONTACT: Final = "contact"
"""The purpose under which a person settles whether mail asked to stop; no mail has it."""

SUPPRESSIONS: Final = workspace_table(
    "suppressions",
    text("address_hash"),
    text("reason"),
    text("source"),
    text("evidence"),
    UniqueConstraint("workspace_id", "address_hash"),
)
"""SHA-256 of the normalised address; survives erasure of the contact and every re-import."""

TOPICS: Final = workspace_table(
    "topics",
    text("name"),
    text("title"),
    UniqueConstraint("workspace_id", "name"),
)
"""What campaigns are about, each with the words by which recipients know it."""

TOPIC_OPT_OUTS: Final = workspace_table(
    "topic_opt_outs",
    text("topic"),
    text("address_hash"),
    text("source"),
    text("evidence"),
    UniqueConstraint("workspace_id", "address_hash", "topic"),
    Index("ix_topic_opt_outs_topic", "workspace_id", "topic", "id"),
)
"""Who wants no more mail of one topic; like a suppression it outlives contact and campaign."""

STATEMENTS: Final = workspace_table(
    "statements",
    text("topic"),
    text("language"),
    text("body"),
    text("audience"),
    at("valid_to"),
    Index("ix_statements_topic", "workspace_id", "topic", "language"),
)
"""What we may say, approved by a person; `audience` is public or internal."""
