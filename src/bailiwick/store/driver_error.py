"""What a driver's error means: whether to try again, and how to name it without values."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError, OperationalError

_RETRYABLE_STATES: Final = frozenset(
    {"25P03", "40001", "40P01", "55P03", "57P01", "57P02", "57P03"}
)
"""PostgreSQL: cut off while frozen, serialization, deadlock, lock not available, server going down
or starting."""


def reason(error: DBAPIError) -> str:
    """Name the failure without quoting values: PostgreSQL's detail lines can hold them."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return str(original)
    state = getattr(original, "sqlstate", None)
    if state is None:
        return type(original).__name__ + ": " + _first_line(str(original))
    diagnostic = getattr(original, "diag", None)
    constraint = getattr(diagnostic, "constraint_name", None)
    primary = getattr(diagnostic, "message_primary", None)
    return f"{state} {constraint or primary or type(original).__name__}"


def _first_line(message: str) -> str:
    return message.partition("\n")[0]


def is_lost_write(error: BaseException | None) -> bool:
    """Tell whether SQLite was refused an fsync; PostgreSQL ends itself when it is."""
    lost = {sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC}
    return getattr(error, "sqlite_errorcode", None) in lost


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether another connection held what was needed."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # the module may raise too
    return code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_retryable(error: DBAPIError) -> bool:
    """Tell whether the same again may go well."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return is_busy(original)
    state = getattr(original, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError)
    return str(state) in _RETRYABLE_STATES or str(state).startswith("08")
