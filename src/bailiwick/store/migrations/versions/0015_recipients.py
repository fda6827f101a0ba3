"""Who owned a recipient when they were enrolled; what finds the card of a touch."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the column and the index."""
    op.add_column(
        "enrolments", sa.Column("owner_email", sa.Text(), nullable=False, server_default="")
    )
    op.create_index("ix_approvals_run", "approvals", ["workspace_id", "run_id"])


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)
