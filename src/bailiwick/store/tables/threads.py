"""Threads, their runs and events, and the sealed checkpoints of their graphs.

What a client or a graph wrote is sealed (kit/envelope.py); open columns hold ids, names of nodes
and channels, states and times.
"""

from typing import Final

from sqlalchemy import Boolean, Column, Index, LargeBinary, UniqueConstraint

from bailiwick.store.tables.schema import at, identifier, number, refers, text, workspace_table

THREADS: Final = workspace_table(
    "threads",
    text("status"),
    text("capability"),
    identifier("contact_id", nullable=True),
    identifier("root_run_id", nullable=True),
    text("made_by"),
    at("updated_at", nullable=False),
    at("state_updated_at", nullable=False),
    at("expires_at"),
    text("paused_version"),
    text("paused_shape"),
    number("fence"),
    text("holder"),
    at("lease_until"),
    Column("face", LargeBinary, nullable=False),
    Column("state", LargeBinary),
    Index("ix_threads_contact", "workspace_id", "contact_id"),
    Index("ix_threads_updated", "workspace_id", "updated_at", "id"),
    Index("ix_threads_status", "workspace_id", "status", "updated_at"),
    Index("ix_threads_expires", "workspace_id", "expires_at"),
)
"""`root_run_id`: the run whose plan the thread waits for. `paused_*`: the graph it waits in.

`fence` rises with each lease, and every write of a run names it. `face` is the sealed metadata,
config, error and pauses, `state` the sealed values as the last run left them.
"""

THREAD_RUNS: Final = workspace_table(
    "thread_runs",
    identifier("thread_id"),
    identifier("root_run_id", nullable=True),
    text("capability"),
    text("status"),
    text("cancel"),
    number("attempt"),
    Column("forget", Boolean, nullable=False, default=False, server_default="0"),
    at("updated_at", nullable=False),
    at("due_at", nullable=False),
    Column("asked", LargeBinary, nullable=False),
    Column("error", LargeBinary),
    *refers("threads", "thread_id"),
    Index("ix_thread_runs_thread", "workspace_id", "thread_id", "id"),
    Index("ix_thread_runs_status", "workspace_id", "status", "due_at"),
)
"""`cancel` is empty, `interrupt` or `rollback`; `asked` is sealed, and so is `error`."""

THREAD_EVENTS: Final = workspace_table(
    "thread_events",
    identifier("thread_id"),
    identifier("run_id"),
    number("seq"),
    text("event"),
    Column("body", LargeBinary, nullable=False),
    *refers("threads", "thread_id"),
    UniqueConstraint("workspace_id", "run_id", "seq"),
    Index("ix_thread_events_thread", "workspace_id", "thread_id"),
    Index("ix_thread_events_created", "workspace_id", "created_at"),
)

CHECKPOINTS: Final = workspace_table(
    "checkpoints",
    identifier("thread_id"),
    text("ns"),
    text("checkpoint_id"),
    text("parent_id"),
    text("run_id"),
    Column("body", LargeBinary, nullable=False),
    *refers("threads", "thread_id"),
    Index("ix_checkpoints_thread", "workspace_id", "thread_id", "ns", "checkpoint_id"),
    Index("ix_checkpoints_run", "workspace_id", "run_id"),
)
"""`id` is the hash of thread, namespace and checkpoint id, which together may be long."""

CHECKPOINT_VALUES: Final = workspace_table(
    "checkpoint_values",
    identifier("thread_id"),
    text("ns"),
    text("channel"),
    text("version"),
    Column("body", LargeBinary, nullable=False),
    *refers("threads", "thread_id"),
    Index("ix_checkpoint_values_thread", "workspace_id", "thread_id", "ns", "channel"),
)
"""The value of a channel at a version: stored once, however many checkpoints show it."""

CHECKPOINT_WRITES: Final = workspace_table(
    "checkpoint_writes",
    identifier("thread_id"),
    identifier("checkpoint_key"),
    text("task_id"),
    text("path"),
    Column("body", LargeBinary, nullable=False),
    *refers("threads", "thread_id"),
    Index("ix_checkpoint_writes_thread", "workspace_id", "thread_id", "checkpoint_key"),
)
"""What one task of a checkpoint has written so far, interrupts among it."""
