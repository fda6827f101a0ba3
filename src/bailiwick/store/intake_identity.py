"""Remembers which row of the other system is which row here, and what it said when it was read."""

from sqlalchemy import Connection, case, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bailiwick.ports.ids import Ids
from bailiwick.ports.intake import ImportKind
from bailiwick.store.intake_fill import Place, Sorting
from bailiwick.store.intake_stage import STAGE_PROBES, block_ids
from bailiwick.store.tables.crm import EXTERNAL_IDS
from bailiwick.store.tables.schema import instant


def remember(
    connection: Connection, kind: ImportKind, sorting: Sorting, *, ids: Ids, place: Place
) -> None:
    """Store identities and content hashes of rows that are not new.

    The first row of an identity in a file decides its hash, as it decides the values.
    """
    aliases = [
        (identity, sorting.local_ids[n], content_hash)
        for n, entry in enumerate(sorting.entries)
        for identity, content_hash in entry.aliases.items()
    ]
    rows = [
        (sorting.entries[n].row.identity, sorting.local_ids[n], sorting.entries[n].content_hash)
        for n in sorting.known
    ]
    _upsert(connection, kind, [*rows, *aliases], ids=ids, place=place)
    if len(sorting.new) < len(sorting.entries):
        connection.execute(
            update(EXTERNAL_IDS)
            .values(batch_id=place.batch_id)
            .where(
                EXTERNAL_IDS.c.workspace_id == place.workspace_id,
                EXTERNAL_IDS.c.system == place.system,
                EXTERNAL_IDS.c.kind == kind.value,
                EXTERNAL_IDS.c.external_id.in_(select(STAGE_PROBES.c.identity)),
            )
        )


def _upsert(
    connection: Connection,
    kind: ImportKind,
    rows: list[tuple[str, str, str]],
    *,
    ids: Ids,
    place: Place,
) -> None:
    if not rows:
        return
    dialect = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    statement = dialect(EXTERNAL_IDS)
    changes = {
        "content_hash": case(
            (EXTERNAL_IDS.c.batch_id == place.batch_id, EXTERNAL_IDS.c.content_hash),
            else_=statement.excluded.content_hash,
        ),
        "batch_id": place.batch_id,
    }
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "system", "kind", "external_id"], set_=changes
        ),
        [
            {
                "workspace_id": place.workspace_id,
                "id": entry_id,
                "created_at": instant(place.now),
                "row_version": 1,
                "system": place.system,
                "kind": kind.value,
                "external_id": identity,
                "local_id": local_id,
                "content_hash": content_hash,
                "batch_id": place.batch_id,
            }
            for entry_id, (identity, local_id, content_hash) in zip(
                block_ids(ids, "ext", len(rows)), rows, strict=True
            )
        ],
    )
