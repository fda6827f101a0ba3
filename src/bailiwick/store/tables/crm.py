"""Accounts, contacts, leads, opportunities, activities, products, people and tasks."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Text, UniqueConstraint

from bailiwick.store.tables.schema import at, identifier, number, refers, text, workspace_table

PEOPLE: Final = workspace_table(
    "people",
    text("name"),
    text("email"),
    text("role"),
    Column("reach", Text, nullable=False, default="workspace", server_default="workspace"),
    UniqueConstraint("workspace_id", "email"),
)

ACCOUNTS: Final = workspace_table(
    "accounts",
    text("name"),
    text("name_folded"),
    text("domain"),
    text("industry"),
    Column("employees_count", Integer),
    text("country"),
    text("city"),
    text("website"),
    text("description"),
    text("owner_email"),
    text("timezone"),
    at("updated_at"),
    Index("ix_accounts_domain", "workspace_id", "domain"),
    Index("ix_accounts_name", "workspace_id", "name_folded"),
)

CONTACTS: Final = workspace_table(
    "contacts",
    identifier("account_id", nullable=True),
    text("first_name"),
    text("last_name"),
    text("name_folded"),
    text("title"),
    text("phone"),
    text("country"),
    text("city"),
    text("timezone"),
    text("language"),
    text("lifecycle"),
    text("owner_email"),
    Column("do_not_contact", Boolean, nullable=False, default=False, server_default="0"),
    Column("bounced", Boolean, nullable=False, default=False, server_default="0"),
    Column("unsubscribed", Boolean, nullable=False, default=False, server_default="0"),
    Column("opt_out_doubtful", Boolean, nullable=False, default=False, server_default="0"),
    at("last_inbound_at"),
    at("last_outbound_at"),
    number("sent_count"),
    number("received_count"),
    at("enriched_at"),
    at("due_at"),
    at("deleted_at"),
    at("updated_at"),
    *refers("accounts", "account_id"),
    Index("ix_contacts_account", "workspace_id", "account_id"),
    Index("ix_contacts_name", "workspace_id", "name_folded"),
    Index("ix_contacts_due", "workspace_id", "due_at"),
)
"""`due_at` is when the next sweep looks at the contact; null: not before something happens."""

CONTACT_ADDRESSES: Final = workspace_table(
    "contact_addresses",
    identifier("contact_id"),
    text("address"),
    text("address_hash"),
    number("rank"),
    *refers("contacts", "contact_id"),
    UniqueConstraint("workspace_id", "address"),
    Index("ix_contact_addresses_contact", "workspace_id", "contact_id"),
)
"""An address belongs to one contact of a workspace; rank 0 is the one to write to."""

LEADS: Final = workspace_table(
    "leads",
    text("name"),
    text("name_folded"),
    text("company"),
    text("address"),
    text("phone"),
    text("source"),
    text("status"),
    identifier("contact_id", nullable=True),
    at("updated_at"),
    *refers("contacts", "contact_id"),
    Index("ix_leads_address", "workspace_id", "address"),
)

OPPORTUNITIES: Final = workspace_table(
    "opportunities",
    text("name"),
    identifier("account_id", nullable=True),
    identifier("contact_id", nullable=True),
    text("stage"),
    Column("amount_minor", BigInteger),
    text("currency"),
    text("close_on"),
    Column("closed", Boolean, nullable=False, default=False, server_default="0"),
    Column("won", Boolean, nullable=False, default=False, server_default="0"),
    text("owner_email"),
    at("updated_at"),
    *refers("accounts", "account_id"),
    *refers("contacts", "contact_id"),
    Index("ix_opportunities_account", "workspace_id", "account_id"),
    Index("ix_opportunities_contact", "workspace_id", "contact_id"),
)

STAGE_CHANGES: Final = workspace_table(
    "stage_changes",
    identifier("opportunity_id"),
    text("stage_from"),
    text("stage_to"),
    at("changed_at", nullable=False),
    *refers("opportunities", "opportunity_id"),
    Index("ix_stage_changes_opportunity", "workspace_id", "opportunity_id", "changed_at"),
)

PRODUCTS: Final = workspace_table(
    "products",
    text("name"),
    text("name_folded"),
    text("sku"),
    Column("price_minor", BigInteger),
    text("currency"),
    at("updated_at"),
)

ACTIVITIES: Final = workspace_table(
    "activities",
    text("kind"),
    text("subject"),
    text("note"),
    identifier("contact_id", nullable=True),
    identifier("account_id", nullable=True),
    identifier("opportunity_id", nullable=True),
    at("at"),
    at("updated_at"),
    *refers("contacts", "contact_id"),
    *refers("accounts", "account_id"),
    *refers("opportunities", "opportunity_id"),
    Index("ix_activities_contact", "workspace_id", "contact_id", "at"),
)

TASKS: Final = workspace_table(
    "tasks",
    text("title"),
    text("reason"),
    identifier("contact_id", nullable=True),
    identifier("run_id", nullable=True),
    text("effect_key"),
    text("evidence"),
    at("done_at"),
    *refers("contacts", "contact_id"),
    UniqueConstraint("workspace_id", "effect_key"),
    Index("ix_tasks_contact", "workspace_id", "contact_id", "done_at"),
)

EXTERNAL_IDS: Final = workspace_table(
    "external_ids",
    text("system"),
    text("kind"),
    text("external_id"),
    identifier("local_id"),
    text("content_hash"),
    identifier("batch_id", nullable=True),
    UniqueConstraint("workspace_id", "system", "kind", "external_id"),
    Index("ix_external_ids_local", "workspace_id", "local_id"),
)
"""Which row of which outside system is which row here, with the hash of what was last imported."""

PENDING_LINKS: Final = workspace_table(
    "pending_links",
    text("system"),
    text("kind"),
    identifier("local_id"),
    text("field"),
    text("target_kind"),
    text("target_key"),
    Index("ix_pending_links_target", "workspace_id", "target_kind", "target_key"),
)
"""A foreign key whose row has not arrived yet, such as a contact's company."""

IMPORT_BATCHES: Final = workspace_table(
    "import_batches",
    text("system"),
    text("kind"),
    text("file_name"),
    text("file_sha256"),
    text("mapping"),
    number("new_count"),
    number("updated_count"),
    number("duplicate_count"),
    number("rejected_count"),
    at("finished_at"),
)
