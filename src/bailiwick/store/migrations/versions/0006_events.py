"""Webhook endpoints, deliveries and inbound event ids."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    _own_table(
        "webhook_endpoints",
        _text("url"),
        sa.Column("kinds", sa.Text(), nullable=False),
        _text("status"),
        _text("status_reason"),
        sa.Column("seq", sa.BigInteger(), nullable=False, server_default="0"),
        *_secrets(),
        sa.Column("created_by", sa.String(80), nullable=False),
    )
    op.create_index(
        "ix_webhook_endpoints_status", "webhook_endpoints", ["workspace_id", "status", "id"]
    )
    _own_table(
        "webhook_deliveries",
        sa.Column("endpoint_id", sa.String(80), nullable=False),
        sa.Column("event_id", sa.String(80), nullable=False),
        _text("kind"),
        _text("body"),
        _text("state"),
        sa.Column("tries", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("answer_status", sa.BigInteger(), nullable=False, server_default="0"),
        _text("reason"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "endpoint_id"],
            ["webhook_endpoints.workspace_id", "webhook_endpoints.id"],
            name="fk_webhook_deliveries_workspace_id_endpoint_id",
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "endpoint_id",
            "event_id",
            name="uq_webhook_deliveries_workspace_id_endpoint_id_event_id",
        ),
    )
    op.create_index(
        "ix_webhook_deliveries_state", "webhook_deliveries", ["workspace_id", "state", "id"]
    )
    _own_table(
        "inbound_sources",
        _text("name"),
        *_secrets(),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.UniqueConstraint("workspace_id", "name", name="uq_inbound_sources_workspace_id_name"),
    )


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _secrets() -> list[SchemaItem]:
    return [
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("former_secret", sa.LargeBinary(), nullable=False),
        sa.Column("former_until", sa.BigInteger(), nullable=True),
    ]


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
