"""References between files: resolved when the row is there, kept waiting when it is not.

The order of files does not matter: whatever is still waiting is tried again at the end of every
import. A name or domain that fits two accounts resolves nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from bailiwick.ports.intake import ImportKind, Link
from bailiwick.store.intake_stage import (
    LINK_FIELDS,
    STAGE_SETTLED,
    STAGES,
    TARGETS,
    listed,
)
from bailiwick.store.tables.crm import (
    ACCOUNTS,
    CONTACT_ADDRESSES,
    EXTERNAL_IDS,
    PENDING_LINKS,
)

FIELD_KIND: Final[Mapping[str, ImportKind]] = {
    "account_id": ImportKind.ACCOUNTS,
    "contact_id": ImportKind.CONTACTS,
    "opportunity_id": ImportKind.DEALS,
}


@dataclass(frozen=True, slots=True)
class Links:
    """What the references of a batch name."""

    known: Mapping[str, Mapping[str, str | None]]
    """Reference column, then key, to the row that is named."""
    waiting: bool
    """At least one reference names nothing that is there."""


PAGE_ROWS_MAX: Final = 20_000  # as many as a batch; one page is one transaction


def resolved(
    connection: Connection, references: Iterable[Link], *, workspace_id: str, system: str
) -> Links:
    """Return, by reference column and key, the rows that references name, if they are there.

    Keys are looked up in the order in which they count: when the first one finds a row, nobody asks
    what the others would have found.
    """
    links: dict[str, dict[str, str | None]] = {field: {} for field in FIELD_KIND}
    waiting, place, left = set(references), 0, False
    while waiting:  # ends: a reference has a handful of keys
        wanted: dict[str, set[str]] = {field: set() for field in FIELD_KIND}
        for link in waiting:
            wanted[link.field].add(link.keys[place])
        for field, keys in wanted.items():
            if keys:
                found = _found(connection, field, keys, workspace_id=workspace_id, system=system)
                links[field].update(found)
        place += 1
        unnamed = [link for link in waiting if link.keys[place - 1] not in links[link.field]]
        waiting = {link for link in unnamed if len(link.keys) > place}
        left = left or len(waiting) < len(unnamed)
    return Links(links, waiting=left)


def _found(
    connection: Connection, field: str, keys: Iterable[str], *, workspace_id: str, system: str
) -> dict[str, str | None]:
    kind = FIELD_KIND[field]
    named: dict[str, list[str]] = {}
    for key in keys:
        form, _, name = key.partition(":")
        named.setdefault(form, []).append(name)
    found: dict[str, str | None] = {}
    for form, names in named.items():
        statement = _statement(form, kind, listed(connection, names), system=system)
        if statement is None:
            continue
        mine = statement.selected_columns[0].table.c.workspace_id == workspace_id
        for name, local_id in connection.execute(statement.where(mine)):
            found[f"{form}:{name}"] = local_id
    return found


def _statement(
    form: str, kind: ImportKind, names: Select[str], *, system: str
) -> Select[str, str] | None:
    """Return which names of one form of key are whose; None for what is no name of that kind."""
    entry, address = EXTERNAL_IDS.c, CONTACT_ADDRESSES.c
    if form == "id":
        return select(entry.external_id, entry.local_id).where(
            entry.system == system, entry.kind == kind.value, entry.external_id.in_(names)
        )
    if form == "address" and kind is ImportKind.CONTACTS:
        return select(address.address, address.contact_id).where(address.address.in_(names))
    column = {"domain": ACCOUNTS.c.domain, "name": ACCOUNTS.c.name_folded}.get(form)
    if column is None or kind is not ImportKind.ACCOUNTS:
        return None
    return (
        select(column, func.min(ACCOUNTS.c.id))
        .where(column.in_(names))
        .group_by(column)
        .having(func.count() == 1)
    )


def forget_changed(connection: Connection, kind: ImportKind, *, workspace_id: str) -> None:
    """Drop what changed rows waited for: they say anew what they refer to."""
    stage = STAGES[kind]
    changed = select(stage.c.matched).where(stage.c.changed)
    if not LINK_FIELDS[kind] or connection.execute(changed.limit(1)).first() is None:
        return
    connection.execute(
        delete(PENDING_LINKS).where(
            PENDING_LINKS.c.workspace_id == workspace_id, PENDING_LINKS.c.local_id.in_(changed)
        )
    )


def _lookups(
    key: ColumnElement[str], *, workspace_id: str, system: ColumnElement[str]
) -> tuple[tuple[str, ImportKind, ScalarSelect[str | None]], ...]:
    """Return, for each form of key, the one row that it names."""

    def by_id(kind: ImportKind) -> ScalarSelect[str | None]:
        return (
            select(EXTERNAL_IDS.c.local_id)
            .where(
                EXTERNAL_IDS.c.workspace_id == workspace_id,
                EXTERNAL_IDS.c.system == system,
                EXTERNAL_IDS.c.kind == kind.value,
                EXTERNAL_IDS.c.external_id == func.substr(key, len("id:") + 1),
            )
            .scalar_subquery()
        )

    def only(column: str, prefix: str) -> ScalarSelect[str | None]:
        return (
            select(func.min(ACCOUNTS.c.id))
            .where(
                ACCOUNTS.c.workspace_id == workspace_id,
                ACCOUNTS.c[column] == func.substr(key, len(prefix) + 1),
            )
            .having(func.count() == 1)
            .scalar_subquery()
        )

    address = (
        select(CONTACT_ADDRESSES.c.contact_id)
        .where(
            CONTACT_ADDRESSES.c.workspace_id == workspace_id,
            CONTACT_ADDRESSES.c.address == func.substr(key, len("address:") + 1),
        )
        .scalar_subquery()
    )
    return (
        *(("id:", kind, by_id(kind)) for kind in ImportKind),
        ("domain:", ImportKind.ACCOUNTS, only("domain", "domain:")),
        ("name:", ImportKind.ACCOUNTS, only("name_folded", "name:")),
        ("address:", ImportKind.CONTACTS, address),
    )


def settle_page(connection: Connection, *, workspace_id: str, after: str) -> tuple[str, int]:
    """Resolve one page of waiting references; returns where the next begins and how many fitted.

    The text is empty when nothing is left to look at.
    """
    page = (
        select(PENDING_LINKS.c.id)
        .where(PENDING_LINKS.c.workspace_id == workspace_id, PENDING_LINKS.c.id > after)
        .order_by(PENDING_LINKS.c.id)
        .limit(PAGE_ROWS_MAX)
        .subquery()
    )
    last = connection.execute(select(func.max(page.c.id))).scalar_one()
    if last is None:
        return "", 0
    waiting = and_(
        PENDING_LINKS.c.workspace_id == workspace_id,
        PENDING_LINKS.c.id > after,
        PENDING_LINKS.c.id <= last,
    )
    connection.execute(delete(STAGE_SETTLED))
    for prefix, target_kind, found in _lookups(
        PENDING_LINKS.c.target_key, workspace_id=workspace_id, system=PENDING_LINKS.c.system
    ):
        fitting = select(
            PENDING_LINKS.c.kind,
            PENDING_LINKS.c.field,
            PENDING_LINKS.c.local_id,
            PENDING_LINKS.c.id,
            found.label("found"),
        ).where(
            waiting,
            PENDING_LINKS.c.target_kind == target_kind.value,
            func.substr(PENDING_LINKS.c.target_key, 1, len(prefix)) == prefix,
        )
        rows = fitting.subquery()
        connection.execute(
            insert(STAGE_SETTLED).from_select(
                ["kind", "field", "local_id", "pending_id", "found"],
                select(rows).where(rows.c.found.is_not(None)),
            )
        )
    linked_count = sum(
        _link(connection, kind, field, waiting, workspace_id=workspace_id)
        for kind in ImportKind
        for field in LINK_FIELDS[kind]
    )
    return last, linked_count


def _link(
    connection: Connection,
    kind: ImportKind,
    field: str,
    waiting: ColumnElement[bool],
    *,
    workspace_id: str,
) -> int:
    """Set one reference where it is still empty, and forget what no longer waits."""
    table = TARGETS[kind]
    # The key listed first wins: pending ids ascend in the order in which keys are tried.
    first = (
        select(STAGE_SETTLED.c.found)
        .where(
            STAGE_SETTLED.c.kind == kind.value,
            STAGE_SETTLED.c.field == field,
            STAGE_SETTLED.c.local_id == table.c.id,
        )
        .order_by(STAGE_SETTLED.c.pending_id)
        .limit(1)
        .correlate(table)
        .scalar_subquery()
    )
    found = select(STAGE_SETTLED.c.local_id).where(
        STAGE_SETTLED.c.kind == kind.value, STAGE_SETTLED.c.field == field
    )
    linked = connection.execute(
        update(table)
        .values({field: first})
        .where(
            table.c.workspace_id == workspace_id, table.c[field].is_(None), table.c.id.in_(found)
        )
    ).rowcount
    done = exists().where(
        table.c.workspace_id == workspace_id,
        table.c.id == PENDING_LINKS.c.local_id,
        table.c[field].is_not(None),
    )
    connection.execute(
        delete(PENDING_LINKS).where(
            waiting,
            PENDING_LINKS.c.kind == kind.value,
            PENDING_LINKS.c.field == field,
            done,
        )
    )
    return linked


def waiting_count(connection: Connection, *, workspace_id: str) -> int:
    """Count the references that wait, each once however many keys it has."""
    waiting = (
        select(PENDING_LINKS.c.local_id, PENDING_LINKS.c.field)
        .where(PENDING_LINKS.c.workspace_id == workspace_id)
        .distinct()
        .subquery()
    )
    return connection.execute(select(func.count()).select_from(waiting)).scalar_one()
