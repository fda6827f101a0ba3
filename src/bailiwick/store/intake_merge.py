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
    Text,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    update,
)

from bailiwick.kit.text import folded
from bailiwick.ports.intake import COLUMNS, ImportKind, Value
from bailiwick.store.intake_stage import (
    CHANGED,
    LINK_FIELDS,
    NEW,
    REFUSED,
    STAGE_ADDRESSES,
    STAGES,
    TARGETS,
    UNCHANGED,
)
from bailiwick.store.tables.crm import CONTACTS

FLAGS = ("do_not_contact", "bounced", "unsubscribed")


def merge(connection: Connection, kind: ImportKind, *, workspace_id: str, now: datetime) -> None:
    """Insert the new rows and update the changed ones; leaves each row's outcome in the stage."""
    stage = STAGES[kind]
    _insert(connection, kind, workspace_id=workspace_id, now=now)
    turn_last = connection.execute(
        select(func.max(stage.c.turn)).where(stage.c.matched.is_not(None))
    ).scalar_one()
    # Bounded by the rows of a batch; more than one turn means rows of one file about one thing.
    for turn in range(1, (turn_last or 0) + 1):
        _update(connection, kind, turn=turn, workspace_id=workspace_id, now=now)
    connection.execute(update(stage).values(outcome=UNCHANGED).where(stage.c.outcome.is_(None)))


def _insert(connection: Connection, kind: ImportKind, *, workspace_id: str, now: datetime) -> None:
    stage, target = STAGES[kind], TARGETS[kind]
    chosen: dict[str, ColumnElement[Value]] = {
        "workspace_id": literal(workspace_id),
        "id": stage.c.new_id,
        "created_at": stage.c.created_at,
        "row_version": literal(1),
        "updated_at": literal(now, target.c.updated_at.type),
    }
    for name in COLUMNS[kind]:
        column = stage.c[name]
        chosen[name] = func.coalesce(column, false()) if _boolean(target.c[name]) else column
    for name in LINK_FIELDS[kind]:
        chosen[name] = stage.c[name]
    if "name_folded" in target.c:
        chosen["name_folded"] = stage.c.folded
    if kind is ImportKind.CONTACTS:
        chosen |= {name: stage.c[name] for name in FLAGS}
        # An import is something that happens: the next sweep looks at who may be written to.
        open_to_mail = not_(or_(*(stage.c[name] for name in FLAGS)))
        chosen["due_at"] = case((open_to_mail, literal(now, target.c.due_at.type)), else_=null())
    source = select(*chosen.values()).where(stage.c.matched.is_(None)).order_by(stage.c.n)
    connection.execute(insert(target).from_select(list(chosen), source, include_defaults=True))
    connection.execute(
        update(stage).values(matched=stage.c.new_id, outcome=NEW).where(stage.c.matched.is_(None))
    )


def _update(
    connection: Connection, kind: ImportKind, *, turn: int, workspace_id: str, now: datetime
) -> None:
    stage, target = STAGES[kind], TARGETS[kind]
    late = or_(stage.c.touched.is_(true()), stage.c.turn > 1)
    mine = and_(
        stage.c.outcome.is_(None),
        stage.c.turn == turn,
        target.c.workspace_id == workspace_id,
        target.c.id == stage.c.matched,
    )
    names = COLUMNS[kind] + LINK_FIELDS[kind]
    differs = [_differs(stage.c[name], target.c[name], late) for name in names]
    if kind is ImportKind.CONTACTS:
        differs += [and_(stage.c[name], not_(target.c[name])) for name in FLAGS]
        differs.append(
            exists().where(STAGE_ADDRESSES.c.n == stage.c.n, STAGE_ADDRESSES.c.owner.is_(None))
        )
    fresh = or_(stage.c.same.is_(None), not_(stage.c.same))
    connection.execute(update(stage).values(outcome=CHANGED).where(mine, fresh, or_(*differs)))
    changed = and_(
        stage.c.outcome == CHANGED,
        stage.c.turn == turn,
        target.c.workspace_id == workspace_id,
        target.c.id == stage.c.matched,
    )
    values: dict[str, object] = {
        name: case(
            (_differs(stage.c[name], target.c[name], late), stage.c[name]), else_=target.c[name]
        )
        for name in names
    }
    if "name_folded" in target.c and "name" in COLUMNS[kind]:
        values["name_folded"] = case(
            (_differs(stage.c["name"], target.c["name"], late), stage.c.folded),
            else_=target.c.name_folded,
        )
    values |= {"updated_at": now, "row_version": target.c.row_version + 1}
    connection.execute(update(target).values(values).where(changed))
    if kind is ImportKind.CONTACTS:
        _fold_names(connection, turn=turn, workspace_id=workspace_id)


def _differs(
    staged: Column[Value], stored: Column[Value], late: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Tell that an import has something to say that is not stored; a late row only fills gaps."""
    if isinstance(stored.type, Text):
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
            stage.c.outcome == CHANGED,
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


def outcomes(connection: Connection, kind: ImportKind) -> dict[int, int]:
    """Return how many staged rows had each outcome."""
    stage = STAGES[kind]
    counted = connection.execute(
        select(stage.c.outcome, func.count().label("rows")).group_by(stage.c.outcome)
    ).all()
    return {row.outcome: row.rows for row in counted}


def refused_lines(connection: Connection, kind: ImportKind) -> list[int]:
    """Return the lines of rows that may not be stored."""
    stage = STAGES[kind]
    return list(
        connection.execute(
            select(stage.c.line).where(stage.c.outcome == REFUSED).order_by(stage.c.line)
        ).scalars()
    )
