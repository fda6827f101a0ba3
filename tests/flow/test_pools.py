"""Real processes of pools die, freeze, jam and stop, and nothing is lost or done by two."""

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.flow.pool_house import PoolHouse, pool_house, until

from bailiwick.api import server
from bailiwick.domain.run import RunStatus
from bailiwick.engine.pool import pool, supervisor

# Twice the ten of reliability R13, since neighbours compute, too: what adds up to ten is tested
# below, and `bench.reliability.overload --stops` judges it on a quiet machine.
DRAIN_SECONDS_MAX = 20.0


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Generator[PoolHouse]:
    with pool_house(tmp_path, sqlite_url) as found:
        yield found


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def either_house(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[PoolHouse]:
    with pool_house(tmp_path, str(request.getfixturevalue(request.param))) as found:
        yield found


class TestAProcessOfAPool:
    def test_that_is_killed_loses_nothing(self, either_house: PoolHouse) -> None:
        """After kill -9 in the middle of a run another process carries it out, once."""
        house = either_house
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

    def test_that_thaws_after_a_takeover_writes_nothing(self, house: PoolHouse) -> None:
        """A frozen process that another has replaced ends its run for nobody."""
        run = house.ask("odd_one", "wait", seconds=1.5)
        with house.command("worker", "carry", "analytics") as frozen:
            until(lambda: len(house.holders(run)) == 1)
            frozen.popen.send_signal(signal.SIGSTOP)
            with house.app.database.writing() as connection:  # instead of twenty seconds
                connection.execute(text("UPDATE jobs SET lease_until = 1"))
                connection.commit()
            with house.command("worker", "carry", "analytics"):
                until(lambda: house.ended(run))
                row = house.run(run)
                frozen.popen.send_signal(signal.SIGCONT)
                until(lambda: any(told.get("end") == "lost" for told in frozen.lines))
        assert house.run(run) == row
        assert (row.status, row.attempt, row.fence) == (RunStatus.DONE, 2, 2)

    def test_that_is_stuck_is_ended_and_holds_up_no_other_pool(self, house: PoolHouse) -> None:
        """A graph that blocks its loop is killed past its deadline; the neighbours never notice."""
        first = [house.ask("odd_one", "go"), house.ask("odd_two", "go")]
        with house.command("worker", "--pools", "analytics,discovery") as worker:
            until(lambda: house.ended(*first))  # both have begun, however long that took
            stuck = house.ask("odd_one", "block once")
            until(lambda: len(house.holders(stuck)) == 1)
            neighbours = [house.ask("odd_two", "go") for _ in range(20)]
            until(lambda: house.ended(*neighbours))
            assert len(house.holders(stuck)) == 1, "the jam outlasted the neighbours"
            until(lambda: house.ended(stuck))
        assert {house.run(run).status for run in neighbours} == {RunStatus.DONE}
        assert (house.run(stuck).status, house.run(stuck).attempt) == (RunStatus.DONE, 2)
        (reason,) = worker.told("killed")
        assert reason.startswith("timeout: a graph blocked its loop")

    def test_that_is_told_to_stop_under_load_loses_nothing(self, house: PoolHouse) -> None:
        """A drain ends within ten seconds, and all that was accepted is carried out after it."""
        runs = [house.ask("odd_one", "wait", seconds=0.3) for _ in range(60)]
        with house.command("worker", "--pools", "analytics") as worker:
            until(lambda: sum(house.ended(run) for run in runs) >= 3)
            assert worker.stop() < DRAIN_SECONDS_MAX
        assert not house.ended(*runs), "it was stopped in the middle"
        assert {house.run(run).status for run in runs} == {RunStatus.DONE, RunStatus.PENDING}
        with house.command("worker", "--pools", "analytics"):
            until(lambda: house.ended(*runs))
        assert {house.run(run).status for run in runs} == {RunStatus.DONE}
        assert all(len(house.holders(run)) == 1 for run in runs)

    @pytest.mark.parametrize("command", ["serve --port 0", "worker --pools all"])
    def test_ends_its_run_when_everything_is_told_to_stop(
        self, house: PoolHouse, command: str
    ) -> None:
        """With a process for each pool, SIGTERM is obeyed within ten seconds; the run ends well."""
        run = house.ask("odd_one", "wait", seconds=0.8)
        with house.command(*command.split()) as everything:
            until(lambda: len(house.holders(run)) == 1)
            assert everything.stop() < DRAIN_SECONDS_MAX
        assert everything.popen.returncode == 0
        assert house.run(run).status == RunStatus.DONE
        assert len(house.holders(run)) == 1

    def test_does_not_outlive_its_supervisor(self, house: PoolHouse) -> None:
        """When the supervisor is killed, its processes end by themselves within seconds."""
        with house.command("worker", "--pools", "analytics") as worker:
            run = house.ask("odd_one", "go")
            until(lambda: house.ended(run))
            pid = worker.pid_of("analytics")
            worker.popen.kill()
            until(lambda: not Path(f"/proc/{pid}").exists() or _is_dead(pid))


class TestTheSecondsOfAStop:
    def test_add_up_to_ten(self) -> None:
        """A pool drains within its supervisor's patience, and that is within R13's ten seconds."""
        assert pool.DRAIN_SECONDS + 1 < supervisor.STOP_SECONDS < 10
        assert server.STOP_SECONDS_MAX < 10, "requests end while the pools do, not before"


def _is_dead(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
