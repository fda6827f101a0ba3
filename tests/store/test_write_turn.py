"""A writer on SQLite waits for the one before it, looks often, and not for ever."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from bailiwick.store.write_turn import BUSY_WAIT_MS, begin_writing


def opened(path: Path) -> sqlite3.Connection:
    driver = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    driver.execute("PRAGMA journal_mode=WAL")
    return driver


class TestATurn:
    def test_comes_when_the_one_before_has_ended(self, tmp_path: Path) -> None:
        """It waits while another writes, begins soon after, and leaves the setting as it was."""
        first, second = opened(tmp_path / "a.db"), opened(tmp_path / "a.db")
        begin_writing(first)
        threading.Timer(0.05, first.commit).start()
        began = time.monotonic()
        begin_writing(second)
        assert time.monotonic() - began >= 0.04
        assert second.in_transaction
        assert second.execute("PRAGMA busy_timeout").fetchone() == (BUSY_WAIT_MS,)
        first.close()
        second.close()

    @pytest.mark.parametrize("wait_ms", [0, 20])
    def test_is_given_up_after_a_while(self, tmp_path: Path, wait_ms: int) -> None:
        """Who waits in vain is told so, and the connection can be used again."""
        first, second = opened(tmp_path / "a.db"), opened(tmp_path / "a.db")
        begin_writing(first)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            begin_writing(second, wait_ms=wait_ms)
        first.rollback()
        begin_writing(second)
        first.close()
        second.close()

    def test_is_looked_for_often_enough(self, tmp_path: Path) -> None:
        """Beside a writer that pauses for a few milliseconds the other is not kept for long."""
        first, second = opened(tmp_path / "a.db"), opened(tmp_path / "a.db")
        stop = threading.Event()

        def write() -> None:
            while not stop.is_set():
                begin_writing(first)
                time.sleep(0.005)
                first.commit()
                time.sleep(0.003)

        other = threading.Thread(target=write)
        other.start()
        waits: list[float] = []
        for _ in range(20):
            began = time.monotonic()
            begin_writing(second)
            waits.append(time.monotonic() - began)
            second.commit()
            time.sleep(0.002)
        stop.set()
        other.join()
        first.close()
        second.close()
        assert sorted(waits)[len(waits) // 2] < 0.1, "a tenth of a second is SQLite's longest sleep"

    def test_does_not_hide_what_else_is_wrong(self, tmp_path: Path) -> None:
        """An error that is no waiting is told at once."""
        driver = opened(tmp_path / "a.db")
        begin_writing(driver)
        began = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="within a transaction"):
            begin_writing(driver)
        assert time.monotonic() - began < BUSY_WAIT_MS / 2000
        driver.close()
