"""The database's clock: leases and due times are compared with it and with nothing else."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Connection, cast, func, select

from bailiwick.kit.clock import SystemClock
from bailiwick.kit.instant import instant

_MACHINE: Final = SystemClock()
_MICROSECONDS: Final = 1_000_000
_CLOCK: Final = cast(func.extract("epoch", func.clock_timestamp()) * _MICROSECONDS, BigInteger)
_NOW: Final = select(_CLOCK)
BEGUN: Final = cast(func.extract("epoch", func.now()) * _MICROSECONDS, BigInteger)
"""When a transaction of PostgreSQL began: it stands still, so that an index can be asked for it."""


def moment(connection: Connection) -> datetime:
    """Return the server's instant; a SQLite file has one machine, whose instant it is."""
    if connection.dialect.name == "sqlite":
        return _MACHINE.now()
    return instant(int(connection.execute(_NOW).scalar_one()))


def moment_after(connection: Connection, *first: ColumnElement[Any]) -> datetime:
    """Return PostgreSQL's instant after it has worked out these, which may make it wait."""
    row = connection.execute(select(*first, _CLOCK)).one()
    return instant(int(row[-1]))
