"""Endpoints that are told of events, their deliveries, and outside systems that tell us."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint

from bailiwick.store.tables.schema import (
    CanonicalJson,
    at,
    identifier,
    number,
    refers,
    text,
    workspace_table,
)

WEBHOOK_ENDPOINTS: Final = workspace_table(
    "webhook_endpoints",
    text("url"),
    Column("kinds", CanonicalJson, nullable=False),
    text("status"),
    text("status_reason"),
    number("seq"),
    Column("secret", LargeBinary, nullable=False),
    Column("former_secret", LargeBinary, nullable=False),
    at("former_until"),
    identifier("created_by"),
    Index("ix_webhook_endpoints_status", "workspace_id", "status", "id"),
)
"""`seq` is the last record of the audit chain that was looked at for the endpoint."""

WEBHOOK_DELIVERIES: Final = workspace_table(
    "webhook_deliveries",
    identifier("endpoint_id"),
    identifier("event_id"),
    text("kind"),
    text("body"),
    text("state"),
    number("tries"),
    at("due_at", nullable=False),
    number("answer_status"),
    text("reason"),
    *refers("webhook_endpoints", "endpoint_id"),
    UniqueConstraint("workspace_id", "endpoint_id", "event_id"),
    Index("ix_webhook_deliveries_state", "workspace_id", "state", "id"),
)

INBOUND_SOURCES: Final = workspace_table(
    "inbound_sources",
    text("name"),
    Column("secret", LargeBinary, nullable=False),
    Column("former_secret", LargeBinary, nullable=False),
    at("former_until"),
    identifier("created_by"),
    UniqueConstraint("workspace_id", "name"),
)
