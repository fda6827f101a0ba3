"""Who is due, campaign by campaign."""

from collections.abc import Sequence

from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Order recipients who wait by their campaign first."""
    op.drop_index("ix_enrolments_wake", table_name="enrolments")
    op.create_index("ix_enrolments_wake", "enrolments", ["workspace_id", "campaign_id", "wake_at"])


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)
