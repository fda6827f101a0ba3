"""Asks a pooled connection whether it is still there, when nobody has used it for a while.

SQLAlchemy's own `pool_pre_ping` asks before every transaction, which costs as much as a statement.
A connection that broke within the last second fails its transaction, as one that breaks during it
does; whoever was told so tries again.
"""

from time import monotonic
from typing import Final

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

IDLE_SECONDS: Final = 1.0  # ours: a restart of PostgreSQL takes as long
_USED_AT: Final = "used_at"


def ping_when_idle(engine: Engine, *, idle_seconds: float = IDLE_SECONDS) -> None:
    """Let each connection of an engine be asked before it is used after a while."""

    def note_use(connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        del connection
        entry.info[_USED_AT] = monotonic()

    def ping(
        connection: DBAPIConnection, entry: ConnectionPoolEntry, proxy: PoolProxiedConnection
    ) -> None:
        del proxy
        used_at = entry.info.get(_USED_AT)
        if used_at is None or monotonic() - used_at < idle_seconds:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None  # the others are as old: all are opened anew

    event.listen(engine, "checkin", note_use)
    event.listen(engine, "checkout", ping)
