"""Puts one folded batch into the staging tables."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from bailiwick.kit.hashing import digest_bytes
from bailiwick.ports.ids import Ids
from bailiwick.ports.intake import COLUMNS, ImportKind, Value
from bailiwick.store.intake_fold import Folded
from bailiwick.store.intake_stage import (
    ID_PREFIX,
    STAGE_ADDRESSES,
    STAGE_ALIASES,
    STAGE_LINKS,
    STAGE_MOVES,
    STAGES,
    block_ids,
    fill,
)

_BEFORE = ("n", "line", "identity", "new_id", "entry_id", "content_hash", "folded")
_AFTER = ("do_not_contact", "bounced", "unsubscribed", "created_at", "turn")


def fill_batch(
    connection: Connection, kind: ImportKind, entries: Sequence[Folded], *, ids: Ids, now: int
) -> None:
    """Put the rows of a batch, their addresses, references and stages into the stage."""
    new_ids = block_ids(ids, ID_PREFIX[kind], len(entries))
    entry_ids = block_ids(ids, "ext", len(entries))
    rows: list[tuple[Value, ...]] = [
        (
            n,
            entry.row.line,
            entry.row.identity,
            new_ids[n],
            entry_ids[n],
            entry.content_hash,
            entry.row.folded,
            *entry.row.values,
            *entry.row.flags,
            now if entry.row.created_at is None else entry.row.created_at,
            1,
        )
        for n, entry in enumerate(entries)
    ]
    fill(connection, STAGES[kind], (*_BEFORE, *COLUMNS[kind], *_AFTER), rows)
    _fill_aliases(connection, entries, ids)
    addresses: list[tuple[Value, ...]] = [
        (n, rank, address, digest_bytes(address.encode()), new_id)
        for n, rank, address, new_id in _addresses(entries, ids)
    ]
    fill(
        connection,
        STAGE_ADDRESSES,
        ("n", "rank", "address", "address_hash", "new_id"),
        addresses,
    )
    _fill_links(connection, entries, ids)
    if kind is ImportKind.DEALS:
        _fill_moves(connection, entries, ids)


def _addresses(entries: Sequence[Folded], ids: Ids) -> Iterable[tuple[int, int, str, str]]:
    rows = [
        (n, rank, address)
        for n, entry in enumerate(entries)
        for rank, address in enumerate(entry.row.addresses)
    ]
    new_ids = block_ids(ids, "adr", len(rows))
    return ((*row, new_id) for row, new_id in zip(rows, new_ids, strict=True))


def _fill_aliases(connection: Connection, entries: Sequence[Folded], ids: Ids) -> None:
    rows = [
        (n, identity, digest)
        for n, entry in enumerate(entries)
        for identity, digest in entry.aliases.items()
    ]
    new_ids = block_ids(ids, "ext", len(rows))
    fill(
        connection,
        STAGE_ALIASES,
        ("n", "identity", "content_hash", "entry_id"),
        [(*row, new_id) for row, new_id in zip(rows, new_ids, strict=True)],
    )


def _fill_links(connection: Connection, entries: Sequence[Folded], ids: Ids) -> None:
    rows = [
        (n, link.field, position, link.kind.value, key)
        for n, entry in enumerate(entries)
        for link in entry.row.links
        for position, key in enumerate(link.keys)
    ]
    new_ids = block_ids(ids, "pnd", len(rows))
    fill(
        connection,
        STAGE_LINKS,
        ("n", "field", "position", "kind", "key", "new_id"),
        [(*row, new_id) for row, new_id in zip(rows, new_ids, strict=True)],
    )


def _fill_moves(connection: Connection, entries: Sequence[Folded], ids: Ids) -> None:
    rows: list[tuple[Value, ...]] = []
    for n, entry in enumerate(entries):
        before = ""
        for move in sorted(entry.row.stages, key=lambda move: move.at):
            rows.append((n, before, move.stage, move.at))
            before = move.stage
    new_ids = block_ids(ids, "stg", len(rows))
    fill(
        connection,
        STAGE_MOVES,
        ("n", "stage_from", "stage_to", "changed_at", "new_id"),
        [(*row, new_id) for row, new_id in zip(rows, new_ids, strict=True)],
    )
