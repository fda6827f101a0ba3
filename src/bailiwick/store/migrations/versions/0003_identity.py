"""Passwords, sessions, API keys, teams, failed logins and answers kept for repeated requests."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables, those first that others refer to, and say how far people see."""
    reach = sa.Column("reach", sa.Text(), nullable=False, server_default="workspace")
    op.add_column("people", reach)
    _credentials()
    _teams()
    _doors()


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _hash(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(80), nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{target}.workspace_id", f"{target}.id"],
        name=f"fk_{table}_workspace_id_{column}",
    )


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    name = "_".join(("uq", table, "workspace_id", *columns))
    return sa.UniqueConstraint("workspace_id", *columns, name=name)


def _own_table(name: str, *parts: SchemaItem) -> None:
    op.create_table(
        name,
        _id("workspace_id"),
        _id("id"),
        _at("created_at"),
        sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"),
        *parts,
        sa.PrimaryKeyConstraint("workspace_id", "id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=f"fk_{name}_workspace_id"
        ),
    )


def _index(name: str, table: str, *columns: str) -> None:
    op.create_index(name, table, ["workspace_id", *columns])


def _credentials() -> None:
    _own_table(
        "passwords",
        _id("person_id"),
        _text("hashed"),
        _at("changed_at"),
        _refers("passwords", "person_id", "people"),
        _unique("passwords", "person_id"),
    )
    _own_table(
        "sessions",
        _id("person_id"),
        _hash("secret_hash"),
        _at("seen_at"),
        _at("expires_at"),
        _at("ended_at", nullable=True),
        _refers("sessions", "person_id", "people"),
    )
    _index("ix_sessions_person", "sessions", "person_id", "ended_at")
    _index("ix_sessions_expiry", "sessions", "expires_at")
    _own_table(
        "api_keys",
        _id("person_id"),
        _text("name"),
        _text("hint"),
        _hash("secret_hash"),
        sa.Column("scopes", sa.String(400), nullable=True),
        _id("issued_by"),
        _at("expires_at"),
        _at("used_at", nullable=True),
        _at("revoked_at", nullable=True),
        _refers("api_keys", "person_id", "people"),
    )
    _index("ix_api_keys_person", "api_keys", "person_id", "id")


def _teams() -> None:
    _own_table("teams", _text("name"), _unique("teams", "name"))
    _own_table(
        "team_members",
        _id("team_id"),
        _id("person_id"),
        _refers("team_members", "team_id", "teams"),
        _refers("team_members", "person_id", "people"),
        _unique("team_members", "team_id", "person_id"),
    )
    _index("ix_team_members_person", "team_members", "person_id")


def _doors() -> None:
    _own_table(
        "login_failures",
        _hash("subject"),
        _count("count"),
        _at("last_at"),
        _at("blocked_until", nullable=True),
        _unique("login_failures", "subject"),
    )
    _index("ix_login_failures_last", "login_failures", "last_at")
    _own_table(
        "kept_answers",
        _hash("key_hash"),
        _hash("request_hash"),
        _count("status"),
        _text("headers"),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        _at("expires_at"),
        _unique("kept_answers", "key_hash"),
    )
    _index("ix_kept_answers_expiry", "kept_answers", "expires_at")
