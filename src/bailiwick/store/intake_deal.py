"""The stage history of imported deals: what the file says, and what changed since the last file."""

from datetime import datetime

from sqlalchemy import Connection, and_, exists, insert, literal, not_, select

from bailiwick.ports.ids import Ids
from bailiwick.ports.intake import ImportKind
from bailiwick.store.intake_stage import STAGE_MOVES, STAGES, block_ids
from bailiwick.store.tables.crm import OPPORTUNITIES, STAGE_CHANGES

_STAGE = STAGES[ImportKind.DEALS]


def note_stage_moves(connection: Connection, *, workspace_id: str, ids: Ids, now: datetime) -> None:
    """Store that a known deal is in another stage than before; call before the deals change."""
    moved = connection.execute(
        select(_STAGE.c.matched, OPPORTUNITIES.c.stage, _STAGE.c.stage)
        .join(
            OPPORTUNITIES,
            and_(
                OPPORTUNITIES.c.workspace_id == workspace_id,
                OPPORTUNITIES.c.id == _STAGE.c.matched,
            ),
        )
        .where(
            not_(_STAGE.c.same),
            not_(_STAGE.c.late),
            _STAGE.c.stage != "",
            OPPORTUNITIES.c.stage != _STAGE.c.stage,
            not_(exists().where(STAGE_MOVES.c.opportunity_id == _STAGE.c.matched)),
        )
        .order_by(_STAGE.c.n)
    ).all()
    if not moved:
        return
    new_ids = block_ids(ids, "stg", len(moved))
    connection.execute(
        insert(STAGE_CHANGES),
        [
            {
                "workspace_id": workspace_id,
                "id": new_id,
                "created_at": now,
                "opportunity_id": deal,
                "stage_from": before,
                "stage_to": after,
                "changed_at": now,
            }
            for new_id, (deal, before, after) in zip(new_ids, moved, strict=True)
        ],
    )


def add_stage_history(connection: Connection, *, workspace_id: str, now: datetime) -> None:
    """Store the moves that the file lists and that are not stored yet."""
    known = exists().where(
        STAGE_CHANGES.c.workspace_id == workspace_id,
        STAGE_CHANGES.c.opportunity_id == STAGE_MOVES.c.opportunity_id,
        STAGE_CHANGES.c.stage_to == STAGE_MOVES.c.stage_to,
        STAGE_CHANGES.c.changed_at == STAGE_MOVES.c.changed_at,
    )
    names = ["workspace_id", "id", "created_at", "row_version"]
    names += ["opportunity_id", "stage_from", "stage_to", "changed_at"]
    rows = select(
        literal(workspace_id),
        STAGE_MOVES.c.new_id,
        literal(now, STAGE_CHANGES.c.created_at.type),
        literal(1),
        STAGE_MOVES.c.opportunity_id,
        STAGE_MOVES.c.stage_from,
        STAGE_MOVES.c.stage_to,
        STAGE_MOVES.c.changed_at,
    ).where(not_(known))
    connection.execute(insert(STAGE_CHANGES).from_select(names, rows))
