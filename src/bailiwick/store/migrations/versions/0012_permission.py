"""Topics and who left them, and reports on mail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    _own_table(
        "topics",
        _text("name"),
        _text("title"),
        sa.UniqueConstraint("workspace_id", "name", name="uq_topics_workspace_id_name"),
    )
    _own_table(
        "topic_opt_outs",
        _text("topic"),
        _text("address_hash"),
        _text("source"),
        _text("evidence"),
        sa.UniqueConstraint(
            "workspace_id",
            "address_hash",
            "topic",
            name="uq_topic_opt_outs_workspace_id_address_hash_topic",
        ),
    )
    op.create_index("ix_topic_opt_outs_topic", "topic_opt_outs", ["workspace_id", "topic", "id"])
    _reports()


def _reports() -> None:
    _own_table(
        "delivery_reports",
        _text("kind"),
        sa.Column("message_id", sa.String(80), nullable=False),
        sa.Column("contact_id", sa.String(80), nullable=True),
        sa.Column("marketing", sa.Boolean(), nullable=False, server_default="0"),
        _text("status"),
        sa.Column("reported_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "contact_id"],
            ["contacts.workspace_id", "contacts.id"],
            name="fk_delivery_reports_workspace_id_contact_id",
        ),
        sa.UniqueConstraint(
            "workspace_id",
            "message_id",
            "kind",
            name="uq_delivery_reports_workspace_id_message_id_kind",
        ),
    )
    op.create_index(
        "ix_delivery_reports_kind", "delivery_reports", ["workspace_id", "kind", "reported_at"]
    )
    op.create_index(
        "ix_delivery_reports_contact", "delivery_reports", ["workspace_id", "contact_id", "kind"]
    )


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


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
