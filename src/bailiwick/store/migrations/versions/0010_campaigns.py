"""Campaigns, their series, recipients and touches."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    _own_table(
        "campaigns",
        _text("name"),
        _text("status"),
        _text("status_reason"),
        _number("version", "1"),
        _identifier("made_by"),
        _at("ended_at"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_campaigns_workspace_id_name"),
    )
    op.create_index("ix_campaigns_status", "campaigns", ["workspace_id", "status", "id"])
    _own_table(
        "campaign_series",
        _identifier("campaign_id"),
        _number("version"),
        sa.Column("series", sa.Text(), nullable=False),
        _identifier("made_by"),
        _refers("campaign_series", "campaign_id", "campaigns"),
        sa.UniqueConstraint(
            "workspace_id",
            "campaign_id",
            "version",
            name="uq_campaign_series_workspace_id_campaign_id_version",
        ),
    )
    _enrolments()
    _touches()


def _enrolments() -> None:
    _own_table(
        "enrolments",
        _identifier("campaign_id"),
        _identifier("contact_id"),
        _number("version"),
        _text("stage"),
        _number("touches_count"),
        _number("put_offs_count"),
        _at("wake_at"),
        _text("reason"),
        _text("end"),
        _at("ended_at"),
        _refers("enrolments", "campaign_id", "campaigns"),
        _refers("enrolments", "contact_id", "contacts"),
    )
    op.create_index("ix_enrolments_wake", "enrolments", ["workspace_id", "wake_at"])
    op.create_index(
        "ix_enrolments_campaign", "enrolments", ["workspace_id", "campaign_id", "stage", "id"]
    )
    op.create_index("ix_enrolments_contact", "enrolments", ["workspace_id", "contact_id"])


def _touches() -> None:
    _own_table(
        "touches",
        _identifier("enrolment_id"),
        _identifier("campaign_id"),
        _identifier("contact_id"),
        _number("number"),
        _number("version"),
        _number("attempt"),
        _identifier("run_id"),
        _text("fate"),
        _at("fate_at"),
        _refers("touches", "enrolment_id", "enrolments"),
        sa.UniqueConstraint(
            "workspace_id",
            "enrolment_id",
            "number",
            "attempt",
            name="uq_touches_workspace_id_enrolment_id_number_attempt",
        ),
    )
    op.create_index("ix_touches_run", "touches", ["workspace_id", "run_id"])
    op.create_index("ix_touches_fate", "touches", ["workspace_id", "fate", "id"])
    op.create_index("ix_touches_campaign", "touches", ["workspace_id", "campaign_id", "fate"])
    op.create_index("ix_touches_contact", "touches", ["workspace_id", "contact_id"])


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)


def _identifier(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(80), nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _number(name: str, default: str = "0") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default=default)


def _at(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=True)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{other}.workspace_id", f"{other}.id"],
        name=f"fk_{table}_workspace_id_{column}",
    )


def _own_table(name: str, *parts: SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("workspace_id", sa.String(80), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"),
        *parts,
        sa.PrimaryKeyConstraint("workspace_id", "id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=f"fk_{name}_workspace_id"
        ),
    )
