"""Schedules fire once for each occurrence, on however many machines, and make up for one missed."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from tests.store.queues import POOL, Line, a_job

from bailiwick.domain.ids import ScheduleId
from bailiwick.domain.pool import Pool
from bailiwick.ports.queue import JobKind, PoolLimits
from bailiwick.ports.schedules import NewSchedule, Schedule
from bailiwick.store.database import Database
from bailiwick.store.queue.schedules import UnableToSchedule
from bailiwick.store.queue.worker_side import SqlQueue
from bailiwick.store.repositories.runs import SqlRuns

RACERS = 8


def _put(line: Line, name: str = "morning", cron: str = "0 9 * * *", zone: str = "UTC") -> Schedule:
    new = NewSchedule(
        name=name, cron=cron, zone=zone, pool=POOL, kind=JobKind.SCHEDULE, subject="s", priority=1
    )
    with line.store.units.write() as unit:
        schedule = unit.schedules.put(new)
        unit.commit()
    return schedule


def _let_come(line: Line) -> None:
    """Set the next occurrence to a time long ago, so that hundreds were missed."""
    line.change("UPDATE schedules SET next_at = 1700000000000000")


def _stored(line: Line, schedule_id: ScheduleId) -> Schedule:
    with line.store.units.read() as unit:
        found = unit.schedules.get(schedule_id)
    assert found is not None
    return found


@contextmanager
def _racers(line: Line) -> Generator[list[SqlQueue]]:
    with ExitStack() as stack:
        queues: list[SqlQueue] = []
        for _ in range(RACERS):
            database = Database.open(line.url)
            stack.callback(database.close)
            queues.append(SqlQueue(database, draw=lambda: 0.5, runs=SqlRuns))
        yield queues


class TestFiring:
    def test_happens_once_over_eight_racers(self, line: Line) -> None:
        """Eight that fire at once queue one job, and one for all occurrences that were missed."""
        schedule = _put(line)
        _let_come(line)
        with _racers(line) as queues, ThreadPoolExecutor(RACERS) as threads:
            fired = list(threads.map(SqlQueue.fire, queues))
        assert sum(fired) == 1
        (job,) = line.queue.lease(POOL, count_max=9)
        assert (job.kind, job.subject) == (JobKind.SCHEDULE, "s")
        after = _stored(line, schedule.schedule_id)
        assert after.next_at == schedule.next_at
        assert after.last_at is not None
        assert after.last_at < after.next_at

    def test_waits_for_the_occurrence(self, line: Line) -> None:
        """Nothing is queued before its time."""
        _put(line)
        assert line.queue.fire() == 0
        assert line.subjects() == []

    def test_happens_on_the_way_of_a_lease(self, line: Line) -> None:
        """A worker that only leases fires what has come."""
        _put(line)
        _let_come(line)
        assert line.subjects() == ["s"]

    def test_waits_for_room(self, line: Line) -> None:
        """An occurrence whose pool is full is not lost: it fires when there is room."""
        _put(line)
        with line.store.units.write() as unit:
            unit.jobs.limit(POOL, PoolLimits(waiting_count_max=1))
            unit.commit()
        line.add(a_job("first"))
        _let_come(line)
        assert line.queue.fire() == 0
        assert line.subjects(1) == ["first"]
        assert line.queue.fire() == 1
        assert line.subjects(1) == ["s"]

    def test_is_by_workspace(self, line: Line) -> None:
        """Each workspace's schedule queues a job of its own."""
        other = Line(line.url, line.store.second_workspace(), line.queue)
        _put(line)
        _put(other)
        _let_come(line)
        assert line.queue.fire() == 2
        jobs = line.queue.lease(POOL, count_max=9)
        assert {job.workspace_id for job in jobs} == {
            line.store.workspace_id,
            other.store.workspace_id,
        }


class TestStored:
    def test_are_listed_in_pages(self, line: Line) -> None:
        """Every schedule is on one page."""
        names = [_put(line, f"s{number}").name for number in range(3)]
        with line.store.units.read() as unit:
            first = unit.schedules.list(cursor=None, size=2)
            rest = unit.schedules.list(cursor=first.next_cursor, size=2)
        assert [schedule.name for schedule in (*first.items, *rest.items)] == names
        assert rest.next_cursor is None

    def test_are_replaced_by_name(self, line: Line) -> None:
        """Putting a name again changes the schedule and keeps its id."""
        first = _put(line)
        again = _put(line, cron="30 8 * * *", zone="Europe/Berlin")
        assert again.schedule_id == first.schedule_id
        assert (again.cron, again.zone) == ("30 8 * * *", "Europe/Berlin")

    def test_let_occurrences_pass_while_paused(self, line: Line) -> None:
        """A paused schedule fires nothing, and goes on with an occurrence after now."""
        schedule = _put(line)
        with line.store.units.write() as unit:
            assert unit.schedules.pause(schedule.schedule_id)
            assert not unit.schedules.pause(schedule.schedule_id)
            unit.commit()
        _let_come(line)
        assert line.queue.fire() == 0
        with line.store.units.write() as unit:
            assert unit.schedules.resume(schedule.schedule_id)
            assert not unit.schedules.resume(schedule.schedule_id)
            unit.commit()
        assert line.queue.fire() == 0
        assert _stored(line, schedule.schedule_id).next_at == schedule.next_at

    def test_are_gone_when_deleted(self, line: Line) -> None:
        """A deleted schedule fires nothing; another workspace cannot delete it."""
        schedule = _put(line)
        with line.store.second_workspace().units.write() as unit:
            assert not unit.schedules.delete(schedule.schedule_id)
            unit.commit()
        with line.store.units.write() as unit:
            assert unit.schedules.delete(schedule.schedule_id)
            unit.commit()
        _let_come(line)
        assert line.queue.fire() == 0

    @pytest.mark.parametrize(
        ("cron", "zone"),
        [
            ("0 9 * *", "UTC"),
            ("0 0 9 * * *", "UTC"),
            ("61 9 * * *", "UTC"),
            ("0 9 * * *", "Mars/Base"),
            ("0 9 * * *", "../etc/passwd"),
            ("0 9 30 2 *", "UTC"),
        ],
    )
    def test_must_be_readable(self, sqlite_line: Line, cron: str, zone: str) -> None:
        """What cannot be read, or never comes, is refused by name."""
        with pytest.raises(UnableToSchedule, match=r"cron expression|time zone"):
            _put(sqlite_line, cron=cron, zone=zone)

    def test_name_their_pool(self, line: Line) -> None:
        """A stored schedule is what was put."""
        schedule = _put(line)
        assert (schedule.pool, schedule.priority, schedule.paused) == (Pool.CORE, 1, False)
        assert _stored(line, schedule.schedule_id) == schedule
