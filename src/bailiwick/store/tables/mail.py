"""Threads, messages with their raw bytes, reports on mail, and the cursors of mailboxes."""

from typing import Final

from sqlalchemy import Boolean, Column, Index, LargeBinary, UniqueConstraint

from bailiwick.store.tables.schema import (
    CanonicalJson,
    at,
    identifier,
    number,
    refers,
    text,
    workspace_table,
)

MAIL_THREADS: Final = workspace_table(
    "mail_threads",
    text("subject"),
    text("subject_folded"),
    text("parties"),
    identifier("contact_id", nullable=True),
    Column("ours", Boolean, nullable=False, default=False, server_default="0"),
    at("last_at"),
    *refers("contacts", "contact_id"),
    Index("ix_mail_threads_subject", "workspace_id", "subject_folded", "last_at"),
    Index("ix_mail_threads_contact", "workspace_id", "contact_id", "last_at"),
    Index("ix_mail_threads_last", "workspace_id", "last_at"),
)
"""`ours`: we wrote the first message. `parties`: sorted normalised addresses, one per line."""

MESSAGES: Final = workspace_table(
    "messages",
    identifier("thread_id"),
    identifier("contact_id", nullable=True),
    text("direction"),
    text("rfc_message_id"),
    text("raw_sha256"),
    text("parse"),
    text("from_address"),
    text("subject"),
    at("received_at", nullable=False),
    at("sent_at"),
    Column("mail", CanonicalJson, nullable=False),
    Column("reading", CanonicalJson),
    *refers("mail_threads", "thread_id"),
    *refers("contacts", "contact_id"),
    UniqueConstraint("workspace_id", "raw_sha256"),
    Index("ix_messages_rfc", "workspace_id", "rfc_message_id", "id"),
    Index("ix_messages_thread", "workspace_id", "thread_id", "received_at"),
    Index("ix_messages_contact", "workspace_id", "contact_id", "received_at"),
)
"""`mail` is the whole ParsedMail; the columns beside it are for looking up."""

RAW_MESSAGES: Final = workspace_table(
    "raw_messages",
    Column("content", LargeBinary, nullable=False),
    number("size_bytes"),
    text("folder"),
    text("external_id"),
)
"""The bytes as received, zlib-compressed, under the id of the message; kept in any case."""

MAIL_REFERENCES: Final = workspace_table(
    "mail_references",
    text("rfc_message_id"),
    identifier("thread_id"),
    *refers("mail_threads", "thread_id"),
    Index("ix_mail_references_rfc", "workspace_id", "rfc_message_id", "id"),
    Index("ix_mail_references_thread", "workspace_id", "thread_id"),
)
"""Message-IDs that a thread is known by, its own and those it refers to."""

MAIL_CURSORS: Final = workspace_table(
    "mail_cursors",
    text("mailbox"),
    text("folder"),
    number("uid_validity"),
    number("uid_next"),
    at("synced_at"),
    UniqueConstraint("workspace_id", "mailbox", "folder"),
)

DELIVERY_REPORTS: Final = workspace_table(
    "delivery_reports",
    text("kind"),
    identifier("message_id"),
    identifier("contact_id", nullable=True),
    Column("marketing", Boolean, nullable=False, default=False, server_default="0"),
    text("status"),
    at("reported_at", nullable=False),
    *refers("contacts", "contact_id"),
    UniqueConstraint("workspace_id", "message_id", "kind"),
    Index("ix_delivery_reports_kind", "workspace_id", "kind", "reported_at"),
    Index("ix_delivery_reports_contact", "workspace_id", "contact_id", "kind"),
)
"""What machines told about mail of ours, once for each mail: bounced, failed for now, complaint."""
