"""Which schema this program works with, and which one a database has, without loading Alembic."""

from typing import Final

from sqlalchemy import Connection, inspect, text

HEAD: Final = "0017"
"""The schema this program works with: the newest file in `migrations/versions`."""
_TABLE: Final = "alembic_version"
_FOUND: Final = text(f"SELECT version_num FROM {_TABLE}")  # noqa: S608 - a constant


def current_revision(connection: Connection) -> str | None:
    """Return the revision that the database says it has; None when nothing was ever migrated."""
    if not inspect(connection).has_table(_TABLE):
        return None
    found = connection.execute(_FOUND).scalar()
    return None if found is None else str(found)
