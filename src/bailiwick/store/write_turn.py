"""Takes the turn to write to a SQLite file, and asks for it more often than SQLite would.

SQLite's own wait sleeps 1, 2, 5, 10, 15, 20, 25 and up to 100 ms between two looks, so that beside
a busy pool a writer of one millisecond waits for fifty.
"""

import sqlite3
import time
from typing import Final

from bailiwick.store.driver_error import is_busy

BUSY_WAIT_MS: Final = 10_000  # ours: a writer waits this long for the one before it
WAIT_MS: Final = "bailiwick_wait_ms"
"""The execution option of a connection that waits less; 0 gets its turn now or not at all."""
LOOK_SECONDS: Final = 0.0005  # ours: half of a short transaction; a look takes some 10 µs


def begin_writing(driver: sqlite3.Connection, *, wait_ms: int = BUSY_WAIT_MS) -> None:
    """Begin a transaction that may write. Raises sqlite3.OperationalError after a vain wait."""
    until = time.monotonic() + wait_ms / 1000
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _begun(driver, is_last=time.monotonic() >= until):
            time.sleep(LOOK_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_WAIT_MS}")


def _begun(driver: sqlite3.Connection, *, is_last: bool) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if is_last or not is_busy(error):
            raise
        return False
    return True
