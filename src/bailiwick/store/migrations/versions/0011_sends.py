"""By which domain and when mail went, for limits; the clock that a company lives by."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns and what finds their rows."""
    op.add_column("accounts", _text("timezone"))
    op.add_column("effects", _text("address_domain"))
    op.create_index(
        "ix_effects_settled", "effects", ["workspace_id", "action", "settled_at", "state"]
    )
    op.create_index(
        "ix_effects_domain", "effects", ["workspace_id", "address_domain", "settled_at"]
    )


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")
