"""Puts one batch into the store: what is new directly, what is known into the stage.

A new row needs no merging, so it is written once, by the fastest way the database has. That is
what makes a first import fast; a repeated import is fast because equal rows are left alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from sqlalchemy import Boolean, Connection

from bailiwick.kit.hashing import digest_bytes
from bailiwick.ports.ids import Ids
from bailiwick.ports.intake import COLUMNS, ImportKind, IntakeRow, Link, Value
from bailiwick.store.intake_fold import Folded
from bailiwick.store.intake_link import Links
from bailiwick.store.intake_match import Match
from bailiwick.store.intake_stage import (
    ID_PREFIX,
    LINK_FIELDS,
    STAGE_ADDRESSES,
    STAGE_FLAGGED,
    STAGE_MOVES,
    STAGE_PROBES,
    STAGES,
    TARGETS,
    block_ids,
    fill,
)
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, EXTERNAL_IDS, PENDING_LINKS

_KEY_COLUMN: Final[Mapping[ImportKind, str]] = {
    ImportKind.ACCOUNTS: "domain",
    ImportKind.LEADS: "address",
    ImportKind.PRODUCTS: "sku",
}
_FLAGS: Final = ("do_not_contact", "bounced", "unsubscribed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """What rows are recognised by, with the ids that new rows will get."""

    entry_ids: list[str]
    addresses: list[tuple[int, int, str, str, str]]
    """By address: number of the entry, rank, address, its hash, and the id of its future row."""


@dataclass(slots=True, kw_only=True)
class Sorting:
    """A batch, sorted by what each row is."""

    entries: Sequence[Folded]
    local_ids: list[str]
    """For each entry the row here: known, or about to be made."""
    probes: Probes
    new: list[int] = field(default_factory=list[int])
    known: list[int] = field(default_factory=list[int])
    """To be merged; those that repeat the last import are not among them."""
    erased: list[int] = field(default_factory=list[int])
    nameless: list[int] = field(default_factory=list[int])
    """Contacts nobody knows, with neither a name nor an address: there is nothing to store."""
    turns: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a batch goes: the values that all its rows share."""

    workspace_id: str
    system: str
    batch_id: str
    now: int


def probes_of(entries: Sequence[Folded], *, ids: Ids) -> Probes:
    """Return the addresses of a batch in their order, and ids for its entries."""
    said = sorted(
        (address, n, rank)
        for n, entry in enumerate(entries)
        for rank, address in enumerate(entry.row.addresses)
    )
    return Probes(
        entry_ids=block_ids(ids, "ext", len(entries)),
        # Ids ascend with the addresses, so that rows go into two indexes in order.
        addresses=[
            (n, rank, address, digest_bytes(address.encode()), new_id)
            for (address, n, rank), new_id in zip(
                said, block_ids(ids, "adr", len(said)), strict=True
            )
        ],
    )


def fill_probes(
    connection: Connection, kind: ImportKind, entries: Sequence[Folded], probes: Probes
) -> None:
    """Put in what rows are recognised by."""
    column = _KEY_COLUMN.get(kind)
    at = None if column is None else COLUMNS[kind].index(column)
    rows: list[tuple[Value, ...]] = [
        (
            n,
            entry.row.identity,
            entry.content_hash,
            probes.entry_ids[n],
            entry.row.folded,
            "" if at is None else entry.row.values[at],
        )
        for n, entry in enumerate(entries)
    ]
    fill(
        connection,
        STAGE_PROBES,
        ("n", "identity", "content_hash", "entry_id", "folded", "key"),
        rows,
    )
    fill(
        connection,
        STAGE_ADDRESSES,
        ("n", "rank", "address", "address_hash", "new_id"),
        probes.addresses,
    )


def sort_batch(
    kind: ImportKind,
    entries: Sequence[Folded],
    found: Mapping[int, Match],
    probes: Probes,
    *,
    ids: Ids,
) -> Sorting:
    """Say what each row is: new, to be merged, erased, or a repetition."""
    local_ids = block_ids(ids, ID_PREFIX[kind], len(entries))
    sorting = Sorting(entries=entries, local_ids=local_ids, probes=probes)
    for n in range(len(entries)):
        match = found.get(n)
        if match is None:
            row = entries[n].row
            nameless = kind is ImportKind.CONTACTS and not row.folded and not row.addresses
            (sorting.nameless if nameless else sorting.new).append(n)
            continue
        local_ids[n] = match.local_id
        if match.erased:
            sorting.erased.append(n)
        elif not match.same:
            sorting.known.append(n)
    return sorting


def write_new(
    connection: Connection,
    kind: ImportKind,
    sorting: Sorting,
    links: Links,
    *,
    asked: frozenset[int],
    place: Place,
) -> None:
    """Insert the rows that nobody knew."""
    target = TARGETS[kind]
    head = ("workspace_id", "id", "created_at", "row_version", "updated_at")
    columns = (*head, *COLUMNS[kind], *LINK_FIELDS[kind])
    folds = "name_folded" in target.c
    if folds:
        columns = (*columns, "name_folded")
    contacts = kind is ImportKind.CONTACTS
    if contacts:
        columns = (*columns, *_FLAGS, "due_at")
    # A staged boolean may be absent; a stored one may not.
    absent = {name: False for name in COLUMNS[kind] if isinstance(target.c[name].type, Boolean)}
    rows: list[tuple[Value, ...]] = []
    entries, local_ids = sorting.entries, sorting.local_ids
    workspace_id, now = place.workspace_id, place.now
    for n in sorting.new:
        row = entries[n].row
        values = row.values
        if absent:
            values = tuple(
                absent.get(name) if value is None else value
                for name, value in zip(COLUMNS[kind], values, strict=True)
            )
        created = now if row.created_at is None else row.created_at
        cells = (workspace_id, local_ids[n], created, 1, now, *values, *linked(row, kind, links))
        if contacts:
            flags = row.flags
            silent = flags.do_not_contact or n in asked
            # An import is something that happens: the next sweep looks at who may be written to.
            due = None if silent or True in flags else now
            cells = (*cells, row.folded, silent, flags.bounced, flags.unsubscribed, due)
        elif folds:
            cells = (*cells, row.folded)
        rows.append(cells)
    fill(connection, target, columns, rows)


def linked(row: IntakeRow, kind: ImportKind, links: Links) -> tuple[str | None, ...]:
    """Return the rows that a row refers to, in the order of its kind's reference columns."""
    if not row.links:
        return (None,) * len(LINK_FIELDS[kind])
    names = LINK_FIELDS[kind]
    if len(names) == 1 == len(row.links):  # a contact and its account: most rows of an import
        return (_first(row.links[0], links),)
    by_field = {link.field: _first(link, links) for link in row.links}
    return tuple(by_field.get(name) for name in names)


def _first(link: Link, links: Links) -> str | None:
    known = links.known[link.field]
    for key in link.keys:
        found = known.get(key)
        if found is not None:
            return found
    return None


def write_entries(
    connection: Connection, kind: ImportKind, sorting: Sorting, *, place: Place
) -> None:
    """Insert the entries of new rows."""
    entries, local_ids, entry_ids = sorting.entries, sorting.local_ids, sorting.probes.entry_ids
    workspace_id, now, system = place.workspace_id, place.now, place.system
    name, batch_id = kind.value, place.batch_id
    rows: list[tuple[Value, ...]] = [
        (
            workspace_id, entry_ids[n], now, 1, system, name,
            entries[n].row.identity, local_ids[n], entries[n].content_hash, batch_id,
        )
        for n in sorting.new
    ]  # fmt: skip
    # Sorted by the key of the index, so that neighbours share its pages.
    rows.sort(key=itemgetter(6))
    fill(
        connection,
        EXTERNAL_IDS,
        (
            "workspace_id", "id", "created_at", "row_version", "system", "kind",
            "external_id", "local_id", "content_hash", "batch_id",
        ),
        rows,
    )  # fmt: skip


def write_addresses(connection: Connection, sorting: Sorting, *, place: Place) -> None:
    """Insert the addresses of new contacts, in the order of their index."""
    new, local_ids = frozenset(sorting.new), sorting.local_ids
    workspace_id, now = place.workspace_id, place.now
    fill(
        connection,
        CONTACT_ADDRESSES,
        (
            "workspace_id", "id", "created_at", "row_version",
            "contact_id", "address", "address_hash", "rank",
        ),
        [
            (workspace_id, new_id, now, 1, local_ids[n], address, address_hash, rank)
            for n, rank, address, address_hash, new_id in sorting.probes.addresses
            if n in new
        ],
    )  # fmt: skip


def fill_known(
    connection: Connection,
    kind: ImportKind,
    sorting: Sorting,
    links: Links,
    *,
    found: Mapping[int, Match],
) -> None:
    """Stage the known rows that may have something new to say."""
    turns: dict[str, int] = {}
    rows: list[tuple[Value, ...]] = []
    for n in sorting.known:
        row = sorting.entries[n].row
        local_id = sorting.local_ids[n]
        turn = turns[local_id] = turns.get(local_id, 0) + 1
        late = found[n].touched or turn > 1
        rows.append(
            (
                n, row.line, local_id, found[n].same, late, turn, row.folded,
                *row.values, *linked(row, kind, links),
            )
        )  # fmt: skip
    sorting.turns = max(turns.values(), default=0)
    columns = ("n", "line", "matched", "same", "late", "turn", "folded")
    fill(connection, STAGES[kind], (*columns, *COLUMNS[kind], *LINK_FIELDS[kind]), rows)


def fill_flagged(connection: Connection, sorting: Sorting) -> None:
    """Stage the contacts that the file says not to write to."""
    gone = frozenset([*sorting.erased, *sorting.nameless])
    fill(
        connection,
        STAGE_FLAGGED,
        ("contact_id", "reason"),
        [
            (sorting.local_ids[n], name)
            for n, entry in enumerate(sorting.entries)
            if True in entry.row.flags and n not in gone
            for name, stated in zip(_FLAGS, entry.row.flags, strict=True)
            if stated
        ],
    )


def fill_moves(connection: Connection, sorting: Sorting, *, ids: Ids) -> None:
    """Stage the stage history that the file lists."""
    rows: list[tuple[str, str, str, int]] = []
    for n, entry in enumerate(sorting.entries):
        before = ""
        for move in sorted(entry.row.stages, key=lambda move: move.at):
            rows.append((sorting.local_ids[n], before, move.stage, move.at))
            before = move.stage
    new_ids = block_ids(ids, "stg", len(rows))
    fill(
        connection,
        STAGE_MOVES,
        ("opportunity_id", "stage_from", "stage_to", "changed_at", "new_id"),
        [(*row, new_id) for row, new_id in zip(rows, new_ids, strict=True)],
    )


def write_waiting(
    connection: Connection,
    kind: ImportKind,
    sorting: Sorting,
    links: Links,
    *,
    numbers: Sequence[int],
    ids: Ids,
    place: Place,
) -> None:
    """Remember the references of stored rows that found nothing, with every key to try."""
    if not links.waiting:
        return
    rows = [
        (sorting.local_ids[n], link.field, link.kind.value, key)
        for n in numbers
        for link in sorting.entries[n].row.links
        if _first(link, links) is None
        for key in link.keys
    ]
    new_ids = block_ids(ids, "pnd", len(rows))
    fill(
        connection,
        PENDING_LINKS,
        (
            "workspace_id", "id", "created_at", "row_version", "system", "kind",
            "local_id", "field", "target_kind", "target_key",
        ),
        [
            (place.workspace_id, new_id, place.now, 1, place.system, kind.value, *row)
            for new_id, row in zip(new_ids, rows, strict=True)
        ],
    )  # fmt: skip
