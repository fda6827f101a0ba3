"""Schedules of callers and items of the key-value store."""

from collections.abc import Sequence

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)
