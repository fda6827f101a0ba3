"""The queue that goes with a database."""

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailiwick.ports.queue import Queue
    from bailiwick.store.database import Database


def open_queue(database: "Database", *, draw: Callable[[], float] | None = None) -> "Queue":
    """Return the worker's side of the queue; whoever opened it closes it."""
    from bailiwick.store.queue.worker_side import SqlQueue
    from bailiwick.store.repositories.runs import SqlRuns

    return SqlQueue(database, draw=draw or random.SystemRandom().random, runs=SqlRuns)
