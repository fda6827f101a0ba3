"""What clients of the API keep by path and key, and the runs that they want again and again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""
    _memos()
    _crons()


def _memos() -> None:
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


def _crons() -> None:
    op.create_table(
        "crons",
        sa.Column("workspace_id", sa.String(80), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("capability", sa.Text(), nullable=False, server_default=""),
        sa.Column("schedule", sa.Text(), nullable=False, server_default=""),
        sa.Column("zone", sa.Text(), nullable=False, server_default=""),
        sa.Column("input", sa.Text(), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.String(80), nullable=True),
        sa.Column("thread_kept", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("multitask", sa.Text(), nullable=False, server_default=""),
        sa.Column("enabled", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("end_time", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("schedule_id", sa.String(80), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_crons"),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name="fk_crons_workspace_id"),
    )


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)
