"""What a unit can do with jobs, and the order and bounds in which workers get them."""

import pytest
from tests.store.queues import FUTURE, MINUTE, PAST, POOL, Line, a_job

from bailiwick.domain.pool import Pool
from bailiwick.ports.queue import Depth, Enqueued, Full, PoolLimits


class TestEnqueue:
    def test_is_undone_with_its_unit(self, line: Line) -> None:
        """A unit that rolls back leaves no job."""
        with line.store.units.write() as unit:
            unit.jobs.enqueue(a_job())
        assert line.queue.depth(POOL) == Depth()
        assert line.subjects() == []

    def test_gives_exactly_one_job(self, line: Line) -> None:
        """A unit that commits leaves one job, which nobody saw before."""
        with line.store.units.write() as unit:
            result = unit.jobs.enqueue(a_job())
            assert line.queue.depth(POOL) == Depth()
            unit.commit()
        assert isinstance(result, Enqueued)
        job = line.lease_one()
        assert (job.job_id, job.subject) == (result.job_id, "run_1")
        assert job.workspace_id == line.store.workspace_id
        assert line.subjects() == []

    def test_without_a_due_time_is_for_now(self, line: Line) -> None:
        """A job without a due time can be leased at once, by the database's clock."""
        line.add(a_job(due_at=None))
        assert line.subjects() == ["run_1"]

    def test_is_refused_when_the_pool_is_full(self, line: Line) -> None:
        """The job beyond the bound is refused and says when to come again; others are taken."""
        with line.store.units.write() as unit:
            unit.jobs.limit(POOL, PoolLimits(waiting_count_max=2))
            unit.commit()
        line.add(a_job("run_1"), a_job("run_2"))
        refused = line.try_add(a_job("run_3"))
        assert isinstance(refused, Full)
        assert refused.pool is POOL
        assert refused.retry_after_seconds > 0
        assert line.queue.depth(POOL).waiting_count == 2
        assert isinstance(line.try_add(a_job(pool=Pool.EMAIL)), Enqueued)
        assert isinstance(line.try_add(a_job(), line.store.second_workspace()), Enqueued)

    def test_finds_room_again(self, line: Line) -> None:
        """A full pool takes a job as soon as one was leased."""
        with line.store.units.write() as unit:
            unit.jobs.limit(POOL, PoolLimits(waiting_count_max=1))
            unit.commit()
        line.add(a_job("run_1"))
        assert isinstance(line.try_add(a_job("run_2")), Full)
        line.lease_one()
        assert isinstance(line.try_add(a_job("run_2")), Enqueued)


class TestDedupeKey:
    def test_is_taken_while_its_job_waits(self, line: Line) -> None:
        """The same key again names the job that waits, and the unit goes on."""
        first = line.add(a_job("run_1", dedupe_key="k"))
        with line.store.units.write() as unit:
            again = unit.jobs.enqueue(a_job("run_2", dedupe_key="k"))
            unit.jobs.enqueue(a_job("run_3"))
            unit.commit()
        assert again == Enqueued(job_id=first[0], fresh=False)
        assert line.subjects() == ["run_1", "run_3"]

    def test_is_taken_while_its_job_is_leased(self, line: Line) -> None:
        """A key is taken until its job is done, and free afterwards."""
        line.add(a_job("run_1", dedupe_key="k"))
        job = line.lease_one()
        assert line.try_add(a_job("run_2", dedupe_key="k")) == Enqueued(
            job_id=job.job_id, fresh=False
        )
        assert line.queue.ack(job)
        line.add(a_job("run_3", dedupe_key="k"))
        assert line.subjects() == ["run_3"]

    def test_is_free_when_its_job_was_buried(self, line: Line) -> None:
        """A dead letter does not stand in the way of new work."""
        line.add(a_job("run_1", dedupe_key="k"))
        assert line.queue.bury(line.lease_one(), reason="broken")
        line.add(a_job("run_2", dedupe_key="k"))
        assert line.subjects() == ["run_2"]

    def test_is_of_one_workspace(self, line: Line) -> None:
        """Two workspaces may use the same key."""
        line.add(a_job(dedupe_key="k"))
        other = line.try_add(a_job(dedupe_key="k"), line.store.second_workspace())
        assert isinstance(other, Enqueued)
        assert other.fresh


class TestCancel:
    def test_takes_back_what_waits(self, line: Line) -> None:
        """A job that nobody leased is gone, and its key is free."""
        (job_id,) = line.add(a_job(dedupe_key="k"))
        with line.store.units.write() as unit:
            assert unit.jobs.cancel(job_id)
            unit.commit()
        assert line.subjects() == []
        assert line.try_add(a_job(dedupe_key="k")).__class__ is Enqueued

    def test_comes_too_late_for_a_leased_job(self, line: Line) -> None:
        """A job that is being carried out stays its holder's."""
        line.add(a_job())
        job = line.lease_one()
        with line.store.units.write() as unit:
            assert not unit.jobs.cancel(job.job_id)
            unit.commit()
        assert line.queue.ack(job)

    def test_does_not_reach_another_workspace(self, line: Line) -> None:
        """A job's id is worth nothing in another workspace."""
        (job_id,) = line.add(a_job())
        with line.store.second_workspace().units.write() as unit:
            assert not unit.jobs.cancel(job_id)
            unit.commit()
        assert line.subjects() == ["run_1"]


class TestOrder:
    def test_is_by_priority_then_due_time_then_id(self, line: Line) -> None:
        """Higher priority first, then what was due first, then what came first."""
        line.add(
            a_job("fourth", due_at=PAST + MINUTE),
            a_job("second"),
            a_job("third"),
            a_job("first", priority=5, due_at=PAST + MINUTE),
        )
        assert [line.lease_one().subject for _ in range(2)] == ["first", "second"]
        assert line.subjects() == ["third", "fourth"]

    def test_leaves_the_future_alone(self, line: Line) -> None:
        """What is due later is not leased, whatever its priority."""
        line.add(a_job("later", due_at=FUTURE, priority=9), a_job("now"))
        assert line.subjects() == ["now"]
        assert line.queue.depth(POOL) == Depth(later_count=1, leased_count=1)

    def test_keeps_pools_apart(self, line: Line) -> None:
        """A pool leases its own jobs only."""
        line.add(a_job("mail", pool=Pool.EMAIL))
        assert line.subjects() == []
        assert [job.subject for job in line.queue.lease(Pool.EMAIL, count_max=5)] == ["mail"]

    def test_gives_workspaces_their_turn(self, line: Line) -> None:
        """A workspace with a thousand jobs does not keep the next one waiting."""
        others = [line.store.second_workspace() for _ in range(2)]
        line.add(*(a_job(f"a{number}") for number in range(20)))
        for name, other in zip("bc", others, strict=True):
            line.add(*(a_job(f"{name}{number}") for number in range(2)), store=other)
        assert sorted(line.subjects(6)) == ["a0", "a1", "b0", "b1", "c0", "c1"]
        assert line.subjects(2) == ["a2", "a3"]

    def test_gives_turns_one_by_one(self, line: Line) -> None:
        """Leasing singly goes round the workspaces too."""
        other = line.store.second_workspace()
        line.add(a_job("a"), a_job("a"), a_job("a"))
        line.add(a_job("b"), a_job("b"), store=other)
        taken = [line.lease_one().subject for _ in range(4)]
        assert taken in (["a", "b", "a", "b"], ["b", "a", "b", "a"])

    def test_puts_priority_before_turns(self, line: Line) -> None:
        """Urgent jobs of one workspace go before the turn of another."""
        line.add(a_job("urgent", priority=1), a_job("urgent", priority=1))
        line.add(a_job("plain"), store=line.store.second_workspace())
        assert line.subjects(2) == ["urgent", "urgent"]
        assert line.subjects() == ["plain"]


class TestLimits:
    def test_bound_what_is_carried_out_at_once(self, line: Line) -> None:
        """No more jobs are leased than the limit, on all machines together, until one is done."""
        with line.store.units.write() as unit:
            unit.jobs.limit(POOL, PoolLimits(leased_count_max=2))
            unit.commit()
        line.add(*(a_job(f"run_{number}") for number in range(4)))
        leased = line.queue.lease(POOL, count_max=10)
        assert [job.subject for job in leased] == ["run_0", "run_1"]
        assert line.subjects() == []
        assert line.queue.ack(leased[0])
        assert line.subjects() == ["run_2"]

    def test_bound_how_often(self, line: Line) -> None:
        """A bucket of two tokens gives two leases, and one more when a token has been earned."""
        limits = PoolLimits(per_minute_max=1, burst_max=2)
        with line.store.units.write() as unit:
            unit.jobs.limit(POOL, limits)
            unit.commit()
            assert unit.jobs.limits(POOL) == limits
        line.add(*(a_job(f"run_{number}") for number in range(4)))
        assert line.subjects() == ["run_0", "run_1"]
        assert line.subjects() == []
        line.change("UPDATE pool_limits SET filled_at = filled_at - 60000000")
        assert line.subjects() == ["run_2"]
        assert line.subjects() == []

    def test_are_of_one_workspace(self, line: Line) -> None:
        """One workspace's limit does not hold another back."""
        with line.store.units.write() as unit:
            unit.jobs.limit(POOL, PoolLimits(per_minute_max=1))
            unit.jobs.limit(POOL, PoolLimits(per_minute_max=1, burst_max=1))
            unit.commit()
        line.add(a_job("a"), a_job("a"))
        line.add(a_job("b"), a_job("b"), store=line.store.second_workspace())
        assert sorted(line.subjects()) == ["a", "b", "b"]


class TestDepth:
    def test_is_by_pool_and_workspace(self, line: Line) -> None:
        """What waits, comes later, is leased and buried is counted for each workspace."""
        other = line.store.second_workspace()
        line.add(a_job("a", priority=1), a_job("b"), a_job("c", due_at=FUTURE))
        line.add(a_job("d"), store=other)
        assert line.queue.bury(line.queue.lease(POOL, count_max=1)[0], reason="broken")
        depths = line.queue.depths(POOL)
        assert depths[line.store.workspace_id] == Depth(
            waiting_count=1, later_count=1, buried_count=1
        )
        assert depths[other.workspace_id] == Depth(waiting_count=1)
        assert line.queue.depth(POOL) == Depth(waiting_count=2, later_count=1, buried_count=1)
        assert line.queue.depths(Pool.EMAIL) == {}
        with line.store.units.read() as unit:
            assert unit.jobs.depth(POOL) == depths[line.store.workspace_id]


class TestTickets:
    @pytest.fixture
    def line(self, postgres_line: Line) -> Line:
        return postgres_line

    def test_follow_their_jobs(self, line: Line) -> None:
        """On PostgreSQL the engine's row always stands where ours does."""
        line.add(*(a_job(f"run_{number}", due_at=PAST + number * MINUTE) for number in (3, 1, 2)))
        line.add(*(a_job(f"run_{number}") for number in range(4, 9)))
        leased = line.queue.lease(POOL, count_max=6)
        assert line.queue.ack(leased[0])
        assert line.queue.retry(leased[1], due_at=FUTURE, reason="later")
        assert line.queue.bury(leased[2], reason="broken")
        assert line.queue.release(leased[3])
        pairs = line.counts(
            "SELECT j.state || ' ' || coalesce(t.status::text, 'none'), count(*) FROM jobs j"
            " FULL JOIN pgqueuer.pgqueuer t ON t.id = j.engine_id GROUP BY 1"
        )
        assert pairs == {"waiting queued": 4, "leased picked": 2, "buried none": 1}
