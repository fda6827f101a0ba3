"""What a worker does with the jobs of all workspaces, the same on both databases.

Each call is a short transaction. Whoever leases waits for the one who leases from the same pool
before; whoever writes for a job says which fence it holds.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, RowMapping, delete, update

from bailiwick.domain.ids import JobId, WorkspaceId
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import RunRow
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.kit.retry import CAP_SECONDS, full_jitter_seconds
from bailiwick.ports.queue import (
    ATTEMPTS_COUNT_MAX,
    LEASE_COUNT_MAX,
    LEASE_SECONDS,
    LEASES_COUNT_MAX,
    POLL_SECONDS,
    REAP_SECONDS,
    Begin,
    Depth,
    Job,
)
from bailiwick.ports.queued_runs import QueuedRuns
from bailiwick.store.database import Database
from bailiwick.store.queue import rows
from bailiwick.store.queue.beginning import had_begun
from bailiwick.store.queue.claiming import Claim
from bailiwick.store.queue.glance import glance
from bailiwick.store.queue.jobs import SqlJobs
from bailiwick.store.queue.moment import moment
from bailiwick.store.queue.parts import QueueParts
from bailiwick.store.queue.rows import by_workspace, held
from bailiwick.store.queue.schedules import SqlSchedules, due
from bailiwick.store.scope import Scope
from bailiwick.store.tables.queue import JOBS

if TYPE_CHECKING:
    from bailiwick.store.queue.bell import Listener
    from bailiwick.store.queue.engine import Engine

_LEASE: Final = timedelta(seconds=LEASE_SECONDS)
_NONE: Final = timedelta(0)
_LOST_HOLDER: Final = "whoever held it was not heard of until its lease was over"
OUTAGE_WAIT_SECONDS_MAX: Final = 15.0  # ours: a database is back within seconds
TIDY_SECONDS: Final = 600.0  # ours: the engine's log is kept for a day
SCHEDULES_COUNT_MAX: Final = 64  # ours: fired in one go; the next second takes the others
LISTENERS_COUNT_MAX: Final = 16  # ours: a process waits for its own pools, and those are seven


class SqlQueue:
    """The worker's side of the queue in one database."""

    def __init__(
        self,
        database: Database,
        *,
        draw: Callable[[], float],
        runs: Callable[[Scope], QueuedRuns],
    ) -> None:
        """Take a migrated database; `runs` gives a workspace's runs to whoever claims them."""
        database.require_current()
        self._database = database
        self._parts = QueueParts(database)
        self._listening = self._parts.bell
        self._engine = self._parts.engine
        self._draw = draw
        self._runs = runs
        self._clock = SystemClock()
        self._ids = TimeSortedIds(self._clock.now)
        self._looked_at = float("-inf")
        self._reaped_at = float("-inf")
        self._tidied_at = float("-inf")
        self._busy: set[Pool] = set()
        """Pools that are likely to have work: the last lease found some, or a bell rang."""
        self._served: dict[Pool, str] = {}
        self._listeners: dict[tuple[Pool, ...], Listener] = {}

    def lease(self, pool: Pool, *, count_max: int, begin: Begin | None = None) -> Sequence[Job]:
        """Take due jobs by priority, due time and id, workspaces in turn within a priority."""
        assert 0 < count_max <= LEASE_COUNT_MAX, "a batch is bounded"
        idle = pool not in self._busy
        if idle or self._clock.monotonic() - self._looked_at >= REAP_SECONDS:
            found = self._looked(pool)
            if idle and not found:
                return ()  # an idle pool never takes a lock
        with self._database.writing() as connection:

            def begun(job: Job, capability: str) -> RunRow | None:
                runs = self._runs(self._scope(connection, job.workspace_id))
                return None if begin is None else begin(runs, job, capability)

            claim = Claim(connection, self._engine, pool, begun if begin else None)
            leased = claim.lease(count_max=count_max, after=self._served.get(pool, ""))
            connection.commit()
        if leased:
            self._served[pool] = leased[-1].workspace_id
            self._busy.add(pool)
        else:
            self._busy.discard(pool)
        return leased

    def heartbeat(self, jobs: Sequence[Job]) -> frozenset[JobId]:
        """Prolong leases and return those that were lost: their work must stop and not write."""
        kept: set[JobId] = set()
        with self._database.writing() as connection:
            until = moment(connection) + _LEASE
            for group in by_workspace(jobs):
                found = connection.execute(rows.prolonging(group, until)).mappings().all()
                if self._engine is not None and found:
                    self._engine.keep(connection, [row["engine_id"] for row in found])
                # What somebody writes now, as its holder who finishes it, is left to the next beat.
                kept |= {
                    JobId(name) for name in connection.execute(rows.still_held(group)).scalars()
                }
            connection.commit()
        return frozenset(job.job_id for job in jobs) - kept

    def ack(self, job: Job) -> bool:
        """Forget a finished job; False when the lease was lost."""
        return not self.ack_all([job])

    def ack_all(self, jobs: Sequence[Job]) -> frozenset[JobId]:
        """Forget finished jobs in one transaction and return those whose lease was lost."""
        done: set[JobId] = set()
        with self._database.writing() as connection:
            for group in by_workspace(jobs):
                statement = (
                    delete(JOBS)
                    .where(JOBS.c.workspace_id == group[0].workspace_id, held(group))
                    .returning(JOBS.c.id, JOBS.c.engine_id)
                )
                found = connection.execute(statement).mappings().all()
                done |= {JobId(row["id"]) for row in found}
                if self._engine is not None and found:
                    self._engine.finish(connection, [row["engine_id"] for row in found])
            connection.commit()
        return frozenset(job.job_id for job in jobs) - done

    def retry(
        self, job: Job, *, due_at: datetime | None = None, reason: str, counted: bool = True
    ) -> bool:
        """Put a job back until a time or for a full-jitter wait; bury it after its last attempt."""
        if _is_last(job, counted=counted):
            return self.bury(job, reason=reason)
        tries, cap = (job.attempt, CAP_SECONDS) if counted else (job.fence, OUTAGE_WAIT_SECONDS_MAX)
        jitter = timedelta(seconds=full_jitter_seconds(tries, draw=self._draw(), cap=cap))
        with self._database.writing() as connection:
            now = moment(connection)
            due = due_at or now + jitter
            values = rows.back_to_waiting(due, reason=reason, counted=counted)
            found = self._change(connection, [job], values)
            self._put_back(connection, found, wait=max(due - now, _NONE))
            connection.commit()
        return bool(found)

    def take_back(self, job: Job, *, reason: str) -> bool:
        """Put back the job of a holder that is known to be dead."""
        with self._database.reading() as connection:
            counted = had_begun(connection, job)
        return self.retry(job, reason=reason, counted=counted)

    def bury(self, job: Job, *, reason: str) -> bool:
        """Set a job aside for a person: listed, explained, replayable. False: lease lost."""
        with self._database.writing() as connection:
            values = rows.set_aside(moment(connection), reason=reason)
            found = self._change(connection, [job], values)
            if self._engine is not None and found:
                self._engine.give_up(connection, [row["engine_id"] for row in found])
            connection.commit()
        return bool(found)

    def release(self, job: Job) -> bool:
        """Give a job back untouched, as at shutdown; the attempt does not count."""
        with self._database.writing() as connection:
            values = rows.back_to_waiting(moment(connection), counted=False)
            found = self._change(connection, [job], values)
            self._put_back(connection, found, wait=_NONE)
            self._ring_within(connection, found)
            connection.commit()
        self._ring_after(found)
        return bool(found)

    def reap(self) -> int:
        """Free jobs whose lease is over, bury those at their last attempt; return how many."""
        self._reaped_at = self._clock.monotonic()
        with self._database.writing() as connection:
            now = moment(connection)
            bound = {"at": now, "count": LEASE_COUNT_MAX}
            overdue = connection.execute(rows.OVERDUE, bound).mappings().all()
            freed = [row for row in overdue if self._take_from_dead(connection, row, now)]
            self._ring_within(connection, freed)
            connection.commit()
        self._ring_after(freed)
        return len(overdue)

    def fire(self) -> int:
        """Queue the occurrences of schedules that have come, each once; return how many."""
        with self._database.reading() as connection:
            come, now = due(connection, count_max=SCHEDULES_COUNT_MAX)
        return sum(self._fire(row, now) for row in come)

    def depth(self, pool: Pool) -> Depth:
        """Count a pool's jobs over all workspaces."""
        return rows.total(self.depths(pool))

    def depths(self, pool: Pool) -> dict[WorkspaceId, Depth]:
        """Count a pool's jobs by workspace, without those that have none."""
        with self._database.reading() as connection:
            bound = {"pool": pool.value, "at": moment(connection)}
            return rows.depths_of(connection.execute(rows.DEPTHS, bound).mappings().all())

    def wait(self, pools: Sequence[Pool], *, seconds_max: float) -> None:
        """Return when a job may be due in one of the pools, at the latest after POLL_SECONDS."""
        named = tuple(sorted(set(pools)))
        listener = self._listeners.get(named)
        if listener is None:
            assert len(self._listeners) < LISTENERS_COUNT_MAX, "a process has few pools"
            self._listeners[named] = self._listening.listen(named)
            return
        if listener.wait(seconds_max=min(seconds_max, POLL_SECONDS)) and self._engine is not None:
            self._busy.update(pools)  # on SQLite a look is cheaper than a turn at writing

    def close(self) -> None:
        """Stop listening and let go of what that needed."""
        while self._listeners:
            self._listeners.popitem()[1].close()

    def _looked(self, pool: Pool) -> bool:
        """See to what nobody in particular is there for; tell whether the pool has work."""
        self._looked_at = now = self._clock.monotonic()
        with self._database.reading() as connection:
            found = glance(connection, pool)
        fired = self.fire() if found.come else 0
        overdue = found.overdue and now - self._reaped_at >= REAP_SECONDS
        freed = self.reap() if overdue else 0
        if self._engine is not None and now - self._tidied_at >= TIDY_SECONDS:
            self._tidy(self._engine)
        return found.due or fired > 0 or freed > 0

    def _tidy(self, engine: "Engine") -> None:
        self._tidied_at = self._clock.monotonic()
        with self._database.writing() as connection:
            engine.tidy(connection)
            connection.commit()

    def _fire(self, row: RowMapping, now: datetime) -> bool:
        with self._database.writing() as connection:
            scope = self._scope(connection, WorkspaceId(row["workspace_id"]))
            jobs = SqlJobs(scope, self._parts)
            fired = SqlSchedules(scope).fire(row, jobs, now=now)
            if fired:
                jobs.before_commit()
                connection.commit()
        if fired:
            jobs.after_commit()
        return fired

    def _scope(self, connection: Connection, workspace_id: WorkspaceId) -> Scope:
        return Scope(
            connection=connection,
            workspace_id=workspace_id,
            ids=self._ids,
            clock=self._clock,
            writes=True,
        )

    def _take_from_dead(self, connection: Connection, row: RowMapping, now: datetime) -> bool:
        """Free a job, or bury it; tell whether it is free."""
        job = rows.job_of(row)
        counted = had_begun(connection, job)
        last = _is_last(job, counted=counted)
        if last:
            found = self._change(connection, [job], rows.set_aside(now, reason=_LOST_HOLDER))
        else:
            values = rows.back_to_waiting(now, reason=_LOST_HOLDER, counted=counted)
            found = self._change(connection, [job], values)
        assert found, "the row is locked by this transaction"
        if last and self._engine is not None:
            self._engine.give_up(connection, [row["engine_id"]])
        elif not last:
            self._put_back(connection, found, wait=_NONE)
        return not last

    def _change(
        self, connection: Connection, jobs: Sequence[Job], values: dict[str, Any]
    ) -> Sequence[RowMapping]:
        """Change rows of one workspace that are held; return those that were."""
        statement = (
            update(JOBS)
            .where(JOBS.c.workspace_id == jobs[0].workspace_id, held(jobs))
            .values(**values)
            .returning(JOBS.c.id, JOBS.c.pool, JOBS.c.engine_id)
        )
        return connection.execute(statement).mappings().all()

    def _put_back(
        self, connection: Connection, found: Sequence[RowMapping], *, wait: timedelta
    ) -> None:
        if self._engine is not None and found:
            self._engine.put_back(connection, [row["engine_id"] for row in found], wait=wait)

    def _ring_within(self, connection: Connection, found: Sequence[RowMapping]) -> None:
        self._listening.ring_within(connection, sorted({Pool(row["pool"]) for row in found}))

    def _ring_after(self, found: Sequence[RowMapping]) -> None:
        self._listening.ring_after(sorted({Pool(row["pool"]) for row in found}))


def _is_last(job: Job, *, counted: bool) -> bool:
    return job.attempt >= ATTEMPTS_COUNT_MAX if counted else job.fence >= LEASES_COUNT_MAX
