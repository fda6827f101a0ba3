"""A real process of a pool dies, and nothing is lost or done by two."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.flow.pool_house import PoolHouse, pool_house, until

from bailiwick.domain.run import RunStatus

DRAIN_SECONDS_MAX = 10.0


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Generator[PoolHouse]:
    with pool_house(tmp_path, sqlite_url) as found:
        yield found


class TestAProcessOfAPool:
    def test_that_is_killed_loses_nothing(self, house: PoolHouse) -> None:
        """After kill -9 in the middle of a run another process carries it out, once."""
        run = house.ask("odd_one", "wait", seconds=1.0)
        with house.command("worker", "--pools", "analytics") as worker:
            until(lambda: len(house.holders(run)) == 1)
            killed = worker.pid_of("analytics")
            os.kill(killed, signal.SIGKILL)
            until(lambda: house.ended(run))
            assert worker.stop() < DRAIN_SECONDS_MAX
        row = house.run(run)
        assert (row.status, row.attempt) == (RunStatus.DONE, 2)
        first, second = house.holders(run)
        assert first == killed
        assert row.result is not None
        assert str(second) in str(row.result)
        assert worker.told("ended") == ["signal 9"]
