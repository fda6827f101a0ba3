"""What a contact has beside its row: addresses, and the reasons not to write to it.

An import adds reasons and lifts none. An address stays with the contact that has it.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, case, func, insert, literal, not_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bailiwick.ports.intake import ImportKind
from bailiwick.store.intake_stage import STAGE_ADDRESSES, STAGE_FLAGGED, STAGES
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
    rank = func.coalesce(place, 0) + STAGE_ADDRESSES.c.rank
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
        .where(STAGE_ADDRESSES.c.owner.is_(None), _STAGE.c.changed)
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
            _STAGE.c.changed,
            not_(_STAGE.c.late),
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
                not_(_STAGE.c.same),
            )
            .order_by(_STAGE.c.line)
        ).scalars()
    )


def add_reasons(
    connection: Connection, *, workspace_id: str, source: str, batch_id: str, now: datetime
) -> None:
    """Add the flags that the file states, and suppress every address of those contacts."""
    # The order is that of the stronger reason: one address is suppressed for one reason.
    for name in ("unsubscribed", "do_not_contact", "bounced"):
        flagged = select(STAGE_FLAGGED.c.contact_id).where(STAGE_FLAGGED.c.reason == name)
        if connection.execute(flagged.limit(1)).first() is None:
            continue
        connection.execute(
            update(CONTACTS)
            .values({name: True})
            .where(
                CONTACTS.c.workspace_id == workspace_id,
                CONTACTS.c.id.in_(flagged),
                not_(CONTACTS.c[name]),
            )
        )
        rows = select(
            literal(workspace_id),
            literal("sup_").concat(func.substr(CONTACT_ADDRESSES.c.id, 5)),
            literal(now, SUPPRESSIONS.c.created_at.type),
            literal(1),
            CONTACT_ADDRESSES.c.address_hash,
            literal(name),
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
