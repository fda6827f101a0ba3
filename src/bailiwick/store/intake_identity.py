"""Remembers which row of the other system is which row here, and what it said when it was read."""

from datetime import datetime

from sqlalchemy import Case, ColumnElement, Connection, SelectBase, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bailiwick.ports.intake import ImportKind
from bailiwick.store.intake_stage import REFUSED, STAGE_ALIASES, STAGES
from bailiwick.store.tables.crm import EXTERNAL_IDS

_NAMES = [
    "workspace_id", "id", "created_at", "row_version",
    "system", "kind", "external_id", "local_id", "content_hash", "batch_id",
]  # fmt: skip


def remember(
    connection: Connection,
    kind: ImportKind,
    *,
    workspace_id: str,
    system: str,
    batch_id: str,
    now: datetime,
) -> None:
    """Store identities and content hashes; the first row of an identity in a file decides."""
    stage = STAGES[kind]
    head = (literal(now, EXTERNAL_IDS.c.created_at.type), literal(1))
    names = (literal(system), literal(kind.value))
    tail = literal(batch_id)
    stored = or_(stage.c.outcome.is_(None), stage.c.outcome != REFUSED)
    own = (
        select(
            literal(workspace_id), stage.c.entry_id, *head, *names,
            stage.c.identity, stage.c.matched, stage.c.content_hash, tail,
        )
        .where(stored)
        .order_by(stage.c.n)
    )  # fmt: skip
    _upsert(connection, own, batch_id)
    if connection.execute(select(func.count()).select_from(STAGE_ALIASES)).scalar_one():
        aliases = (
            select(
                literal(workspace_id), STAGE_ALIASES.c.entry_id, *head, *names,
                STAGE_ALIASES.c.identity, stage.c.matched, STAGE_ALIASES.c.content_hash, tail,
            )
            .join(stage, stage.c.n == STAGE_ALIASES.c.n)
            .where(stored)
        )  # fmt: skip
        _upsert(connection, aliases, batch_id)


def _upsert(connection: Connection, rows: SelectBase, batch_id: str) -> None:
    key = ["workspace_id", "system", "kind", "external_id"]
    if connection.dialect.name == "postgresql":
        values = postgresql_insert(EXTERNAL_IDS).from_select(_NAMES, rows)
        said = values.excluded.content_hash
        statement = values.on_conflict_do_update(
            index_elements=key,
            set_={"content_hash": _first(said, batch_id), "batch_id": batch_id},
        )
        connection.execute(statement)
        return
    sqlite_values = sqlite_insert(EXTERNAL_IDS).from_select(_NAMES, rows)
    connection.execute(
        sqlite_values.on_conflict_do_update(
            index_elements=key,
            set_={
                "content_hash": _first(sqlite_values.excluded.content_hash, batch_id),
                "batch_id": batch_id,
            },
        )
    )


def _first(said: ColumnElement[str], batch_id: str) -> Case[str]:
    return case((EXTERNAL_IDS.c.batch_id == batch_id, EXTERNAL_IDS.c.content_hash), else_=said)
