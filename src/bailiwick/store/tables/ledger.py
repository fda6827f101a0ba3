"""The effect ledger, the audit chain and its seals."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    UniqueConstraint,
)

from bailiwick.store.tables.schema import (
    METADATA,
    CanonicalJson,
    at,
    identifier,
    number,
    refers,
    text,
    workspace_table,
)

EFFECTS: Final = workspace_table(
    "effects",
    identifier("plan_id"),
    identifier("run_id"),
    identifier("step_id"),
    text("capability"),
    text("action"),
    Column("args", CanonicalJson, nullable=False),
    text("payload_hash"),
    text("effect_key"),
    identifier("approval_id", nullable=True),
    identifier("contact_id", nullable=True),
    text("address_hash"),
    text("address_domain"),
    text("state"),
    number("attempt"),
    number("fence"),
    text("lease_holder"),
    at("lease_until"),
    at("due_at"),
    text("provider_ref"),
    Column("receipt", CanonicalJson),
    text("reason"),
    number("epoch", default=1),
    at("settled_at"),
    *refers("plans", "plan_id"),
    UniqueConstraint("workspace_id", "effect_key"),
    UniqueConstraint("workspace_id", "step_id"),
    Index("ix_effects_due", "workspace_id", "state", "due_at"),
    Index("ix_effects_contact", "workspace_id", "contact_id", "state"),
    Index("ix_effects_settled", "workspace_id", "action", "settled_at", "state"),
    Index("ix_effects_domain", "workspace_id", "address_domain", "settled_at"),
)
"""One row for each step that may have an effect (reliability, section 4)."""

RECORDS: Final = Table(
    "records",
    METADATA,
    Column("workspace_id", String(80), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    identifier("run_id", nullable=True),
    identifier("contact_id", nullable=True),
    text("subject"),
    Column("payload", CanonicalJson, nullable=False),
    at("at", nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    Index("ix_records_run", "workspace_id", "run_id", "seq"),
    Index("ix_records_subject", "workspace_id", "subject", "seq"),
)
"""Append-only and hash-chained by `seq`."""

SEALS: Final = workspace_table(
    "seals",
    number("seq"),
    text("head_hash"),
    text("public_key"),
    text("signature"),
    Index("ix_seals_seq", "workspace_id", "seq"),
)
"""Signed heads of the chain; copies belong outside the database."""
