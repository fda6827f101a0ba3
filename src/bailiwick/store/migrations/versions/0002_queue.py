"""Jobs, schedules and what a queued run needs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables, and give runs what a queued one needs."""
    _queued_runs()


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)


def _queued_runs() -> None:
    for column in (
        sa.Column("pool", sa.Text(), nullable=False, server_default=""),
        sa.Column("requested_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("request_key", sa.String(300), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("thread_id", sa.String(80), nullable=True),
        sa.Column("job_id", sa.String(80), nullable=True),
        sa.Column("attempt", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("fence", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("cancel_asked_at", sa.BigInteger(), nullable=True),
    ):
        op.add_column("runs", column)
    op.create_index("ix_runs_request", "runs", ["workspace_id", "request_key"], unique=True)
    op.create_index("ix_runs_thread", "runs", ["workspace_id", "thread_id", "id"])
    op.create_index("ix_runs_status", "runs", ["workspace_id", "status", "id"])
