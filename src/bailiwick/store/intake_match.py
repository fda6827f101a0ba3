"""Finds which rows are known: by id in the other system, then by what identifies the thing.

A key that fits two rows identifies neither, and rows that one system tells apart by their ids stay
apart: such a row is taken as new rather than merged wrongly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Table,
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    update,
)

from bailiwick.ports.intake import ImportKind
from bailiwick.store.intake_fold import Folded
from bailiwick.store.intake_stage import STAGE_ADDRESSES, STAGE_PROBES, listed
from bailiwick.store.tables.crm import (
    ACCOUNTS,
    CONTACT_ADDRESSES,
    CONTACTS,
    EXTERNAL_IDS,
    LEADS,
    PRODUCTS,
)
from bailiwick.store.tables.knowledge import SUPPRESSIONS

SUPPRESSIONS_COUNT_FEW: Final = 10_000  # ours: reading half a batch beats asking for a whole one


@dataclass(frozen=True, slots=True)
class Match:
    """The row here that an imported row is about."""

    local_id: str
    same: bool
    """It says what the last import said."""
    touched: bool
    """A row of this very file was about it already."""
    erased: bool
    """The contact was erased here; an import does not bring it back."""


def matches(
    connection: Connection, kind: ImportKind, *, workspace_id: str, system: str, batch_id: str
) -> dict[int, Match]:
    """Return what is known of the probes, by their number."""
    found: dict[int, Match] = {}
    probe, entry = STAGE_PROBES.c, EXTERNAL_IDS.c
    rows = connection.execute(
        select(
            probe.n,
            entry.local_id,
            entry.content_hash == probe.content_hash,
            entry.batch_id == batch_id,
            _gone(kind, entry.local_id, workspace_id),
        )
        # An outer join without a filter fixes the order: the batch drives, and the big table is
        # looked up by its key. SQLite turns a filtered one round and reads the big table.
        .outerjoin(
            EXTERNAL_IDS,
            and_(
                entry.workspace_id == workspace_id,
                entry.system == system,
                entry.kind == kind.value,
                entry.external_id == probe.identity,
            ),
        )
    ).all()
    for n, local_id, same, touched, gone in rows:
        if local_id is None:
            continue
        match = Match(local_id, same=bool(same), touched=bool(touched), erased=bool(gone))
        found.setdefault(n, match)
    _match_content(connection, kind, workspace_id=workspace_id, system=system)
    known = exists().where(
        entry.workspace_id == workspace_id,
        entry.local_id == probe.matched,
        entry.batch_id == batch_id,
    )
    by_content = connection.execute(
        select(probe.n, probe.matched, known, _gone(kind, probe.matched, workspace_id)).where(
            probe.matched.is_not(None)
        )
    ).all()
    for n, matched, touched, gone in by_content:
        assert matched is not None, "the statement selects matched rows"
        match = Match(matched, same=False, touched=bool(touched), erased=bool(gone))
        found.setdefault(n, match)
    return found


def none_known(
    connection: Connection,
    kind: ImportKind,
    entries: Sequence[Folded],
    *,
    workspace_id: str,
    system: str,
) -> bool:
    """Tell that no row of a batch of contacts was ever heard of.

    Then there is nothing to match or to merge. Contacts are recognised by two things only, and each
    has a unique index, so two questions are enough.
    """
    if kind is not ImportKind.CONTACTS:
        return False
    entry, address = EXTERNAL_IDS.c, CONTACT_ADDRESSES.c
    identities = (found.row.identity for found in entries)
    # Counted rather than limited to one: for a first row PostgreSQL would read the big table.
    by_identity = select(func.count(entry.id)).where(
        entry.workspace_id == workspace_id,
        entry.system == system,
        entry.kind == kind.value,
        entry.external_id.in_(listed(connection, identities)),
    )
    if connection.execute(by_identity).scalar_one():
        return False
    addresses = (text for found in entries for text in found.row.addresses)
    by_address = select(func.count(address.id)).where(
        address.workspace_id == workspace_id,
        address.address.in_(listed(connection, addresses)),
    )
    return connection.execute(by_address).scalar_one() == 0


def _gone(
    kind: ImportKind, local_id: ColumnElement[str] | ColumnElement[str | None], workspace_id: str
) -> ColumnElement[bool]:
    if kind is not ImportKind.CONTACTS:
        return false()
    return exists().where(
        CONTACTS.c.workspace_id == workspace_id,
        CONTACTS.c.id == local_id,
        CONTACTS.c.deleted_at.is_not(None),
    )


def _match_content(
    connection: Connection, kind: ImportKind, *, workspace_id: str, system: str
) -> None:
    def only(table: Table, fits: ColumnElement[bool]) -> ScalarSelect[str | None]:
        return _only(table, fits, workspace_id=workspace_id, system=system)

    probe = STAGE_PROBES.c
    match kind:
        case ImportKind.CONTACTS:
            find_owners(connection, workspace_id)
            owner = (
                select(STAGE_ADDRESSES.c.owner)
                .where(STAGE_ADDRESSES.c.n == probe.n, STAGE_ADDRESSES.c.owner.is_not(None))
                .order_by(STAGE_ADDRESSES.c.rank)
                .limit(1)
                .correlate(STAGE_PROBES)
                .scalar_subquery()
            )
            owned = select(STAGE_ADDRESSES.c.n).where(STAGE_ADDRESSES.c.owner.is_not(None))
            connection.execute(update(STAGE_PROBES).values(matched=owner).where(probe.n.in_(owned)))
            return
        case ImportKind.ACCOUNTS:
            named = and_(
                probe.folded != "",
                ACCOUNTS.c.name_folded == probe.folded,
                or_(ACCOUNTS.c.domain == "", probe.key == ""),
            )
            candidates = (only(ACCOUNTS, _keyed(ACCOUNTS.c.domain)), only(ACCOUNTS, named))
        case ImportKind.LEADS:
            candidates = (only(LEADS, _keyed(LEADS.c.address)),)
        case ImportKind.PRODUCTS:
            candidates = (only(PRODUCTS, _keyed(PRODUCTS.c.sku)),)
        case ImportKind.DEALS | ImportKind.ACTIVITIES:
            return
    for candidate in candidates:
        connection.execute(
            update(STAGE_PROBES).values(matched=candidate).where(probe.matched.is_(None))
        )


def _keyed(column: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(STAGE_PROBES.c.key != "", column == STAGE_PROBES.c.key)


def _only(
    table: Table, fits: ColumnElement[bool], *, workspace_id: str, system: str
) -> ScalarSelect[str | None]:
    """Return the id of the one row that fits and is not known by another id in this system."""
    told_apart = exists().where(
        EXTERNAL_IDS.c.workspace_id == workspace_id,
        EXTERNAL_IDS.c.local_id == table.c.id,
        EXTERNAL_IDS.c.system == system,
        not_(EXTERNAL_IDS.c.external_id.startswith("~")),
    )
    return (
        select(func.min(table.c.id))
        .where(
            table.c.workspace_id == workspace_id,
            fits,
            or_(STAGE_PROBES.c.identity.startswith("~"), not_(told_apart)),
        )
        .having(func.count() == 1)
        .correlate(STAGE_PROBES)
        .scalar_subquery()
    )


def find_owners(connection: Connection, workspace_id: str) -> None:
    """Write into the stage which contact each address belongs to."""
    owner = (
        select(CONTACT_ADDRESSES.c.contact_id)
        .where(
            CONTACT_ADDRESSES.c.workspace_id == workspace_id,
            CONTACT_ADDRESSES.c.address == STAGE_ADDRESSES.c.address,
        )
        .correlate(STAGE_ADDRESSES)
        .scalar_subquery()
    )
    connection.execute(update(STAGE_ADDRESSES).values(owner=owner))


def asked_to_stop(connection: Connection, workspace_id: str) -> frozenset[int]:
    """Return the numbers of rows with an address whose owner asked to be left alone."""
    if connection.execute(select(SUPPRESSIONS.c.id).limit(1)).first() is None:
        return frozenset()
    asked = exists().where(
        SUPPRESSIONS.c.workspace_id == workspace_id,
        SUPPRESSIONS.c.address_hash == STAGE_ADDRESSES.c.address_hash,
        SUPPRESSIONS.c.reason != "bounced",  # a dead address says nothing about the person
    )
    return frozenset(connection.execute(select(STAGE_ADDRESSES.c.n).where(asked)).scalars())


def asked_among(
    connection: Connection, workspace_id: str, addresses: Sequence[tuple[int, int, str, str, str]]
) -> frozenset[int]:
    """Return the same as `asked_to_stop` for addresses that are not staged."""
    asked = select(SUPPRESSIONS.c.address_hash).where(
        SUPPRESSIONS.c.workspace_id == workspace_id, SUPPRESSIONS.c.reason != "bounced"
    )
    few = connection.execute(asked.limit(SUPPRESSIONS_COUNT_FEW + 1)).scalars().all()
    if len(few) > SUPPRESSIONS_COUNT_FEW:
        hashes = listed(connection, (row[3] for row in addresses))
        few = connection.execute(asked.where(SUPPRESSIONS.c.address_hash.in_(hashes))).scalars()
    stopped = frozenset(few)
    return frozenset(row[0] for row in addresses if row[3] in stopped)
