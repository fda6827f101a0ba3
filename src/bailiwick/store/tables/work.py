"""Signals, runs, plans, steps, approvals, grants, halts and model calls."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, UniqueConstraint

from bailiwick.store.tables.schema import (
    CanonicalJson,
    at,
    identifier,
    number,
    refers,
    text,
    workspace_table,
)

SIGNALS: Final = workspace_table(
    "signals",
    text("kind"),
    identifier("contact_id", nullable=True),
    identifier("message_id", nullable=True),
    text("trust"),
    text("dedupe_key"),
    at("received_at", nullable=False),
    at("handled_at"),
    UniqueConstraint("workspace_id", "dedupe_key"),
    Index("ix_signals_open", "workspace_id", "handled_at", "id"),
)

RUNS: Final = workspace_table(
    "runs",
    text("capability"),
    text("capability_version"),
    identifier("signal_id", nullable=True),
    identifier("parent_run_id", nullable=True),
    identifier("contact_id", nullable=True),
    number("depth"),
    text("status"),
    text("reason"),
    Column("inputs", CanonicalJson),
    Column("outcome", CanonicalJson),
    at("started_at", nullable=False),
    at("finished_at"),
    Index("ix_runs_contact", "workspace_id", "contact_id", "started_at"),
    Index("ix_runs_parent", "workspace_id", "parent_run_id"),
)
"""`inputs` is all that a replay needs: bundle, versions, clock; `outcome` has the plan hash."""

PLANS: Final = workspace_table(
    "plans",
    identifier("run_id"),
    text("capability"),
    identifier("contact_id", nullable=True),
    text("objective"),
    text("status"),
    text("planner"),
    text("prompt_version"),
    text("facts_hash"),
    text("plan_hash"),
    number("version", default=1),
    Column("dropped", CanonicalJson),
    *refers("runs", "run_id"),
    Index("ix_plans_contact", "workspace_id", "contact_id", "created_at"),
    Index("ix_plans_status", "workspace_id", "status"),
)

STEPS: Final = workspace_table(
    "steps",
    identifier("plan_id"),
    identifier("run_id"),
    number("ordinal"),
    text("action"),
    Column("args", CanonicalJson, nullable=False),
    text("payload_hash"),
    Column("confidence_permille", Integer, nullable=False),
    Column("raw_confidence_permille", Integer),
    text("reason"),
    text("source"),
    Column("evidence", CanonicalJson, nullable=False),
    text("trust"),
    Column("tainted", CanonicalJson, nullable=False),
    Column("depends_on", CanonicalJson, nullable=False),
    Column("requires_approval", Boolean, nullable=False),
    text("status"),
    text("status_reason"),
    *refers("plans", "plan_id"),
    Index("ix_steps_plan", "workspace_id", "plan_id", "ordinal"),
)

VERDICTS: Final = workspace_table(
    "verdicts",
    identifier("step_id"),
    identifier("run_id"),
    text("capability"),
    text("action"),
    identifier("contact_id", nullable=True),
    text("stage"),
    text("answer"),
    Column("rules", CanonicalJson, nullable=False),
    text("rulebook_hash"),
    Column("standing", CanonicalJson, nullable=False),
    text("payload_hash"),
    at("at", nullable=False),
    Index("ix_verdicts_at", "workspace_id", "at"),
    Index("ix_verdicts_step", "workspace_id", "step_id"),
)
"""Every judgement with its standing, so that a rulebook can be tried on the past."""

APPROVALS: Final = workspace_table(
    "approvals",
    identifier("plan_id"),
    identifier("run_id"),
    identifier("step_id"),
    text("capability"),
    text("action"),
    Column("args", CanonicalJson, nullable=False),
    text("payload_hash"),
    identifier("contact_id", nullable=True),
    Column("rules", CanonicalJson, nullable=False),
    Column("reasons", CanonicalJson, nullable=False),
    text("needs_role"),
    number("needs_persons", default=1),
    text("status"),
    Column("confidence_permille", Integer, nullable=False),
    Column("evidence", CanonicalJson, nullable=False),
    text("requested_by"),
    at("expires_at", nullable=False),
    at("snoozed_until"),
    identifier("assigned_to", nullable=True),
    Column("signatures", CanonicalJson, nullable=False),
    identifier("decided_by", nullable=True),
    at("decided_at"),
    text("closed_reason"),
    identifier("replaces", nullable=True),
    *refers("plans", "plan_id"),
    Index("ix_approvals_status", "workspace_id", "status", "id"),
    Index("ix_approvals_step", "workspace_id", "step_id"),
)

GRANTS: Final = workspace_table(
    "grants",
    text("capability"),
    text("action"),
    number("level"),
    text("segment"),
    number("risk_max"),
    text("evidence"),
    text("reason"),
    identifier("granted_by"),
    at("granted_at", nullable=False),
    at("expires_at", nullable=False),
    at("revoked_at"),
    Index("ix_grants_action", "workspace_id", "capability", "action"),
)

HALTS: Final = workspace_table(
    "halts",
    text("scope"),
    text("reason"),
    identifier("flipped_by"),
    at("lifted_at"),
    Index("ix_halts_open", "workspace_id", "lifted_at"),
)
"""An open row stops its scope: `*`, `capability:<name>`, `action:<name>` or `model`."""

MODEL_CALLS: Final = workspace_table(
    "model_calls",
    identifier("run_id", nullable=True),
    text("ask"),
    text("prompt_version"),
    text("prompt_hash"),
    text("tier"),
    text("model_requested"),
    text("model_resolved"),
    text("endpoint"),
    text("source"),
    number("tokens_prompt"),
    number("tokens_cached"),
    number("tokens_completion"),
    number("tokens_reasoning"),
    Column("cost_picodollars", BigInteger, nullable=False),
    number("latency_ms"),
    number("attempts"),
    text("fault"),
    text("request_sha256"),
    text("request"),
    text("reply"),
    at("at", nullable=False),
    Index("ix_model_calls_run", "workspace_id", "run_id"),
    Index("ix_model_calls_at", "workspace_id", "at"),
)
