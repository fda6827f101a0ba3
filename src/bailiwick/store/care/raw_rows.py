"""Rows as the databases hold them, without our types, and how they are written into a backup."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from bailiwick.store.tables import METADATA

TABLES_LEFT_OUT: Final = frozenset[str]()
"""Tables that no backup holds."""
_KINDS: Final[tuple[tuple[type[TypeEngine[Any]], str], ...]] = (
    (LargeBinary, "bytes"),
    (Boolean, "bool"),
    (Integer, "int"),
    (Float, "real"),
    (Numeric, "real"),
)
_TYPES: Final[Mapping[str, type[TypeEngine[Any]]]] = {
    "bytes": LargeBinary,
    "bool": Boolean,
    "int": BigInteger,
    "real": Float,
    "text": Text,
}
Columns: TypeAlias = Sequence[tuple[str, str]]
"""Name and kind of each column."""


def tables() -> tuple[Table, ...]:
    """Return every table of the code, those first that others refer to."""
    return tuple(t for t in METADATA.sorted_tables if t.name not in TABLES_LEFT_OUT)


def columns_of(table: Table) -> Columns:
    """Name the columns of a table and what they hold."""
    return tuple((column.name, _kind(column.type)) for column in table.columns)


def raw_table(name: str, columns: Columns) -> Table:
    """Return a table whose values pass as the driver has them."""
    return Table(name, MetaData(), *(Column(column, _TYPES[kind]) for column, kind in columns))


def encoded(rows: Sequence[Sequence[object]], columns: Columns) -> bytes:
    """Write rows as JSON; bytes as base64."""
    places = [place for place, (_, kind) in enumerate(columns) if kind == "bytes"]
    if places:
        rows = [_with(row, places, _to_base64) for row in rows]
    return json.dumps([list(row) for row in rows], ensure_ascii=True, separators=(",", ":")).encode(
        "ascii"
    )


def decoded(content: bytes, columns: Columns) -> list[dict[str, object]]:
    """Read rows as they were written. Raises ValueError when they are none."""
    places = [place for place, (_, kind) in enumerate(columns) if kind == "bytes"]
    names = [name for name, _ in columns]
    rows: list[list[object]] = json.loads(content)
    if places:
        rows = [_with(row, places, _from_base64) for row in rows]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _kind(found: TypeEngine[Any]) -> str:
    plain: TypeEngine[Any] = found.impl_instance if isinstance(found, TypeDecorator) else found
    return next((kind for known, kind in _KINDS if isinstance(plain, known)), "text")


def _with(
    row: Sequence[object], places: Sequence[int], change: Callable[[object], object]
) -> list[object]:
    changed = list(row)
    for place in places:
        changed[place] = change(changed[place])
    return changed


def _to_base64(value: object) -> str | None:
    if value is None:
        return None
    assert isinstance(value, bytes), "both drivers give bytes"
    return base64.b64encode(value).decode("ascii")


def _from_base64(value: object) -> bytes | None:
    return None if value is None else base64.b64decode(str(value), validate=True)
