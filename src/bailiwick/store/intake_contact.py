"""What a contact has beside its row: addresses, and the reasons not to write to it.

An import adds reasons and lifts none. An address stays with the contact that has it.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, case, exists, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bailiwick.ports.intake import ImportKind
from bailiwick.store.intake_stage import CHANGED, NEW, REFUSED, STAGE_ADDRESSES, STAGES
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, CONTACTS
from bailiwick.store.tables.knowledge import SUPPRESSIONS

_STAGE = STAGES[ImportKind.CONTACTS]
_SUPPRESSION = [
    "workspace_id", "id", "created_at", "row_version",
    "address_hash", "reason", "source", "evidence",
]  # fmt: skip


def add_addresses(connection: Connection, *, workspace_id: str, now: datetime) -> None:
    """Give contacts the addresses nobody has; a changed contact is written to at the first one."""
    place = (
        select(func.max(CONTACT_ADDRESSES.c.rank) + 1)
        .where(
            CONTACT_ADDRESSES.c.workspace_id == workspace_id,
            CONTACT_ADDRESSES.c.contact_id == _STAGE.c.matched,
        )
        .correlate(_STAGE)
        .scalar_subquery()
    )
    rank = case(
        (_STAGE.c.outcome == NEW, STAGE_ADDRESSES.c.rank),
        else_=func.coalesce(place, 0) + STAGE_ADDRESSES.c.rank,
    )
    names = [
        "workspace_id", "id", "created_at", "row_version",
        "contact_id", "address", "address_hash", "rank",
    ]  # fmt: skip
    source = (
        select(
            literal(workspace_id),
            STAGE_ADDRESSES.c.new_id,
            literal(now, CONTACT_ADDRESSES.c.created_at.type),
            literal(1),
            _STAGE.c.matched,
            STAGE_ADDRESSES.c.address,
            STAGE_ADDRESSES.c.address_hash,
            rank,
        )
        .join(_STAGE, _STAGE.c.n == STAGE_ADDRESSES.c.n)
        .where(STAGE_ADDRESSES.c.owner.is_(None), _STAGE.c.outcome.in_((NEW, CHANGED)))
        .order_by(STAGE_ADDRESSES.c.n)
    )
    connection.execute(insert(CONTACT_ADDRESSES).from_select(names, source))
    _prefer_first(connection, workspace_id)


def _prefer_first(connection: Connection, workspace_id: str) -> None:
    """Make the imported first address of a changed contact the one to write to."""
    mine = and_(
        CONTACT_ADDRESSES.c.workspace_id == workspace_id,
        CONTACT_ADDRESSES.c.contact_id == _STAGE.c.matched,
    )
    first = and_(STAGE_ADDRESSES.c.n == _STAGE.c.n, STAGE_ADDRESSES.c.rank == 0)
    moved = (
        select(CONTACT_ADDRESSES.c.id, CONTACT_ADDRESSES.c.contact_id)
        .join(_STAGE, mine)
        .join(STAGE_ADDRESSES, first)
        .where(
            _STAGE.c.outcome == CHANGED,
            _STAGE.c.turn == 1,
            or_(_STAGE.c.touched.is_(None), _STAGE.c.touched.is_(False)),
            CONTACT_ADDRESSES.c.address == STAGE_ADDRESSES.c.address,
            CONTACT_ADDRESSES.c.rank > 0,
        )
    )
    rows = connection.execute(moved).all()
    for address_id, contact_id in rows:  # at most one for each row of the batch
        connection.execute(
            update(CONTACT_ADDRESSES)
            .values(
                rank=case(
                    (CONTACT_ADDRESSES.c.id == address_id, 0), else_=CONTACT_ADDRESSES.c.rank + 1
                )
            )
            .where(
                CONTACT_ADDRESSES.c.workspace_id == workspace_id,
                CONTACT_ADDRESSES.c.contact_id == contact_id,
            )
        )


def conflicting_lines(connection: Connection) -> list[int]:
    """Return the lines that gave a contact an address which belongs to another one."""
    return list(
        connection.execute(
            select(_STAGE.c.line)
            .distinct()
            .join(STAGE_ADDRESSES, STAGE_ADDRESSES.c.n == _STAGE.c.n)
            .where(
                STAGE_ADDRESSES.c.owner.is_not(None),
                STAGE_ADDRESSES.c.owner != _STAGE.c.matched,
                _STAGE.c.outcome.in_((NEW, CHANGED)),
            )
            .order_by(_STAGE.c.line)
        ).scalars()
    )


def add_reasons(
    connection: Connection, *, workspace_id: str, source: str, batch_id: str, now: datetime
) -> None:
    """Add flags and suppressions that the file states, and flag contacts that were suppressed."""
    # The order is that of the stronger reason: one address is suppressed for one reason.
    for flag in (_STAGE.c.unsubscribed, _STAGE.c.do_not_contact, _STAGE.c.bounced):
        flagged = select(_STAGE.c.matched).where(flag, _STAGE.c.outcome != REFUSED)
        if connection.execute(flagged.limit(1)).first() is None:
            continue
        connection.execute(
            update(CONTACTS)
            .values({flag.name: True})
            .where(CONTACTS.c.workspace_id == workspace_id, CONTACTS.c.id.in_(flagged))
        )
        rows = select(
            literal(workspace_id),
            literal("sup_").concat(func.substr(CONTACT_ADDRESSES.c.id, 5)),
            literal(now, SUPPRESSIONS.c.created_at.type),
            literal(1),
            CONTACT_ADDRESSES.c.address_hash,
            literal(flag.name),
            literal(source),
            literal(f"batch:{batch_id}"),
        ).where(
            CONTACT_ADDRESSES.c.workspace_id == workspace_id,
            CONTACT_ADDRESSES.c.contact_id.in_(flagged),
        )
        dialect = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
        connection.execute(
            dialect(SUPPRESSIONS).from_select(_SUPPRESSION, rows).on_conflict_do_nothing()
        )
    _flag_suppressed(connection, workspace_id)


def _flag_suppressed(connection: Connection, workspace_id: str) -> None:
    asked = (
        select(_STAGE.c.matched)
        .join(STAGE_ADDRESSES, STAGE_ADDRESSES.c.n == _STAGE.c.n)
        .where(
            _STAGE.c.outcome.in_((NEW, CHANGED)),
            exists().where(
                SUPPRESSIONS.c.workspace_id == workspace_id,
                SUPPRESSIONS.c.address_hash == STAGE_ADDRESSES.c.address_hash,
            ),
        )
    )
    connection.execute(
        update(CONTACTS)
        .values(do_not_contact=True)
        .where(
            CONTACTS.c.workspace_id == workspace_id,
            CONTACTS.c.do_not_contact.is_(False),
            CONTACTS.c.id.in_(asked),
        )
    )
