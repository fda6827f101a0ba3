"""Passwords, sessions, API keys, teams, failed logins, and answers kept for repeated requests."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, UniqueConstraint

from bailiwick.store.tables.schema import at, identifier, number, refers, text, workspace_table

PASSWORDS: Final = workspace_table(
    "passwords",
    identifier("person_id"),
    text("hashed"),
    at("changed_at", nullable=False),
    *refers("people", "person_id"),
    UniqueConstraint("workspace_id", "person_id"),
)

SESSIONS: Final = workspace_table(
    "sessions",
    identifier("person_id"),
    Column("secret_hash", String(64), nullable=False),
    at("seen_at", nullable=False),
    at("expires_at", nullable=False),
    at("ended_at"),
    *refers("people", "person_id"),
    Index("ix_sessions_person", "workspace_id", "person_id", "ended_at"),
    Index("ix_sessions_expiry", "workspace_id", "expires_at"),
)

API_KEYS: Final = workspace_table(
    "api_keys",
    identifier("person_id"),
    text("name"),
    text("hint"),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", String(400), nullable=True),
    identifier("issued_by"),
    at("expires_at", nullable=False),
    at("used_at"),
    at("revoked_at"),
    *refers("people", "person_id"),
    Index("ix_api_keys_person", "workspace_id", "person_id", "id"),
)
"""`scopes` are words with a space between; null leaves the rights of the person's role."""

TEAMS: Final = workspace_table("teams", text("name"), UniqueConstraint("workspace_id", "name"))

TEAM_MEMBERS: Final = workspace_table(
    "team_members",
    identifier("team_id"),
    identifier("person_id"),
    *refers("teams", "team_id"),
    *refers("people", "person_id"),
    UniqueConstraint("workspace_id", "team_id", "person_id"),
    Index("ix_team_members_person", "workspace_id", "person_id"),
)

LOGIN_FAILURES: Final = workspace_table(
    "login_failures",
    Column("subject", String(64), nullable=False),
    number("count"),
    at("last_at", nullable=False),
    at("blocked_until"),
    UniqueConstraint("workspace_id", "subject"),
    Index("ix_login_failures_last", "workspace_id", "last_at"),
)

KEPT_ANSWERS: Final = workspace_table(
    "kept_answers",
    Column("key_hash", String(64), nullable=False),
    Column("request_hash", String(64), nullable=False),
    number("status"),
    text("headers"),
    Column("body", LargeBinary, nullable=True),
    at("expires_at", nullable=False),
    UniqueConstraint("workspace_id", "key_hash"),
    Index("ix_kept_answers_expiry", "workspace_id", "expires_at"),
)
"""Status 0: execution began and nobody said yet how it ended."""
