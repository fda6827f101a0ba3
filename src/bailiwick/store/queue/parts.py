"""What goes with a kind of database: the bell that is rung at a commit, and the engine if any."""

from functools import cached_property

from bailiwick.store.database import Database
from bailiwick.store.fault import UnableToOpenDatabase
from bailiwick.store.queue.bell import Listening
from bailiwick.store.queue.embedded import PipeBell
from bailiwick.store.queue.engine import Engine


class QueueParts:
    """How jobs of a database are delivered; the engine is loaded at the first job."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @cached_property
    def bell(self) -> Listening:
        """What is rung at a commit."""
        if self._database.path is not None:
            return PipeBell(self._database.path)
        from bailiwick.store.queue.notify_bell import NotifyBell  # noqa: PLC0415 - loads psycopg

        return NotifyBell(self._database)

    @cached_property
    def engine(self) -> Engine | None:
        """What delivers jobs beside our rows. Raises UnableToOpenDatabase when it is missing."""
        if self._database.kind == "sqlite":
            return None
        try:
            from bailiwick.store.queue.pgqueuer import PgQueuerEngine  # noqa: PLC0415 - slow to load
        except ImportError:
            message = "jobs on PostgreSQL need PgQueuer: install `bailiwick[postgres]`"
            raise UnableToOpenDatabase(message) from None
        return PgQueuerEngine()
