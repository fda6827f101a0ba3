"""Finds which staged rows are known: by id in the other system, then by what identifies the thing.

A key that fits two rows identifies neither, and rows that one system tells apart by their ids stay
apart: such a row is taken as new rather than merged wrongly.
"""

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Table,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)

from bailiwick.ports.intake import ImportKind
from bailiwick.store.intake_stage import REFUSED, STAGE_ADDRESSES, STAGES
from bailiwick.store.tables.crm import (
    ACCOUNTS,
    CONTACT_ADDRESSES,
    CONTACTS,
    EXTERNAL_IDS,
    LEADS,
    PRODUCTS,
)


def match(
    connection: Connection, kind: ImportKind, *, workspace_id: str, system: str, batch_id: str
) -> None:
    """Write into the stage which row is known as what, and which repeat what was imported."""
    stage = STAGES[kind]
    # An outer join fixes the order: the batch drives, the big table is looked up by its key.
    known = (
        select(
            stage.c.n,
            EXTERNAL_IDS.c.local_id,
            (EXTERNAL_IDS.c.content_hash == stage.c.content_hash).label("same"),
            (EXTERNAL_IDS.c.batch_id == batch_id).label("touched"),
        )
        .outerjoin(
            EXTERNAL_IDS,
            and_(
                EXTERNAL_IDS.c.workspace_id == workspace_id,
                EXTERNAL_IDS.c.system == system,
                EXTERNAL_IDS.c.kind == kind.value,
                EXTERNAL_IDS.c.external_id == stage.c.identity,
            ),
        )
        .subquery()
    )
    connection.execute(
        update(stage)
        .values(matched=known.c.local_id, same=known.c.same, touched=known.c.touched)
        .where(stage.c.n == known.c.n, known.c.local_id.is_not(None))
    )
    if kind is ImportKind.CONTACTS:
        find_owners(connection, workspace_id)
    for candidate in _by_content(kind, stage, workspace_id=workspace_id, system=system):
        connection.execute(update(stage).values(matched=candidate).where(stage.c.matched.is_(None)))
    entry = and_(
        EXTERNAL_IDS.c.workspace_id == workspace_id,
        EXTERNAL_IDS.c.local_id == stage.c.matched,
        EXTERNAL_IDS.c.batch_id == batch_id,
    )
    connection.execute(
        update(stage)
        .values(touched=exists().where(entry))
        .where(stage.c.matched.is_not(None), stage.c.touched.is_(None))
    )
    if kind is ImportKind.CONTACTS:
        _refuse_erased(connection, workspace_id)
    _number_turns(connection, stage)


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


def _by_content(
    kind: ImportKind, stage: Table, *, workspace_id: str, system: str
) -> tuple[ScalarSelect[str | None], ...]:
    def only(table: Table, fits: ColumnElement[bool]) -> ScalarSelect[str | None]:
        return _only(table, fits, stage, workspace_id=workspace_id, system=system)

    match kind:
        case ImportKind.CONTACTS:
            owner = (
                select(STAGE_ADDRESSES.c.owner)
                .where(STAGE_ADDRESSES.c.n == stage.c.n, STAGE_ADDRESSES.c.owner.is_not(None))
                .order_by(STAGE_ADDRESSES.c.rank)
                .limit(1)
                .correlate(stage)
                .scalar_subquery()
            )
            return (owner,)
        case ImportKind.ACCOUNTS:
            named = and_(
                stage.c.folded != "",
                ACCOUNTS.c.name_folded == stage.c.folded,
                or_(ACCOUNTS.c.domain == "", stage.c.domain == ""),
            )
            return only(ACCOUNTS, _equal(stage, ACCOUNTS, "domain")), only(ACCOUNTS, named)
        case ImportKind.LEADS:
            return (only(LEADS, _equal(stage, LEADS, "address")),)
        case ImportKind.PRODUCTS:
            return (only(PRODUCTS, _equal(stage, PRODUCTS, "sku")),)
        case ImportKind.DEALS | ImportKind.ACTIVITIES:
            return ()


def _equal(stage: Table, table: Table, column: str) -> ColumnElement[bool]:
    return and_(stage.c[column] != "", table.c[column] == stage.c[column])


def _only(
    table: Table,
    fits: ColumnElement[bool],
    stage: Table,
    *,
    workspace_id: str,
    system: str,
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
            or_(stage.c.identity.startswith("~"), not_(told_apart)),
        )
        .having(func.count() == 1)
        .correlate(stage)
        .scalar_subquery()
    )


def _refuse_erased(connection: Connection, workspace_id: str) -> None:
    stage = STAGES[ImportKind.CONTACTS]
    erased = exists().where(
        CONTACTS.c.workspace_id == workspace_id,
        CONTACTS.c.id == stage.c.matched,
        CONTACTS.c.deleted_at.is_not(None),
    )
    connection.execute(
        update(stage).values(outcome=REFUSED).where(stage.c.matched.is_not(None), erased)
    )


def _number_turns(connection: Connection, stage: Table) -> None:
    """Give each row that turned out to be the same thing as another its own turn."""
    repeated = (
        select(stage.c.matched)
        .where(stage.c.matched.is_not(None))
        .group_by(stage.c.matched)
        .having(func.count() > 1)
        .limit(1)
    )
    if connection.execute(repeated).first() is None:
        return
    turns = (
        select(
            stage.c.n,
            func.row_number().over(partition_by=stage.c.matched, order_by=stage.c.n).label("turn"),
        )
        .where(stage.c.matched.is_not(None))
        .subquery()
    )
    connection.execute(update(stage).values(turn=turns.c.turn).where(stage.c.n == turns.c.n))
