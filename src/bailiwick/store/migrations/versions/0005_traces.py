"""Spans, what models have cost, and a run's place in its trace."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables and add the column."""
    op.add_column("runs", sa.Column("traceparent", sa.Text, nullable=False, server_default=""))
    _spans()
    _model_spend()


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)


def _spans() -> None:
    op.create_table(
        "spans",
        sa.Column("workspace_id", sa.String(80), primary_key=True),
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("row_version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("trace_id", sa.String(80), nullable=False),
        sa.Column("parent_id", sa.String(80), nullable=False),
        sa.Column("remote", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("run_id", sa.String(80), nullable=False),
        sa.Column("capability", sa.Text, nullable=False, server_default=""),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("duration_us", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("fault", sa.Text, nullable=False, server_default=""),
        sa.Column("kept_by", sa.Text, nullable=False, server_default=""),
        sa.Column("attributes", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    )
    op.create_index("ix_spans_trace", "spans", ["workspace_id", "trace_id", "id"])
    op.create_index("ix_spans_run", "spans", ["workspace_id", "run_id", "started_at"])
    op.create_index("ix_spans_at", "spans", ["workspace_id", "started_at", "id"])


def _model_spend() -> None:
    op.create_table(
        "model_spend",
        sa.Column("workspace_id", sa.String(80), primary_key=True),
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("row_version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("day", sa.String(80), nullable=False),
        sa.Column("capability", sa.Text, nullable=False, server_default=""),
        sa.Column("picodollars", sa.BigInteger, nullable=False),
        sa.Column("told_at", sa.BigInteger),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    )
    op.create_index("ix_model_spend_day", "model_spend", ["workspace_id", "day"])
