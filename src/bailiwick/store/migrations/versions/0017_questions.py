"""What was asked in words."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sql_runs",
        sa.Column("workspace_id", sa.String(80), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("question", sa.Text(), nullable=False, server_default=""),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, server_default=""),
        sa.Column("way", sa.Text(), nullable=False, server_default=""),
        sa.Column("sql", sa.Text(), nullable=False, server_default=""),
        sa.Column("attempts_count", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("rows_count", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("schema_hash", sa.Text(), nullable=False, server_default=""),
        sa.Column("data_version", sa.Text(), nullable=False, server_default=""),
        sa.Column("model", sa.Text(), nullable=False, server_default=""),
        sa.Column("prompt_version", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name="pk_sql_runs"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name="fk_sql_runs_workspace_id"
        ),
    )
    op.create_index("ix_sql_runs_created", "sql_runs", ["workspace_id", "created_at"])
