"""What clients of the API keep by path and key."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "memos",
        sa.Column("workspace_id", sa.String(80), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("namespace", sa.Text(), nullable=False, server_default=""),
        sa.Column("key", sa.Text(), nullable=False, server_default=""),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("keep_minutes", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_memos"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_memos_workspace_id"),
    )
    op.create_index("ix_memos_namespace", "memos", ["workspace_id", "namespace", "key"])
    op.create_index("ix_memos_expires", "memos", ["workspace_id", "expires_at"])


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)
