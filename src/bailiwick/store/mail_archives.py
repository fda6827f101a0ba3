"""Opens the mail archive of a unit."""

from bailiwick.ports.unit import Unit
from bailiwick.store.mail_archive import SqlMailArchive
from bailiwick.store.unit import SqlUnit


class SqlMailArchives:
    """The archives of one store."""

    def within(self, unit: Unit) -> SqlMailArchive:
        """Return the archive whose changes commit with this unit."""
        assert isinstance(unit, SqlUnit), "one store at a time"
        return SqlMailArchive(unit.scope)
