"""Jobs, schedules, and what a workspace may ask of a pool."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, UniqueConstraint

from bailiwick.store.tables.schema import at, identifier, number, text, workspace_table

JOBS: Final = workspace_table(
    "jobs",
    text("pool"),
    text("kind"),
    text("subject"),
    text("state"),
    number("rank"),
    at("due_at", nullable=False),
    number("attempt"),
    number("fence"),
    at("lease_until"),
    text("dedupe_key"),
    identifier("open_key", nullable=True),
    text("reason"),
    at("buried_at"),
    Column("engine_id", BigInteger),
    UniqueConstraint("workspace_id", "open_key"),
    Index("ix_jobs_next", "workspace_id", "pool", "state", "rank", "due_at", "id"),
    Index("ix_jobs_lease", "workspace_id", "state", "lease_until"),
)
"""`rank` is minus the priority, so that the index runs one way. `open_key` is the dedupe key while
the job waits or is leased. `engine_id` names the job in the engine that delivers it, if any."""

POOL_LIMITS: Final = workspace_table(
    "pool_limits",
    number("waiting_count_max"),
    number("leased_count_max"),
    number("per_minute_max"),
    number("burst_max", default=1),
    number("millitokens"),
    at("filled_at"),
)
"""One row for each pool (its id) that differs from the defaults, with its bucket of tokens."""

SCHEDULES: Final = workspace_table(
    "schedules",
    text("name"),
    text("cron"),
    text("zone"),
    text("pool"),
    text("kind"),
    text("subject"),
    number("rank"),
    Column("paused", Boolean, nullable=False, default=False, server_default="0"),
    at("next_at", nullable=False),
    at("last_at"),
    UniqueConstraint("workspace_id", "name"),
    Index("ix_schedules_next", "workspace_id", "paused", "next_at"),
)
"""`next_at` is the occurrence that nobody has fired yet; firing moves it, if it is unmoved."""
