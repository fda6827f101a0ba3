"""Threads, their runs and events, and sealed checkpoints."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables, those first that others refer to."""
    _threads()
    _runs()
    _checkpoints()


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False, server_default="") for name in names]


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(80), nullable=nullable) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in names]


def _sealed(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _own_table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("workspace_id", sa.String(80), nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        *_instants("created_at"),
        sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"),
        *parts,
        sa.PrimaryKeyConstraint("workspace_id", "id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=f"fk_{name}_workspace_id"
        ),
    )


def _of_thread(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", "thread_id"],
        ["threads.workspace_id", "threads.id"],
        name=f"fk_{name}_workspace_id_thread_id",
    )


def _index(name: str, table: str, *columns: str) -> None:
    op.create_index(name, table, ["workspace_id", *columns])


def _threads() -> None:
    _own_table(
        "threads",
        *_texts("status", "capability"),
        *_ids("contact_id", "root_run_id", nullable=True),
        *_instants("updated_at", "state_updated_at"),
        *_instants("expires_at", nullable=True),
        *_texts("paused_version", "paused_shape"),
        *_numbers("fence"),
        *_texts("holder"),
        *_instants("lease_until", nullable=True),
        _sealed("face"),
        _sealed("state", nullable=True),
    )
    _index("ix_threads_contact", "threads", "contact_id")
    _index("ix_threads_updated", "threads", "updated_at", "id")
    _index("ix_threads_status", "threads", "status", "updated_at")
    _index("ix_threads_expires", "threads", "expires_at")


def _runs() -> None:
    _own_table(
        "thread_runs",
        *_ids("thread_id"),
        *_ids("root_run_id", nullable=True),
        *_texts("capability", "status", "cancel"),
        *_numbers("attempt"),
        sa.Column("forget", sa.Boolean(), nullable=False, server_default="0"),
        *_instants("updated_at", "due_at"),
        _sealed("asked"),
        _sealed("error", nullable=True),
        _of_thread("thread_runs"),
    )
    _index("ix_thread_runs_thread", "thread_runs", "thread_id", "id")
    _index("ix_thread_runs_status", "thread_runs", "status", "due_at")
    _own_table(
        "thread_events",
        *_ids("thread_id", "run_id"),
        *_numbers("seq"),
        *_texts("event"),
        _sealed("body"),
        _of_thread("thread_events"),
        sa.UniqueConstraint(
            "workspace_id", "run_id", "seq", name="uq_thread_events_workspace_id_run_id_seq"
        ),
    )
    _index("ix_thread_events_thread", "thread_events", "thread_id")
    _index("ix_thread_events_created", "thread_events", "created_at")


def _checkpoints() -> None:
    _own_table(
        "checkpoints",
        *_ids("thread_id"),
        *_texts("ns", "checkpoint_id", "parent_id", "run_id"),
        _sealed("body"),
        _of_thread("checkpoints"),
    )
    _index("ix_checkpoints_thread", "checkpoints", "thread_id", "ns", "checkpoint_id")
    _index("ix_checkpoints_run", "checkpoints", "run_id")
    _own_table(
        "checkpoint_values",
        *_ids("thread_id"),
        *_texts("ns", "channel", "version"),
        _sealed("body"),
        _of_thread("checkpoint_values"),
    )
    _index("ix_checkpoint_values_thread", "checkpoint_values", "thread_id", "ns", "channel")
    _own_table(
        "checkpoint_writes",
        *_ids("thread_id", "checkpoint_key"),
        *_texts("task_id", "path"),
        _sealed("body"),
        _of_thread("checkpoint_writes"),
    )
    _index("ix_checkpoint_writes_thread", "checkpoint_writes", "thread_id", "checkpoint_key")
