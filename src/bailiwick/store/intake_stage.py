"""Temporary tables that a batch is put into before it is merged, and the fast ways to fill them.

SQLite takes rows as statements of many values, so that it is entered a few times per batch and the
next batch can be read meanwhile; PostgreSQL takes them by COPY.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import chain
from typing import Final, Protocol

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    literal,
    select,
)
from sqlalchemy import cast as cast_sql

from bailiwick.kit.ids import ALPHABET
from bailiwick.ports.ids import Ids
from bailiwick.ports.intake import COLUMNS, ImportKind, Value
from bailiwick.store.tables.crm import (
    ACCOUNTS,
    ACTIVITIES,
    CONTACTS,
    LEADS,
    OPPORTUNITIES,
    PRODUCTS,
)
from bailiwick.store.tables.schema import Instant

VARIABLES_COUNT_MAX: Final = 32_000  # SQLite refuses more than 32,766 in one statement
BLOCK_SIZE_MAX: Final = 1 << 20  # four characters of five bits number the ids of a block

TARGETS: Final[Mapping[ImportKind, Table]] = {
    ImportKind.ACCOUNTS: ACCOUNTS,
    ImportKind.PRODUCTS: PRODUCTS,
    ImportKind.CONTACTS: CONTACTS,
    ImportKind.LEADS: LEADS,
    ImportKind.DEALS: OPPORTUNITIES,
    ImportKind.ACTIVITIES: ACTIVITIES,
}
ID_PREFIX: Final[Mapping[ImportKind, str]] = {
    ImportKind.ACCOUNTS: "acc",
    ImportKind.PRODUCTS: "prd",
    ImportKind.CONTACTS: "con",
    ImportKind.LEADS: "led",
    ImportKind.DEALS: "opp",
    ImportKind.ACTIVITIES: "act",
}
LINK_FIELDS: Final[Mapping[ImportKind, tuple[str, ...]]] = {
    ImportKind.ACCOUNTS: (),
    ImportKind.PRODUCTS: (),
    ImportKind.CONTACTS: ("account_id",),
    ImportKind.LEADS: (),
    ImportKind.DEALS: ("account_id", "contact_id"),
    ImportKind.ACTIVITIES: ("contact_id", "account_id", "opportunity_id"),
}
_STAGING: Final = MetaData()


def _value_column(kind: ImportKind, name: str) -> Column[Value]:
    target = TARGETS[kind].c[name].type
    if isinstance(target, Boolean):
        return Column(name, Boolean, nullable=True)
    if isinstance(target, (Integer, Instant)):
        return Column(name, BigInteger, nullable=True)
    return Column(name, Text, nullable=False)


def _stage(kind: ImportKind) -> Table:
    return Table(
        f"stage_{kind.value}",
        _STAGING,
        Column("n", Integer, primary_key=True, autoincrement=False),
        Column("line", Integer, nullable=False),
        Column("matched", String(80), nullable=False),
        Column("same", Boolean, nullable=False),
        Column("late", Boolean, nullable=False),
        Column("turn", Integer, nullable=False),
        Column("folded", Text, nullable=False),
        *(_value_column(kind, name) for name in COLUMNS[kind]),
        *(Column(name, String(80)) for name in LINK_FIELDS[kind]),
        # What the merge finds out; null when the batch has just been put in.
        Column("changed", Boolean),
        prefixes=["TEMPORARY"],
    )


STAGES: Final[Mapping[ImportKind, Table]] = {kind: _stage(kind) for kind in ImportKind}
STAGE_PROBES: Final = Table(
    "stage_probes",
    _STAGING,
    Column("n", Integer, nullable=False),
    Column("identity", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("entry_id", String(80), nullable=False),
    Column("folded", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("matched", String(80)),
    prefixes=["TEMPORARY"],
)
"""What a row is recognised by; `key` is a domain, an address or an article number."""
STAGE_ADDRESSES: Final = Table(
    "stage_addresses",
    _STAGING,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    Column("address_hash", String(64), nullable=False),
    Column("new_id", String(80), nullable=False),
    Column("owner", String(80)),
    prefixes=["TEMPORARY"],
)
STAGE_MOVES: Final = Table(
    "stage_moves",
    _STAGING,
    Column("opportunity_id", String(80), nullable=False),
    Column("stage_from", Text, nullable=False),
    Column("stage_to", Text, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("new_id", String(80), nullable=False),
    prefixes=["TEMPORARY"],
)
STAGE_FLAGGED: Final = Table(
    "stage_flagged",
    _STAGING,
    Column("contact_id", String(80), nullable=False),
    Column("reason", String(40), nullable=False),
    prefixes=["TEMPORARY"],
)
STAGE_SETTLED: Final = Table(
    "stage_settled",
    _STAGING,
    Column("kind", String(20), nullable=False),
    Column("field", String(40), nullable=False),
    Column("local_id", String(80), nullable=False),
    Column("pending_id", String(80), nullable=False),
    Column("found", String(80), nullable=False),
    Index("ix_stage_settled", "local_id", "kind", "field", "pending_id"),
    prefixes=["TEMPORARY"],
)


class _Copy(Protocol):
    def write_row(self, row: Sequence[object]) -> None: ...


class _CopyCursor(Protocol):
    def copy(self, statement: str) -> AbstractContextManager[_Copy]: ...


class _CopyConnection(Protocol):
    def cursor(self) -> AbstractContextManager[_CopyCursor]: ...


def create_staging(connection: Connection) -> None:
    """Create the temporary tables of this connection, empty."""
    _STAGING.drop_all(connection, checkfirst=True)
    _STAGING.create_all(connection, checkfirst=False)


def drop_staging(connection: Connection) -> None:
    """Remove the temporary tables."""
    _STAGING.drop_all(connection, checkfirst=True)


def clear(connection: Connection, kind: ImportKind) -> None:
    """Empty the staging tables of a kind."""
    tables = (
        STAGES[kind],
        STAGE_PROBES,
        STAGE_ADDRESSES,
        STAGE_MOVES,
        STAGE_FLAGGED,
    )
    for table in tables:
        connection.execute(delete(table))


def fill(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[Value, ...]],
) -> None:
    """Put rows into a table in the fastest way the database has."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, rows)
        return
    size = VARIABLES_COUNT_MAX // len(columns)
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        flat = tuple(chain.from_iterable(part))
        connection.exec_driver_sql(_values_statement(table.name, columns, len(part)), flat)


def listed(connection: Connection, values: Iterable[str]) -> Select[str]:
    """Return texts as a subquery: one parameter however many there are."""
    encoded = json.dumps(sorted(values))
    if connection.dialect.name == "sqlite":
        each = func.json_each(literal(encoded, Text))
    else:
        each = func.json_array_elements_text(cast_sql(literal(encoded, Text), JSON))
    return select(each.table_valued(Column("value", Text)).c.value)


def _copy(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Value, ...]],
) -> None:
    driver: _CopyConnection | None = connection.connection.driver_connection
    assert driver is not None, "the connection is open"
    statement = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
    if table.metadata is _STAGING:  # temporary tables are never analysed by themselves
        connection.exec_driver_sql(f"ANALYZE {table.name}")


@lru_cache(maxsize=64)  # a full part and a last part for each staging table, with room
def _values_statement(table: str, columns: tuple[str, ...], count: int) -> str:
    one = f"({', '.join('?' * len(columns))})"
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * count)}"  # noqa: S608 - our own names; values are bound


_PAIRS: Final = tuple(a + b for a in ALPHABET for b in ALPHABET)


def block_ids(ids: Ids, prefix: str, count: int) -> list[str]:
    """Make many ids at the price of one: time and entropy of a fresh id, then a running number.

    The first entropy bit, which `kit/ids.py` leaves clear, is set: a block id is never a single id.
    """
    assert count <= BLOCK_SIZE_MAX, count
    seed = ids.new(prefix)
    stem, _, body = seed.partition("_")
    entropy = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") | 1 << 63
    spread = "".join(ALPHABET[entropy >> shift & 31] for shift in range(59, -1, -5))
    head = f"{stem}_{body[:10]}{spread}"
    return [f"{head}{_PAIRS[i >> 10]}{_PAIRS[i & 1023]}" for i in range(count)]
