"""The first schema: every table of the store.

Written out in full, so that later changes of the code cannot change it. Rows of a workspace are
keyed (workspace_id, id); instants are microseconds in BIGINT; JSON is canonical text.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables, those first that others refer to."""
    _workspaces_and_people()
    _customers()
    _deals()
    _intake()
    _knowledge()
    _mail()
    _runs()
    _plans()
    _approvals()
    _authority()
    _model_calls()
    _ledger()


def downgrade() -> None:
    """Refuse: going back is restoring a backup. Raises NotImplementedError always."""
    message = "migrations only go forward; restore a backup instead"
    raise NotImplementedError(message)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False, server_default="") for name in names]


def _jsons(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(80), nullable=nullable) for name in names]


def _instants(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False, server_default="0") for name in names]


def _ones(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False, server_default="1") for name in names]


def _booleans(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean(), nullable=False, server_default="0") for name in names]


def _booleans_true(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean(), nullable=False, server_default="1") for name in names]


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{target}.workspace_id", f"{target}.id"],
        name=f"fk_{table}_workspace_id_{column}",
    )


def _in_workspace(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id"], ["workspaces.id"], name=f"fk_{table}_workspace_id"
    )


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _index(name: str, table: str, *columns: str) -> None:
    op.create_index(name, table, ["workspace_id", *columns])


def _own_table(name: str, *parts: SchemaItem) -> None:
    op.create_table(
        name,
        *_ids("workspace_id", "id"),
        *_instants("created_at"),
        sa.Column("row_version", sa.Integer(), nullable=False, server_default="1"),
        *parts,
        sa.PrimaryKeyConstraint("workspace_id", "id", name=f"pk_{name}"),
        _in_workspace(name),
    )


# fmt: off

def _workspaces_and_people() -> None:
    op.create_table("workspaces", *_ids("id"), *_instants("created_at"),
        sa.Column("name", sa.String(200), nullable=False),
        *_texts("mailbox", "company", "postal_address", "timezone", "jurisdiction"),
        *_ones("epoch"), *_texts("secret"), _unique("workspaces", "name"),
        sa.PrimaryKeyConstraint("id", name="pk_workspaces"))
    _own_table("people", *_texts("name", "email", "role"),
        _unique("people", "workspace_id", "email"))


def _customers() -> None:
    _own_table("accounts", *_texts("name", "name_folded", "domain", "industry"),
        sa.Column("employees_count", sa.Integer(), nullable=True),
        *_texts("country", "city", "website", "description", "owner_email"),
        *_instants("updated_at", nullable=True))
    _index("ix_accounts_domain", "accounts", "domain")
    _index("ix_accounts_name", "accounts", "name_folded")
    _own_table("contacts", *_ids("account_id", nullable=True),
        *_texts("first_name", "last_name", "name_folded", "title", "phone"),
        *_texts("country", "city", "timezone", "language", "lifecycle"), *_texts("owner_email"),
        *_booleans("do_not_contact", "bounced", "unsubscribed", "opt_out_doubtful"),
        *_instants("last_inbound_at", "last_outbound_at", nullable=True),
        *_numbers("sent_count", "received_count"),
        *_instants("enriched_at", "due_at", "deleted_at", "updated_at", nullable=True),
        _refers("contacts", "account_id", "accounts"))
    _index("ix_contacts_account", "contacts", "account_id")
    _index("ix_contacts_due", "contacts", "due_at")
    _index("ix_contacts_name", "contacts", "name_folded")
    _own_table("contact_addresses", *_ids("contact_id"), *_texts("address", "address_hash"),
        *_numbers("rank"), _refers("contact_addresses", "contact_id", "contacts"),
        _unique("contact_addresses", "workspace_id", "address"))
    _index("ix_contact_addresses_contact", "contact_addresses", "contact_id")
    _own_table("leads", *_texts("name", "name_folded", "company", "address", "phone"),
        *_texts("source", "status"), *_ids("contact_id", nullable=True),
        *_instants("updated_at", nullable=True), _refers("leads", "contact_id", "contacts"))
    _index("ix_leads_address", "leads", "address")
    _own_table("products", *_texts("name", "name_folded", "sku"),
        sa.Column("price_minor", sa.BigInteger(), nullable=True), *_texts("currency"),
        *_instants("updated_at", nullable=True))


def _deals() -> None:
    _own_table("opportunities", *_texts("name"), *_ids("account_id", "contact_id", nullable=True),
        *_texts("stage"), sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        *_texts("currency", "close_on"), *_booleans("closed", "won"), *_texts("owner_email"),
        *_instants("updated_at", nullable=True), _refers("opportunities", "account_id", "accounts"),
        _refers("opportunities", "contact_id", "contacts"))
    _index("ix_opportunities_account", "opportunities", "account_id")
    _index("ix_opportunities_contact", "opportunities", "contact_id")
    _own_table("stage_changes", *_ids("opportunity_id"), *_texts("stage_from", "stage_to"),
        *_instants("changed_at"), _refers("stage_changes", "opportunity_id", "opportunities"))
    _index("ix_stage_changes_opportunity", "stage_changes", "opportunity_id", "changed_at")
    _own_table("activities", *_texts("kind", "subject", "note"),
        *_ids("contact_id", "account_id", "opportunity_id", nullable=True),
        *_instants("at", "updated_at", nullable=True),
        _refers("activities", "account_id", "accounts"),
        _refers("activities", "contact_id", "contacts"),
        _refers("activities", "opportunity_id", "opportunities"))
    _index("ix_activities_contact", "activities", "contact_id", "at")
    _own_table("tasks", *_texts("title", "reason"), *_ids("contact_id", "run_id", nullable=True),
        *_texts("effect_key", "evidence"), *_instants("done_at", nullable=True),
        _refers("tasks", "contact_id", "contacts"), _unique("tasks", "workspace_id", "effect_key"))
    _index("ix_tasks_contact", "tasks", "contact_id", "done_at")


def _intake() -> None:
    _own_table("external_ids", *_texts("system", "kind", "external_id"), *_ids("local_id"),
        *_texts("content_hash"), *_ids("batch_id", nullable=True),
        _unique("external_ids", "workspace_id", "system", "kind", "external_id"))
    _index("ix_external_ids_local", "external_ids", "local_id")
    _own_table("pending_links", *_texts("system", "kind"), *_ids("local_id"),
        *_texts("field", "target_kind", "target_key"))
    _index("ix_pending_links_target", "pending_links", "target_kind", "target_key")
    _own_table("import_batches", *_texts("system", "kind", "file_name", "file_sha256", "mapping"),
        *_numbers("new_count", "updated_count", "duplicate_count", "rejected_count"),
        *_instants("finished_at", nullable=True))


def _knowledge() -> None:
    _own_table("facts", *_ids("subject_id"), *_texts("field", "value"),
        sa.Column("confidence_permille", sa.Integer(), nullable=False), *_texts("source", "method"),
        *_jsons("evidence"), *_texts("trust"), *_instants("observed_at", "valid_from"),
        *_instants("valid_to", nullable=True), *_ids("superseded_by", "run_id", nullable=True))
    _index("ix_facts_subject", "facts", "subject_id", "field", "valid_to")
    _own_table("consents", *_ids("contact_id"),
        *_texts("purpose", "channel", "state", "lawful_basis", "source"), *_texts("evidence"),
        *_instants("valid_from"), *_instants("valid_to", nullable=True),
        _refers("consents", "contact_id", "contacts"))
    _index("ix_consents_contact", "consents", "contact_id", "purpose", "valid_to")
    _own_table("suppressions", *_texts("address_hash", "reason", "source", "evidence"),
        _unique("suppressions", "workspace_id", "address_hash"))
    _own_table("statements", *_texts("topic", "language", "body", "audience"),
        *_instants("valid_to", nullable=True))
    _index("ix_statements_topic", "statements", "topic", "language")


def _mail() -> None:
    _own_table("mail_threads", *_texts("subject", "subject_folded", "parties"),
        *_ids("contact_id", nullable=True), *_booleans("ours"),
        *_instants("last_at", nullable=True), _refers("mail_threads", "contact_id", "contacts"))
    _index("ix_mail_threads_contact", "mail_threads", "contact_id", "last_at")
    _index("ix_mail_threads_subject", "mail_threads", "subject_folded", "last_at")
    _own_table("messages", *_ids("thread_id"), *_ids("contact_id", nullable=True),
        *_texts("direction", "rfc_message_id", "raw_sha256", "parse", "from_address"),
        *_texts("subject"), *_instants("received_at"), *_instants("sent_at", nullable=True),
        *_jsons("mail"), *_jsons("reading", nullable=True),
        _refers("messages", "contact_id", "contacts"),
        _refers("messages", "thread_id", "mail_threads"),
        _unique("messages", "workspace_id", "raw_sha256"))
    _index("ix_messages_contact", "messages", "contact_id", "received_at")
    _index("ix_messages_rfc", "messages", "rfc_message_id", "id")
    _index("ix_messages_thread", "messages", "thread_id", "received_at")
    _own_table("raw_messages", sa.Column("content", sa.LargeBinary(), nullable=False),
        *_numbers("size_bytes"), *_texts("folder", "external_id"))
    _own_table("mail_references", *_texts("rfc_message_id"), *_ids("thread_id"),
        _refers("mail_references", "thread_id", "mail_threads"))
    _index("ix_mail_references_rfc", "mail_references", "rfc_message_id", "id")
    _index("ix_mail_references_thread", "mail_references", "thread_id")
    _own_table("mail_cursors", *_texts("mailbox", "folder"), *_numbers("uid_validity", "uid_next"),
        *_instants("synced_at", nullable=True),
        _unique("mail_cursors", "workspace_id", "mailbox", "folder"))


def _runs() -> None:
    _own_table("signals", *_texts("kind"), *_ids("contact_id", "message_id", nullable=True),
        *_texts("trust", "dedupe_key"), *_instants("received_at"),
        *_instants("handled_at", nullable=True), _unique("signals", "workspace_id", "dedupe_key"))
    _index("ix_signals_open", "signals", "handled_at", "id")
    _own_table("runs", *_texts("capability", "capability_version"),
        *_ids("signal_id", "parent_run_id", "contact_id", nullable=True), *_numbers("depth"),
        *_texts("status", "reason"), *_jsons("inputs", "outcome", nullable=True),
        *_instants("started_at"), *_instants("finished_at", nullable=True))
    _index("ix_runs_contact", "runs", "contact_id", "started_at")
    _index("ix_runs_parent", "runs", "parent_run_id", "id")


def _plans() -> None:
    _own_table("plans", *_ids("run_id"), *_texts("capability"), *_ids("contact_id", nullable=True),
        *_texts("objective", "status", "planner", "prompt_version", "facts_hash"),
        *_texts("plan_hash"), *_ones("version"), *_jsons("dropped", nullable=True),
        _refers("plans", "run_id", "runs"))
    _index("ix_plans_contact", "plans", "contact_id", "created_at")
    _index("ix_plans_status", "plans", "status")
    _own_table("steps", *_ids("plan_id", "run_id"), *_numbers("ordinal"), *_texts("action"),
        *_jsons("args"), *_texts("payload_hash"),
        sa.Column("confidence_permille", sa.Integer(), nullable=False),
        sa.Column("raw_confidence_permille", sa.Integer(), nullable=True),
        *_texts("reason", "source"), *_jsons("evidence"), *_texts("trust"),
        *_jsons("tainted", "depends_on"),
        sa.Column("requires_approval", sa.Boolean(), nullable=False),
        *_texts("status", "status_reason"), _refers("steps", "plan_id", "plans"))
    _index("ix_steps_plan", "steps", "plan_id", "ordinal")
    _own_table("verdicts", *_ids("step_id", "run_id"), *_texts("capability", "action"),
        *_ids("contact_id", nullable=True), *_texts("stage", "answer"), *_jsons("rules"),
        *_texts("rulebook_hash"), *_jsons("standing"), *_texts("payload_hash"), *_instants("at"))
    _index("ix_verdicts_at", "verdicts", "at", "id")
    _index("ix_verdicts_run", "verdicts", "run_id", "at", "id")
    _index("ix_verdicts_step", "verdicts", "step_id")


def _approvals() -> None:
    _own_table("approvals", *_ids("plan_id", "run_id", "step_id"), *_texts("capability", "action"),
        *_jsons("args"), *_texts("payload_hash"), *_ids("contact_id", nullable=True),
        *_jsons("rules", "reasons"), *_texts("needs_role"), *_ones("needs_persons"),
        *_texts("status"), sa.Column("confidence_permille", sa.Integer(), nullable=False),
        *_jsons("evidence"), *_texts("requested_by"), *_instants("expires_at"),
        *_instants("snoozed_until", nullable=True), *_ids("assigned_to", nullable=True),
        *_jsons("signatures"), *_ids("decided_by", nullable=True),
        *_instants("decided_at", nullable=True), *_texts("closed_reason"),
        *_ids("replaces", nullable=True), _refers("approvals", "plan_id", "plans"))
    _index("ix_approvals_status", "approvals", "status", "id")
    _index("ix_approvals_step", "approvals", "step_id")


def _authority() -> None:
    _own_table("grants", *_texts("capability", "action"), *_numbers("level"), *_texts("segment"),
        *_numbers("risk_max"), *_texts("evidence", "reason"), *_ids("granted_by"),
        *_instants("granted_at", "expires_at"), *_instants("revoked_at", nullable=True))
    _index("ix_grants_action", "grants", "capability", "action")
    _own_table("halts", *_texts("scope", "reason"), *_ids("flipped_by"),
        *_instants("lifted_at", nullable=True))
    _index("ix_halts_open", "halts", "lifted_at")


def _model_calls() -> None:
    _own_table("model_calls", *_ids("run_id", nullable=True),
        *_texts("capability", "step", "ask", "prompt_version", "prompt_hash"),
        *_texts("tier", "model_requested", "model_resolved", "endpoint", "source"),
        *_texts("reason"),
        *_numbers("tokens_prompt", "tokens_cached", "tokens_completion", "tokens_reasoning"),
        *_booleans("tokens_estimated"),
        sa.Column("cost_picodollars", sa.BigInteger(), nullable=False),
        *_booleans_true("price_known"), *_numbers("latency_ms", "attempts"), *_jsons("faults"),
        *_texts("request_sha256", "request", "reply"), *_instants("at"))
    _index("ix_model_calls_at", "model_calls", "at")
    _index("ix_model_calls_run", "model_calls", "run_id", "at", "id")


def _ledger() -> None:
    _own_table("effects", *_ids("plan_id", "run_id", "step_id"), *_texts("capability", "action"),
        *_jsons("args"), *_texts("payload_hash", "effect_key"),
        *_ids("approval_id", "contact_id", nullable=True), *_texts("address_hash", "state"),
        *_numbers("attempt", "fence"), *_texts("lease_holder"),
        *_instants("lease_until", "due_at", nullable=True), *_texts("provider_ref"),
        *_jsons("receipt", nullable=True), *_texts("reason"), *_ones("epoch"),
        *_instants("settled_at", nullable=True), _refers("effects", "plan_id", "plans"),
        _unique("effects", "workspace_id", "effect_key"),
        _unique("effects", "workspace_id", "step_id"))
    _index("ix_effects_contact", "effects", "contact_id", "state")
    _index("ix_effects_due", "effects", "state", "due_at")
    op.create_table("records", *_ids("workspace_id"),
        sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(40), nullable=False),
        *_ids("run_id", "contact_id", nullable=True), *_texts("subject"), *_jsons("payload"),
        *_instants("at"), sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "seq", name="pk_records"), _in_workspace("records"))
    _index("ix_records_run", "records", "run_id", "seq")
    _index("ix_records_subject", "records", "subject", "seq")
    _own_table("seals", *_numbers("seq"),
        *_texts("head_hash", "public_key", "signature"))
    _index("ix_seals_seq", "seals", "seq")
# fmt: on
