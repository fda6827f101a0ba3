"""The queue on PostgreSQL, delivered by PgQueuer (decision 0024).

PgQueuer's statements run on the transaction's own connection, so its ticket and our row change
together or not at all. Its coroutines never wait there, and are run to their end without a loop.
"""

import re
import secrets
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from uuid import UUID

from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import JobId, QueueEntrypoint, QueueManagerId
from pgqueuer.queries import EntrypointExecutionParameter, Queries
from sqlalchemy import Connection, CursorResult, text

if TYPE_CHECKING:
    from pgqueuer.ports.driver import Driver

SCHEMA: Final = "pgqueuer"
_NUMBER: Final = re.compile(r"\$(\d+)")
_NO_LIMIT: Final = EntrypointExecutionParameter(concurrency_limit=0)
_NEVER_STALE: Final = timedelta(days=365)
"""Our row says whose lease is over; the engine must not hand out the ticket of a leased job."""
_KEPT: Final = text(
    f"DELETE FROM {SCHEMA}.pgqueuer_log WHERE created < now() - interval '1 day'"  # noqa: S608 - a constant # ours: a day is enough to look back
)
_T = TypeVar("_T")


class PgQueuerEngine:
    """Tickets in PgQueuer's tables."""

    def __init__(self) -> None:
        self._settings = DBSettings(
            prefix="", db_schema=SCHEMA, durability=Durability.durable, widen_id=False
        )
        self._builder = QueryQueueBuilder(self._settings)
        self._tables = QueryBuilderEnvironment(self._settings)
        self._schedules = QuerySchedulerBuilder(self._settings)
        self._worker = QueueManagerId(UUID(int=secrets.randbits(128), version=4))

    def add(self, connection: Connection, line: str, *, rank: int, wait: timedelta) -> int:
        """Put a ticket into a line and return its number."""
        adding = self._queries(connection).enqueue(line, None, priority=-rank, execute_after=wait)
        (number,) = _finished(adding)
        return int(number)

    def take(self, connection: Connection, line: str, *, count_max: int) -> list[int]:
        """Take due tickets of a line, by priority; none that another worker is taking."""
        taking = self._queries(connection).dequeue(
            batch_size=count_max,
            entrypoints={QueueEntrypoint(line): _NO_LIMIT},
            queue_manager_id=self._worker,
            global_concurrency_limit=None,
            heartbeat_timeout=_NEVER_STALE,
        )
        return [int(job.id) for job in _finished(taking)]

    def keep(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Say that the holders of these tickets are alive."""
        _finished(self._queries(connection).update_heartbeat([JobId(each) for each in numbers]))

    def finish(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Forget tickets whose jobs are done."""
        self._log(connection, numbers, "successful")

    def cancel(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Forget tickets whose jobs were taken back."""
        self._log(connection, numbers, "canceled")

    def put_back(self, connection: Connection, numbers: Sequence[int], *, wait: timedelta) -> None:
        """Let taken tickets wait again."""
        statement = self._builder.build_retry_job_query()
        for number in numbers:
            _run(connection, statement, number, wait, None)

    def give_up(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Forget tickets whose jobs were buried; one that is replayed gets a new one."""
        self._log(connection, numbers, "exception")

    def tidy(self, connection: Connection) -> None:
        """Remove what the engine's log keeps of long finished tickets."""
        connection.execute(_KEPT)

    def _log(self, connection: Connection, numbers: Sequence[int], status: str) -> None:
        count = len(numbers)
        statement = self._builder.build_log_job_query()
        _run(connection, statement, list(numbers), [status] * count, [None] * count)

    def _queries(self, connection: Connection) -> Queries:
        return Queries(
            cast("Driver", _InTransaction(connection)),
            qbe=self._tables,
            qbq=self._builder,
            qbs=self._schedules,
        )


class _InTransaction:
    """What PgQueuer's statements need of a driver, over a transaction that is open already."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Run a statement and return its rows."""
        return [dict(row) for row in _run(self._connection, query, *args).mappings()]

    async def execute(self, query: str, *args: object) -> str:
        """Run a statement."""
        _run(self._connection, query, *args)
        return ""


def _run(connection: Connection, query: str, *args: object) -> CursorResult[Any]:
    bound = {f"p{place}": value for place, value in enumerate(args, start=1)}
    return connection.exec_driver_sql(_named(query), bound)


@cache
def _named(query: str) -> str:
    """Write PostgreSQL's own $1 as the driver wants it. The engine has a dozen statements."""
    return _NUMBER.sub(r"%(p\1)s", query.replace("%", "%%"))


def _finished(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine that never waits to its end."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    message = "the engine waited for something within a transaction"
    raise AssertionError(message)
