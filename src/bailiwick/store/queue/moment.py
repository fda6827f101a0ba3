"""The database's clock: leases and due times are compared with it and with nothing else."""

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, Connection, cast, func, select

from bailiwick.kit.clock import SystemClock
from bailiwick.kit.instant import instant

_MACHINE: Final = SystemClock()
_MICROSECONDS: Final = 1_000_000
CLOCK: Final = cast(func.extract("epoch", func.clock_timestamp()) * _MICROSECONDS, BigInteger)
"""The server's instant in microseconds, also within a transaction that has waited."""
_NOW: Final = select(CLOCK)
BEGUN: Final = cast(func.extract("epoch", func.now()) * _MICROSECONDS, BigInteger)
"""When a transaction of PostgreSQL began: it stands still, so that an index can be asked for it."""


def moment(connection: Connection) -> datetime:
    """Return the server's instant; a SQLite file has one machine, whose instant it is."""
    if connection.dialect.name == "sqlite":
        return _MACHINE.now()
    return instant(int(connection.execute(_NOW).scalar_one()))
