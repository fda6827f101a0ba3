"""Data keys, erasures and backups."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    _own_table("data_keys", sa.Column("wrapped", sa.LargeBinary(), nullable=False))
    _own_table(
        "erasures",
        sa.Column("contact_id", sa.String(80), nullable=False),
        sa.Column("address_marks", sa.Text(), nullable=False),
        _text("reason"),
        sa.Column("erased_by", sa.String(80), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
    )
    op.create_index("ix_erasures_contact", "erasures", ["workspace_id", "contact_id"])
    _own_table(
        "backups",
        _text("file_name"),
        _text("sha256"),
        _number("size_bytes"),
        sa.Column("sealed", sa.Boolean(), nullable=False, server_default="0"),
        _number("head_seq"),
        _text("head_hash"),
        sa.Column("keep_until", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_backups_keep_until", "backups", ["workspace_id", "keep_until"])
    _own_table(
        "prunings",
        _text("kind"),
        sa.Column("older_than", sa.BigInteger(), nullable=False),
        _number("removed_count"),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")


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


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)
