"""What the holder of a job may do, and what happens to the jobs of one that dies or freezes."""

import os
import signal

import pytest
from tests.store.queues import FUTURE, POOL, Line, a_job, a_pending_run, holders
from tests.store.stores import NOW

from bailiwick.ports.queue import (
    ATTEMPTS_COUNT_MAX,
    LEASE_SECONDS,
    LEASES_COUNT_MAX,
    Depth,
    Job,
)
from bailiwick.store.fault import UnableToReachDatabase
from bailiwick.store.queue.claiming import Claim
from bailiwick.store.queue.parts import QueueParts

REFUSED = dict.fromkeys(
    ("heartbeat", "finish", "ack", "ack_all", "retry", "bury", "release"), False
)


def _leased_again(line: Line, job: Job) -> Job:
    """Let the lease pass and give the job to another holder."""
    line.let_lease_pass()
    assert line.queue.reap() == 1
    again = line.lease_one()
    assert again.job_id == job.job_id
    return again


class TestLease:
    def test_raises_attempt_and_fence(self, line: Line) -> None:
        """Every lease has the next attempt and the next fence."""
        line.add(a_job())
        first = line.lease_one()
        again = _leased_again(line, first)
        assert (first.attempt, first.fence) == (1, 1)
        assert (again.attempt, again.fence) == (2, 2)

    def test_lasts_as_long_as_promised(self, line: Line) -> None:
        """A lease lasts twenty seconds and a heartbeat prolongs it; nobody else gets the job."""
        line.add(a_job())
        job = line.lease_one()
        line.change("UPDATE jobs SET lease_until = lease_until - 15000000")
        assert line.queue.reap() == 0
        assert line.queue.heartbeat([job]) == frozenset()
        line.change("UPDATE jobs SET lease_until = lease_until - 15000000")
        assert line.queue.reap() == 0
        line.change("UPDATE jobs SET lease_until = lease_until - 6000000")
        assert line.queue.reap() == 1
        assert LEASE_SECONDS == 20

    def test_that_passed_is_prolonged_while_nobody_took_over(self, line: Line) -> None:
        """A holder that is late but first keeps its job."""
        line.add(a_job())
        job = line.lease_one()
        line.let_lease_pass()
        assert line.queue.heartbeat([job]) == frozenset()
        assert line.queue.reap() == 0
        assert line.queue.ack(job)


class TestHolder:
    def test_forgets_a_job_with_its_results(self, line: Line) -> None:
        """Finishing is part of the unit: undone with it, and done with it."""
        line.add(a_job())
        job = line.lease_one()
        with line.store.units.write() as unit:
            assert unit.jobs.finish(job)
        assert line.queue.depth(POOL) == Depth(leased_count=1)
        with line.store.units.write() as unit:
            assert unit.jobs.finish(job)
            unit.commit()
        assert line.queue.depth(POOL) == Depth()
        assert line.queue.heartbeat([job]) == {job.job_id}

    def test_forgets_several_at_once(self, line: Line) -> None:
        """Of several jobs those are named that were lost."""
        line.add(a_job("run_1"), a_job("run_2"))
        line.add(a_job("run_3"), store=line.store.second_workspace())
        jobs = line.queue.lease(POOL, count_max=3)
        assert line.queue.ack(jobs[0])
        assert line.queue.ack_all(jobs) == {jobs[0].job_id}
        assert line.queue.depth(POOL) == Depth()

    def test_puts_a_job_back_until_a_time(self, line: Line) -> None:
        """A job that is to be tried later is not leased before."""
        line.add(a_job())
        assert line.queue.retry(line.lease_one(), due_at=FUTURE, reason="busy")
        assert line.subjects() == []
        assert line.queue.depth(POOL) == Depth(later_count=1)

    def test_waits_with_jitter_before_the_next_attempt(self, line: Line) -> None:
        """Without a time the wait is the drawn half of two seconds after the first attempt."""
        line.add(a_job())
        job = line.lease_one()
        assert line.queue.retry(job, reason="busy")
        line.change("UPDATE jobs SET created_at = due_at - created_at, row_version = 9")
        waits = line.counts("SELECT id, created_at FROM jobs")
        assert 1_000_000 <= waits[job.job_id] < 10_000_000

    def test_gives_a_job_back_without_an_attempt(self, line: Line) -> None:
        """A release at shutdown does not count, and the fence rises all the same."""
        line.add(a_job())
        assert line.queue.release(line.lease_one())
        job = line.lease_one()
        assert (job.attempt, job.fence) == (1, 2)

    def test_that_is_late_can_write_nothing(self, line: Line) -> None:
        """Whoever lost its lease is refused everywhere, and the new holder is not disturbed."""
        line.add(a_job())
        late = line.lease_one()
        job = _leased_again(line, late)
        assert line.queue.heartbeat([late]) == {late.job_id}
        with line.store.units.write() as unit:
            assert not unit.jobs.finish(late)
        assert not line.queue.ack(late)
        assert not line.queue.retry(late, reason="late")
        assert not line.queue.bury(late, reason="late")
        assert not line.queue.release(late)
        assert line.queue.depth(POOL) == Depth(leased_count=1)
        assert line.queue.ack(job)


class TestDeadLetters:
    def test_are_made_after_the_last_attempt(self, line: Line) -> None:
        """The fifth failure buries a job with its reason; the fourth does not."""
        line.add(a_job())
        for attempt in range(1, ATTEMPTS_COUNT_MAX + 1):
            job = line.lease_one()
            assert job.attempt == attempt
            assert line.queue.depth(POOL).buried_count == 0
            assert line.queue.retry(job, due_at=job.lease_until.replace(year=2020), reason="poison")
        assert line.queue.depth(POOL) == Depth(buried_count=1)
        with line.store.units.read() as unit:
            (dead,) = unit.jobs.buried(pool=POOL, cursor=None, size=10).items
        assert (dead.subject, dead.attempt, dead.reason) == ("run_1", 5, "poison")

    def test_are_not_made_of_what_the_database_broke(self, line: Line) -> None:
        """An attempt that failed for no fault of the job's does not count; its lease does."""
        line.add(a_job())
        past = line.queue.lease(POOL, count_max=1)[0].lease_until.replace(year=2020)
        line.change("UPDATE jobs SET lease_until = 1, attempt = 0, fence = 0")
        line.queue.reap()
        for fence in range(1, ATTEMPTS_COUNT_MAX + 3):
            job = line.lease_one()
            assert (job.attempt, job.fence) == (1, fence)
            assert line.queue.retry(job, due_at=past, reason="away", counted=False)
        line.change("UPDATE jobs SET fence = 49")
        assert LEASES_COUNT_MAX == 50
        assert line.queue.retry(line.lease_one(), due_at=past, reason="away", counted=False)
        assert line.queue.depth(POOL) == Depth(buried_count=1)

    def test_are_made_of_what_kills_its_workers(self, line: Line) -> None:
        """A job whose holders all die is buried after five, without anybody's judgement."""
        line.add(a_job())
        for _ in range(ATTEMPTS_COUNT_MAX):
            line.lease_one()
            line.let_lease_pass()
            line.queue.reap()
        assert line.queue.depth(POOL) == Depth(buried_count=1)
        assert line.subjects() == []

    def test_are_not_made_of_what_was_only_leased(self, line: Line) -> None:
        """Dead workers cost a run no attempt as long as none of them had begun with it."""
        line.add(a_job(a_pending_run(line)))
        for _ in range(ATTEMPTS_COUNT_MAX + 1):
            assert line.lease_one().attempt == 1
            line.let_lease_pass()
            line.queue.reap()
            job = line.lease_one()
            assert line.queue.take_back(job, reason="killed")
            line.let_wait_pass()
        assert line.lease_one().attempt == 1

    def test_are_made_of_runs_that_kill_their_workers(self, line: Line) -> None:
        """A run that was begun with counts: the fifth dead worker buries it, however it is told."""
        run_id = a_pending_run(line)
        line.add(a_job(run_id))
        for attempt in range(1, ATTEMPTS_COUNT_MAX + 1):
            job = line.lease_one()
            assert job.attempt == attempt
            with line.store.units.write(records=False) as unit:
                assert unit.runs.claim(run_id, attempt=attempt, at=NOW, deadline_at=NOW)
                unit.commit()
            if attempt % 2:
                line.let_lease_pass()
                assert line.queue.reap() == 1
            else:
                assert line.queue.take_back(job, reason="killed")
                line.let_wait_pass()
        assert line.queue.depth(POOL) == Depth(buried_count=1)

    def test_are_made_of_what_kills_whoever_leases_it(self, line: Line) -> None:
        """Fifty leases are the end, also for a run that nobody lived long enough to begin."""
        line.add(a_job(a_pending_run(line)), a_job(a_pending_run(line)))
        line.change("UPDATE jobs SET fence = 49")
        one, other = line.queue.lease(POOL, count_max=2)
        assert line.queue.take_back(one, reason="killed")
        line.let_lease_pass()
        assert line.queue.reap() == 1
        assert line.queue.depth(POOL) == Depth(buried_count=2)
        assert other.fence == LEASES_COUNT_MAX

    def test_are_listed_in_pages(self, line: Line) -> None:
        """Every dead letter is on one page, and on one pool's list."""
        line.add(*(a_job(f"run_{number}") for number in range(5)))
        for job in line.queue.lease(POOL, count_max=5):
            assert line.queue.bury(job, reason=f"because of {job.subject}")
        seen: list[str] = []
        cursor: str | None = None
        with line.store.units.read() as unit:
            for _ in range(3):
                page = unit.jobs.buried(pool=None, cursor=cursor, size=2)
                seen += [dead.reason for dead in page.items]
                cursor = page.next_cursor
        assert seen == [f"because of run_{number}" for number in range(5)]
        assert cursor is None
        with line.store.second_workspace().units.read() as unit:
            assert unit.jobs.buried(pool=None, cursor=None, size=9).items == ()

    def test_start_anew_when_replayed(self, line: Line) -> None:
        """A replayed job has all its attempts again, once."""
        line.add(a_job(dedupe_key="k"))
        job = line.lease_one()
        assert line.queue.bury(job, reason="broken")
        with line.store.units.write() as unit:
            assert unit.jobs.replay(job.job_id)
            assert not unit.jobs.replay(job.job_id)
            unit.commit()
        again = line.lease_one()
        assert (again.job_id, again.attempt, again.fence) == (job.job_id, 1, 2)

    def test_stay_when_the_same_work_waits(self, line: Line) -> None:
        """A dead letter is not replayed beside a job with its key."""
        line.add(a_job(dedupe_key="k"))
        job = line.lease_one()
        assert line.queue.bury(job, reason="broken")
        line.add(a_job("run_2", dedupe_key="k"))
        with line.store.units.write() as unit:
            assert not unit.jobs.replay(job.job_id)
            unit.commit()
        assert line.subjects() == ["run_2"]


class TestHeartbeat:
    def test_waits_for_nobody_who_finishes(self, postgres_line: Line) -> None:
        """Whose job is being finished is neither waited for nor lost; once it is done it is."""
        line = postgres_line
        line.add(a_job("run_1"), a_job("run_2"))
        jobs = line.queue.lease(POOL, count_max=2)
        line.change("UPDATE jobs SET lease_until = 1")
        with line.store.units.write(records=False) as unit:
            assert unit.jobs.finish(jobs[0])
            assert line.queue.heartbeat(jobs) == frozenset()
            assert unit.jobs.finish(jobs[1])
            leases = line.counts("SELECT id, lease_until FROM jobs")
            unit.commit()
        assert leases[jobs[0].job_id] == 1
        assert leases[jobs[1].job_id] > 1
        assert line.queue.heartbeat(jobs) == {job.job_id for job in jobs}


class TestProcesses:
    def test_never_share_a_job(self, line: Line) -> None:
        """Of processes that race for a few jobs each job goes to one."""
        with holders(line.url, 2) as pair:
            for number in range(5):
                line.add(a_job(f"run_{number}"))
                for holder in pair:
                    holder.say("lease")
                for holder in pair:
                    holder.hear()
            held = [subject for holder in pair for subject in _names(holder.ask("lease"))]
        assert sorted(held) == [f"run_{number}" for number in range(5)]

    def test_that_are_killed_lose_their_jobs(self, line: Line) -> None:
        """After kill -9 nobody gets the job before the lease is over, and then somebody does."""
        line.add(a_job())
        with holders(line.url, 1) as (holder,):
            assert holder.ask("lease") == ["run_1"]
            holder.process.kill()
            holder.process.wait()
            assert line.queue.reap() == 0
            assert line.subjects() == []
            line.let_lease_pass()
            assert line.queue.reap() == 1
            assert line.lease_one().attempt == 2

    def test_that_thaw_can_write_nothing(self, line: Line) -> None:
        """A frozen holder whose job went to another is refused every write when it goes on."""
        line.add(a_job())
        with holders(line.url, 1) as (holder,):
            assert holder.ask("lease") == ["run_1"]
            os.kill(holder.process.pid, signal.SIGSTOP)
            line.let_lease_pass()
            assert line.queue.reap() == 1
            job = line.lease_one()
            os.kill(holder.process.pid, signal.SIGCONT)
            assert holder.ask("write") == REFUSED
        assert line.queue.ack(job)

    def test_that_freeze_while_leasing_hold_nobody_up(self, postgres_line: Line) -> None:
        """A leaser that stops within its transaction is cut off, and the next one gets the job."""
        line = postgres_line
        line.add(a_job())
        with pytest.raises(UnableToReachDatabase):
            _lease_while_another_is_frozen(line)
        assert line.queue.depth(POOL) == Depth()


def _lease_while_another_is_frozen(line: Line) -> None:
    with line.store.database.writing() as connection:
        frozen = Claim(connection, QueueParts(line.store.database).engine, POOL)
        assert len(frozen.lease(count_max=1, after="")) == 1
        job = line.lease_one()
        assert (job.attempt, job.fence) == (1, 1)
        assert line.queue.ack(job)
        connection.commit()


def _names(answer: object) -> list[str]:
    assert isinstance(answer, list)
    return [str(name) for name in answer]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - JSON
