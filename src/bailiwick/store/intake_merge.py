"""Merges staged rows into the tables of the customer database, as sets.

An empty imported value changes nothing. A row that repeats what was imported before changes
nothing either, so that an old file does not undo what was learnt since. A second row of one file
about the same thing only fills what is empty.
"""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    not_,
    or_,
    select,
    update,
)

from bailiwick.kit.text import folded
from bailiwick.ports.intake import COLUMNS, ImportKind, Value
from bailiwick.store.intake_stage import LINK_FIELDS, STAGE_ADDRESSES, STAGES, TARGETS
from bailiwick.store.tables.crm import CONTACTS


def merge(
    connection: Connection, kind: ImportKind, *, turns: int, workspace_id: str, now: datetime
) -> None:
    """Update the known rows that the stage has something new to say about, and mark those.

    More than one turn means that rows of one file are about one thing; they take turns in order.
    """
    stage, target = STAGES[kind], TARGETS[kind]
    for turn in range(1, turns + 1):  # bounded by the rows of a batch
        mine = and_(
            stage.c.turn == turn,
            target.c.workspace_id == workspace_id,
            target.c.id == stage.c.matched,
        )
        names = COLUMNS[kind] + LINK_FIELDS[kind]
        differs = [_differs(stage.c[name], target.c[name], stage.c.late) for name in names]
        if kind is ImportKind.CONTACTS:
            differs.append(
                exists().where(STAGE_ADDRESSES.c.n == stage.c.n, STAGE_ADDRESSES.c.owner.is_(None))
            )
        connection.execute(
            update(stage).values(changed=True).where(mine, not_(stage.c.same), or_(*differs))
        )
        if connection.execute(select(stage.c.n).where(stage.c.changed).limit(1)).first() is None:
            continue
        values: dict[str, object] = {
            name: case(
                (_differs(stage.c[name], target.c[name], stage.c.late), stage.c[name]),
                else_=target.c[name],
            )
            for name in names
        }
        if "name_folded" in target.c and "name" in COLUMNS[kind]:
            values["name_folded"] = case(
                (_differs(stage.c["name"], target.c["name"], stage.c.late), stage.c.folded),
                else_=target.c.name_folded,
            )
        values |= {"updated_at": now, "row_version": target.c.row_version + 1}
        connection.execute(update(target).values(values).where(mine, stage.c.changed))
        if kind is ImportKind.CONTACTS:
            _fold_names(connection, turn=turn, workspace_id=workspace_id)


def _differs(
    staged: Column[Value], stored: Column[Value], late: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Tell that an import has something to say that is not stored; a late row only fills gaps."""
    if not stored.nullable and not _boolean(stored):
        return and_(staged != "", staged != stored, or_(not_(late), stored == ""))
    if _boolean(stored):
        return and_(staged.is_not(None), staged != stored, not_(late))
    return and_(staged.is_not(None), or_(stored.is_(None), and_(staged != stored, not_(late))))


def _boolean(column: Column[Value]) -> bool:
    return isinstance(column.type, Boolean)


def _fold_names(connection: Connection, *, turn: int, workspace_id: str) -> None:
    """Write the compared form of changed names; only Python folds Unicode as we do."""
    stage = STAGES[ImportKind.CONTACTS]
    rows = connection.execute(
        select(CONTACTS.c.id, CONTACTS.c.first_name, CONTACTS.c.last_name, CONTACTS.c.name_folded)
        .join(stage, stage.c.matched == CONTACTS.c.id)
        .where(
            CONTACTS.c.workspace_id == workspace_id,
            stage.c.changed,
            stage.c.turn == turn,
            or_(stage.c.first_name != "", stage.c.last_name != ""),
        )
    ).all()
    for contact_id, first, last, before in rows:
        after = folded(f"{first} {last}")
        if after != before:
            connection.execute(
                update(CONTACTS)
                .values(name_folded=after)
                .where(CONTACTS.c.workspace_id == workspace_id, CONTACTS.c.id == contact_id)
            )


def changed_numbers(connection: Connection, kind: ImportKind) -> frozenset[int]:
    """Return the numbers of the staged rows that changed something."""
    stage = STAGES[kind]
    return frozenset(connection.execute(select(stage.c.n).where(stage.c.changed)).scalars())
