"""Brings a database to the schema of this program, after an upgrade."""

from contextlib import closing
from dataclasses import dataclass

from bailiwick.settings import Settings
from bailiwick.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """Which schema a database had, and which it has."""

    before: str | None
    """None when nothing was ever migrated."""
    now: str


def migrate(settings: Settings) -> Migrated:
    """Migrate the database that settings name; where nothing is to be done, nothing is.

    Raises UnableToMigrate when the schema is newer than this program, and PortFault.
    """
    with closing(Database.open(settings.store.database_url)) as database:
        before = database.schema_version()
        return Migrated(before=before, now=database.migrate())
