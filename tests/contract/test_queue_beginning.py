"""A run that is begun with the lease of its job: in one commit, or not at all."""

from datetime import timedelta

from tests.store.queues import POOL, Line, a_job, a_pending_run
from tests.store.stores import NOW

from bailiwick.domain.ids import RunId
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.ports.queue import BegunJob, Job
from bailiwick.ports.queued_runs import QueuedRuns


def _begin(runs: QueuedRuns, job: Job, capability: str) -> RunRow | None:
    assert capability == "reply"
    later = NOW + timedelta(seconds=60)
    return runs.claim(
        RunId(job.subject), attempt=job.attempt, at=NOW, deadline_at=later, waits=False
    )


def _decline(runs: QueuedRuns, job: Job, capability: str) -> None:
    del runs, job, capability


class TestBeginningWithTheLease:
    def test_claims_the_run_in_its_commit(self, line: Line) -> None:
        """The run is claimed under the attempt of the lease, and a job without a run is leased."""
        run_id = a_pending_run(line)
        line.add(a_job(run_id), a_job("none"))
        begun, other = line.queue.lease(POOL, count_max=2, begin=_begin)
        assert isinstance(begun, BegunJob)
        assert not isinstance(other, BegunJob)
        with line.store.units.read() as unit:
            stored = unit.runs.get(run_id)
        assert stored is not None
        assert stored == begun.run
        assert (stored.status, stored.attempt, stored.fence) == (RunStatus.RUNNING, 1, 1)

    def test_leaves_a_run_that_may_not_begin_yet(self, line: Line) -> None:
        """Who declines, and who does not ask, gets the job alone; the run waits as it did."""
        run_id = a_pending_run(line)
        for begin in (None, _decline):
            line.add(a_job(run_id))
            (job,) = line.queue.lease(POOL, count_max=1, begin=begin)
            assert type(job) is Job
        with line.store.units.read() as unit:
            stored = unit.runs.get(run_id)
        assert stored is not None
        assert (stored.status, stored.attempt) == (RunStatus.PENDING, 0)

    def test_leaves_a_run_that_has_ended(self, line: Line) -> None:
        """A cancelled run is not begun, and its job is leased to be forgotten."""
        run_id = a_pending_run(line)
        with line.store.units.write() as unit:
            unit.runs.cancel(run_id, reason="no", at=NOW)
            unit.commit()
        line.add(a_job(run_id))
        (job,) = line.queue.lease(POOL, count_max=1, begin=_begin)
        assert type(job) is Job

    def test_waits_for_nobody_who_writes_the_run(self, postgres_line: Line) -> None:
        """Who cancels locks the run before its job, so a lease that waited would be a ring."""
        line = postgres_line
        run_id = a_pending_run(line)
        line.add(a_job(run_id))
        with line.store.units.write(records=False) as unit:
            unit.runs.cancel(run_id, reason="no", at=NOW)
            (job,) = line.queue.lease(POOL, count_max=1, begin=_begin)
            assert not unit.jobs.cancel(job.job_id)
            unit.commit()
        assert type(job) is Job
