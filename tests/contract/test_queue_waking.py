"""Whoever waits for a pool wakes when work for it is committed, and only then."""

import time
from concurrent.futures import ThreadPoolExecutor

from tests.store.queues import POOL, Line, a_job

from bailiwick.domain.pool import Pool

SOON_SECONDS = 0.6  # below the poll, far above any wake-up on a busy machine


def _waited(line: Line, pool: Pool = POOL, seconds_max: float = 5.0) -> float:
    began = time.monotonic()
    line.queue.wait([pool], seconds_max=seconds_max)
    return time.monotonic() - began


class TestWait:
    def test_ends_when_work_is_committed(self, line: Line) -> None:
        """A commit in another thread wakes the waiter, long before the poll."""
        line.queue.wait([POOL], seconds_max=0)
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(_waited, line)
            line.add(a_job())
            assert waiting.result() < SOON_SECONDS
        assert line.subjects() == ["run_1"]

    def test_remembers_a_commit_of_before(self, line: Line) -> None:
        """Work that was committed between leasing and waiting is not slept over."""
        line.queue.wait([POOL], seconds_max=0)
        assert line.subjects() == []
        line.add(a_job())
        assert _waited(line) < SOON_SECONDS

    def test_is_not_disturbed_by_others(self, line: Line) -> None:
        """Neither a roll-back nor another pool's work wakes."""
        line.queue.wait([POOL], seconds_max=0)
        with line.store.units.write() as unit:
            unit.jobs.enqueue(a_job())
        line.add(a_job(pool=Pool.EMAIL))
        assert _waited(line, seconds_max=0.1) >= 0.09

    def test_ends_at_the_poll(self, line: Line) -> None:
        """Nobody waits longer than a second, whatever was asked for."""
        line.queue.wait([POOL], seconds_max=0)
        assert 0.9 <= _waited(line, seconds_max=60) < 3

    def test_hears_work_that_is_given_back(self, line: Line) -> None:
        """A released job, a replayed one and one of a dead holder wake too."""
        line.add(a_job())
        line.queue.wait([POOL], seconds_max=0)
        assert line.queue.release(line.lease_one())
        assert _waited(line) < SOON_SECONDS
        line.lease_one()
        line.let_lease_pass()
        assert line.queue.reap() == 1
        assert _waited(line) < SOON_SECONDS
        job = line.lease_one()
        assert line.queue.bury(job, reason="broken")
        with line.store.units.write() as unit:
            assert unit.jobs.replay(job.job_id)
            unit.commit()
        assert _waited(line) < SOON_SECONDS

    def test_goes_on_after_the_connection_is_lost(self, postgres_line: Line) -> None:
        """A LISTEN that the server cut is opened anew, and wakes again."""
        line = postgres_line
        line.queue.wait([POOL], seconds_max=0)
        line.change(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
            " AND datname = current_database()"  # other test processes share the server
        )
        line.queue.wait([POOL], seconds_max=0.1)
        line.queue.wait([POOL], seconds_max=0)
        line.add(a_job())
        assert _waited(line) < SOON_SECONDS
