"""The metadata of every table, and the column types that mean the same on SQLite and PostgreSQL.

Every row carries its workspace, and every key is composite (workspace_id, id), so a reference into
another workspace cannot be stored (decision 0013). Instants are microseconds since 1970 in UTC:
exact, sortable, and equal on both databases.
"""

import json
import re
from datetime import datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

from bailiwick.kit.hashing import Canonical, canonical_bytes
from bailiwick.kit.instant import instant, microseconds
from bailiwick.kit.json_value import Json, json_text

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Store as an integer."""
        del dialect
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Read as an aware datetime."""
        del dialect
        return None if value is None else instant(value)


class PlainText(TypeDecorator[str]):
    """Text without what PostgreSQL or UTF-8 cannot hold: NUL and lone surrogates become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Store text that every database takes."""
        del dialect
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


class CanonicalJson(TypeDecorator[Canonical]):
    """JSON in the one canonical encoding, so that a stored payload hashes to what was approved."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Canonical, dialect: Dialect) -> str | None:
        """Store the canonical text."""
        del dialect
        if value is None:
            return None
        encoded = canonical_bytes(value).decode("utf-8", "surrogatepass")
        # No database stores a lone surrogate; inside a JSON string its escape means the same.
        return encoded if encoded.isascii() else _SURROGATE.sub(_escaped, encoded)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Canonical:
        """Read it back."""
        del dialect
        return None if value is None else json.loads(value)


class FreeJson(TypeDecorator[Json]):
    """JSON that is stored and never hashed, so it may hold floats."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Json, dialect: Dialect) -> str | None:
        """Store the text. Raises ValueError on infinity and NaN."""
        del dialect
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Json:
        """Read it back."""
        del dialect
        return None if value is None else json.loads(value)


def _escaped(surrogate: re.Match[str]) -> str:
    return f"\\u{ord(surrogate[0]):04x}"


def identifier(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column that holds an id."""
    return Column(name, String(80), nullable=nullable)


def text(name: str) -> Column[str]:
    """Return a text column that is empty rather than null."""
    return Column(name, PlainText, nullable=False, default="", server_default="")


def number(name: str, *, default: int = 0) -> Column[int]:
    """Return an integer column with a default."""
    return Column(name, BigInteger, nullable=False, default=default, server_default=str(default))


def at(name: str, *, nullable: bool = True) -> Column[datetime]:
    """Return an instant column."""
    return Column(name, Instant, nullable=nullable)


def refers(table: str, *columns: str) -> list[ForeignKeyConstraint]:
    """Return composite foreign keys within the workspace, one for each column, to `table`."""
    return [
        ForeignKeyConstraint(["workspace_id", column], [f"{table}.workspace_id", f"{table}.id"])
        for column in columns
    ]


def workspace_table(name: str, *parts: SchemaItem) -> Table:
    """Declare a table whose rows belong to a workspace, keyed by (workspace_id, id)."""
    return Table(
        name,
        METADATA,
        Column("workspace_id", String(80), primary_key=True),
        Column("id", String(80), primary_key=True),
        at("created_at", nullable=False),
        Column("row_version", Integer, nullable=False, default=1, server_default="1"),
        *parts,
        ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    )


WORKSPACES: Final = Table(
    "workspaces",
    METADATA,
    Column("id", String(80), primary_key=True),
    at("created_at", nullable=False),
    Column("name", String(200), nullable=False, unique=True),
    text("mailbox"),
    text("company"),
    text("postal_address"),
    text("timezone"),
    text("jurisdiction"),
    number("epoch", default=1),
    text("secret"),
)
"""`epoch` rises with each restore; `secret` seeds pseudonyms and is never shown."""
