"""The queue of one machine: jobs in the SQLite file, several processes, one writer at a time."""

from collections.abc import Callable

from bailiwick.store.database import Database
from bailiwick.store.queue.pipe_bell import PipeBell
from bailiwick.store.queue.worker_side import SqlQueue


class EmbeddedQueue(SqlQueue):
    """The worker's side of the queue in a SQLite file. Every transaction begins IMMEDIATE."""

    def __init__(self, database: Database, *, draw: Callable[[], float]) -> None:
        assert database.path is not None, "this adapter is for a file"
        super().__init__(database, listening=PipeBell(database.path), engine=None, draw=draw)
