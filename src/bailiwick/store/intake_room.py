"""Settings of the one SQLite connection that imports, for as long as it does."""

import sqlite3
from typing import Final

from sqlalchemy import Connection

CACHE_KIBIBYTES: Final = 128 * 1024  # ours: most pages a million addresses keep touching
SORT_KIBIBYTES: Final = 32 * 1024  # ours: what a sort may hold before it goes to a file
CHECKPOINT_PAGES: Final = 65_536  # ours: 256 MiB of log, so that a page is copied back less often


def make_room(connection: Connection) -> int:
    """Give SQLite room for index pages and keep its staging in memory; returns the old room."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        return 0
    # Outside of a transaction, where alone these can be changed.
    (before,) = driver.execute("PRAGMA cache_size").fetchone()
    driver.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    driver.execute("PRAGMA temp_store = MEMORY")
    driver.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    return int(before)


def make_room_to_sort(connection: Connection) -> None:
    """Give the pages back and let sorting use files: an index is sorted in bounded memory."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute(f"PRAGMA cache_size = -{SORT_KIBIBYTES}")
        driver.execute("PRAGMA shrink_memory")
        driver.execute("PRAGMA temp_store = DEFAULT")


def give_back(connection: Connection, before: int) -> None:
    """Return to the settings that every connection has, and copy back the log nobody reads."""
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute("PRAGMA temp_store = DEFAULT")
        driver.execute("PRAGMA wal_autocheckpoint = 1000")  # SQLite's default
        driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        driver.execute(f"PRAGMA cache_size = {before}")
