"""Campaigns, what they send, whom to, and each touch."""

from typing import Final

from sqlalchemy import Column, Index, UniqueConstraint

from bailiwick.store.tables.schema import (
    CanonicalJson,
    at,
    identifier,
    number,
    refers,
    text,
    workspace_table,
)

CAMPAIGNS: Final = workspace_table(
    "campaigns",
    text("name"),
    text("status"),
    text("status_reason"),
    number("version", default=1),
    identifier("made_by"),
    at("ended_at"),
    UniqueConstraint("workspace_id", "name"),
    Index("ix_campaigns_status", "workspace_id", "status", "id"),
)
"""`version` is that of the series which new recipients get."""

CAMPAIGN_SERIES: Final = workspace_table(
    "campaign_series",
    identifier("campaign_id"),
    number("version"),
    Column("series", CanonicalJson, nullable=False),
    identifier("made_by"),
    *refers("campaigns", "campaign_id"),
    UniqueConstraint("workspace_id", "campaign_id", "version"),
)
"""Never changed: a change of a campaign is another version."""

ENROLMENTS: Final = workspace_table(
    "enrolments",
    identifier("campaign_id"),
    identifier("contact_id"),
    number("version"),
    text("stage"),
    number("touches_count"),
    number("put_offs_count"),
    at("wake_at"),
    text("reason"),
    text("end"),
    at("ended_at"),
    text("owner_email"),
    *refers("campaigns", "campaign_id"),
    *refers("contacts", "contact_id"),
    Index("ix_enrolments_wake", "workspace_id", "campaign_id", "wake_at"),
    Index("ix_enrolments_campaign", "workspace_id", "campaign_id", "stage", "id"),
    Index("ix_enrolments_contact", "workspace_id", "contact_id"),
)
"""The durable thread of one recipient; `wake_at` is null unless something is to be begun then."""

TOUCHES: Final = workspace_table(
    "touches",
    identifier("enrolment_id"),
    identifier("campaign_id"),
    identifier("contact_id"),
    number("number"),
    number("version"),
    number("attempt"),
    identifier("run_id"),
    text("fate"),
    at("fate_at"),
    *refers("enrolments", "enrolment_id"),
    UniqueConstraint("workspace_id", "enrolment_id", "number", "attempt"),
    Index("ix_touches_run", "workspace_id", "run_id"),
    Index("ix_touches_fate", "workspace_id", "fate", "id"),
    Index("ix_touches_campaign", "workspace_id", "campaign_id", "fate"),
    Index("ix_touches_contact", "workspace_id", "contact_id"),
)
"""One try of one touch; an empty fate means that it is under way, which its run and effect tell."""
