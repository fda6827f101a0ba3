"""The bell of a PostgreSQL database: NOTIFY in the transaction, LISTEN on its own connection.

LISTEN needs a direct connection: a pooler in transaction mode loses it, and then only the poll
wakes. A connection that breaks is opened anew at the next wait.
"""

import contextlib
import time
from collections.abc import Iterable, Sequence
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import Connection, func, select

from bailiwick.store.database import Database
from bailiwick.store.fault import UnableToReachDatabase

_CHANNEL: Final = "bailiwick_jobs_"


class NotifyListener:
    """Hears the bells of some names."""

    def __init__(self, database: Database, names: Sequence[str]) -> None:
        self._database = database
        self._names = names
        self._connection: psycopg.Connection | None = self._open()

    def wait(self, *, seconds_max: float) -> bool:
        """Return True when a bell rang since the last call, False when the time is over."""
        try:
            if self._connection is None:
                self._connection = self._open()
                return True  # what rang meanwhile was not heard
            for _ in self._connection.notifies(timeout=seconds_max, stop_after=1):
                return True
        except (psycopg.OperationalError, UnableToReachDatabase):
            self.close()
            time.sleep(seconds_max)  # the server is away; ask no faster than a poll
        return False

    def close(self) -> None:
        """Stop listening."""
        if self._connection is not None:
            with contextlib.suppress(psycopg.OperationalError):
                self._connection.close()
            self._connection = None

    def _open(self) -> psycopg.Connection:
        connection = self._database.lone_connection()
        try:
            for name in self._names:
                channel = sql.Identifier(_CHANNEL + name)
                connection.execute(sql.SQL("LISTEN {}").format(channel))
        except psycopg.OperationalError:
            connection.close()
            message = "the postgresql database went away while it was asked to ring"
            raise UnableToReachDatabase(message, retryable=True) from None
        return connection


class NotifyBell:
    """Rings at whoever listens, on any machine."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def listen(self, names: Sequence[str]) -> NotifyListener:
        """Begin to listen. Raises UnableToReachDatabase."""
        return NotifyListener(self._database, names)

    def ring_within(self, connection: Connection, names: Iterable[str]) -> None:
        """Ring as part of the transaction: heard if and when it commits."""
        for name in names:
            connection.execute(select(func.pg_notify(_CHANNEL + name, "")))

    def ring_after(self, names: Iterable[str]) -> None:
        """Do nothing: the commit has rung."""
