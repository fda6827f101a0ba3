"""Deletes a person's rows, cuts the person out of working copies, and shreds the person's key.

Rows are deleted: no hash covers them. Records cannot be, so their texts are sealed, and the key
goes (decision 0029). What other people's rows say of the person is counted and left to a person.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import (
    ColumnElement,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.types import TypeDecorator

from bailiwick.domain.ids import PREFIX
from bailiwick.domain.mail_address import address_hash, comparable
from bailiwick.kit.envelope import derived_key
from bailiwick.ports.care import Holding
from bailiwick.store.care.person import chunks
from bailiwick.store.scope import Scope, own
from bailiwick.store.tables import METADATA
from bailiwick.store.tables.care import DATA_KEYS
from bailiwick.store.tables.crm import OPPORTUNITIES, PENDING_LINKS
from bailiwick.store.tables.knowledge import SUPPRESSIONS
from bailiwick.store.tables.mail import MAIL_REFERENCES, MAIL_THREADS, MESSAGES

ERASED: Final = "erased"
BLANKED: Final[Mapping[str, Mapping[str, object]]] = {
    "runs": {"inputs": None, "outcome": None, "request": None, "result": None},
    "model_calls": {"request": "", "reply": ""},
    "crons": {"input": None, "metadata": {}},
}
"""Working copies in rows of others: where one of them names the person, these columns go."""
DROPPED: Final = frozenset({"spans", "webhook_deliveries", "memos", "schedules"})
"""Working copies whose whole row goes when it names the person."""
_UNSEARCHED: Final = frozenset(
    {"workspaces", "records", "erasures", "data_keys", "backups", "jobs"}
)
"""Tables that name a person by pseudonym only."""
MENTIONS_COUNT_MAX: Final = 1_000  # ours: named in one answer, in all


def erase(scope: Scope, holding: Holding) -> dict[str, int]:
    """Delete and shred in this transaction; returns how many rows went, by table."""
    if not scope.postgres:
        scope.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    counts = dict(holding.counts)
    _keep_away(scope, holding.addresses)
    _detach(scope, holding)
    for table in reversed(METADATA.sorted_tables):
        for ids in chunks(holding.rows.get(table.name, frozenset())):
            scope.change(delete(table).where(own(table), table.c.id.in_(ids)))
    counts["data_keys"] = sum(
        scope.change(delete(DATA_KEYS).where(own(DATA_KEYS), DATA_KEYS.c.id.in_(ids)))
        for ids in chunks({holding.contact_id, *holding.rows.get("tasks", ())})
    )
    for name, count in _cut_copies(scope, holding):
        counts[name] = counts.get(name, 0) + count
    return {name: count for name, count in counts.items() if count}


def mentions(scope: Scope, holding: Holding) -> tuple[tuple[str, str], ...]:
    """Name rows of others that say an address, name or number of the person: table and id."""
    found: list[tuple[str, str]] = []
    for table in METADATA.sorted_tables:
        left = MENTIONS_COUNT_MAX - len(found)
        if table.name in _UNSEARCHED or "id" not in table.columns or left <= 0:
            continue
        condition = _saying(table, holding.likely_terms)
        if condition is None:
            continue
        mine = holding.rows.get(table.name, frozenset())
        statement = select(table.c.id).where(own(table), condition).order_by(table.c.id)
        rows = scope.rows(statement.limit(left + len(mine)))
        found += [(table.name, str(row["id"])) for row in rows if row["id"] not in mine][:left]
    return tuple(found)


def address_marks(secret: bytes, addresses: Sequence[str]) -> tuple[str, ...]:
    """Return salted hashes of addresses, by which a restored backup finds the person again."""
    key = derived_key(secret, purpose="bailiwick erasures")
    return tuple(
        hmac.new(key, comparable(address).encode("utf-8", "surrogatepass"), hashlib.sha256)
        .hexdigest()
        for address in addresses
    )  # fmt: skip


def _keep_away(scope: Scope, addresses: Sequence[str]) -> None:
    """Keep the addresses suppressed, as hashes only: an import must not bring them back."""
    for address in addresses:
        hashed = address_hash(address)
        values = {"reason": ERASED, "source": "", "evidence": ""}
        changed = scope.change(
            update(SUPPRESSIONS)
            .where(own(SUPPRESSIONS), SUPPRESSIONS.c.address_hash == hashed)
            .values(**values)
        )
        if not changed:
            scope.connection.execute(
                insert(SUPPRESSIONS),
                {
                    "workspace_id": scope.workspace_id,
                    "id": scope.ids.new(PREFIX["suppression"]),
                    "created_at": scope.clock.now(),
                    "address_hash": hashed,
                    **values,
                },
            )


def _detach(scope: Scope, holding: Holding) -> None:
    """Take the person out of rows that stay: deals of a company, threads with others' mail."""
    for ids in chunks(holding.detached):
        scope.change(
            update(OPPORTUNITIES)
            .where(own(OPPORTUNITIES), OPPORTUNITIES.c.id.in_(ids))
            .values(contact_id=None)
        )
        for word in holding.names:
            scope.change(
                update(OPPORTUNITIES)
                .where(
                    own(OPPORTUNITIES),
                    OPPORTUNITIES.c.id.in_(ids),
                    OPPORTUNITIES.c.name.contains(word, autoescape=True),
                )
                .values(name=f"({ERASED})")
            )
    scope.change(
        update(MAIL_THREADS)
        .where(own(MAIL_THREADS), MAIL_THREADS.c.contact_id == holding.contact_id)
        .values(contact_id=None)
    )
    scope.change(
        delete(PENDING_LINKS).where(
            own(PENDING_LINKS), PENDING_LINKS.c.target_key.in_(holding.addresses)
        )
    )
    for ids in chunks(holding.rows.get("messages", frozenset())):
        known = select(MESSAGES.c.rfc_message_id).where(own(MESSAGES), MESSAGES.c.id.in_(ids))
        rfc_ids = [str(row["rfc_message_id"]) for row in scope.rows(known)]
        scope.change(
            delete(MAIL_REFERENCES).where(
                own(MAIL_REFERENCES), MAIL_REFERENCES.c.rfc_message_id.in_(rfc_ids)
            )
        )


def _cut_copies(scope: Scope, holding: Holding) -> Iterator[tuple[str, int]]:
    for name in (*BLANKED, *sorted(DROPPED)):
        table = METADATA.tables.get(name)
        condition = None if table is None else _saying(table, holding.terms)
        if table is None or condition is None:
            continue
        if name in DROPPED:
            yield name, scope.change(delete(table).where(own(table), condition))
        else:
            blank = update(table).where(own(table), condition).values(**BLANKED[name])
            yield f"{name} blanked", scope.change(blank)


def _saying(table: Table, terms: Sequence[str]) -> ColumnElement[bool] | None:
    """Return the condition that a text of a row says one of the terms."""
    texts = [
        func.lower(type_coerce(column, Text))
        for column in table.columns
        if not column.primary_key and isinstance(_plain(column.type), String)
    ]
    conditions = [
        text.contains(said, autoescape=True)
        for text in texts
        for said in sorted({said for term in terms for said in _spellings(term)})
    ]
    return or_(*conditions) if conditions else None


def _spellings(term: str) -> set[str]:
    """Return how a term stands in texts and in JSON kept as ASCII, after `lower` of a database.

    PostgreSQL makes every letter small, SQLite those of ASCII.
    """
    small = {term.lower(), "".join(c.lower() if c.isascii() else c for c in term)}
    return small | {json.dumps(one)[1:-1].lower() for one in (*small, term)}


def _plain(found: object) -> object:
    return found.impl_instance if isinstance(found, TypeDecorator) else found
