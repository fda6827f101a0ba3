"""What a unit can do with the jobs of its workspace, inside its own transaction."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Integer, bindparam, delete, func, select, update

from bailiwick.domain.ids import PREFIX, JobId
from bailiwick.domain.pool import Pool
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page
from bailiwick.ports.queue import (
    RETRY_AFTER_SECONDS,
    BuriedJob,
    Depth,
    Enqueued,
    Full,
    Job,
    JobState,
    NewJob,
    PoolLimits,
)
from bailiwick.store.queue.engine import line_of
from bailiwick.store.queue.moment import moment
from bailiwick.store.queue.parts import QueueParts
from bailiwick.store.queue.rows import buried_of, depths_of, limits_of
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.queue import JOBS, POOL_LIMITS
from bailiwick.store.tables.schema import Instant

_MILLI: Final = 1_000
_WAITING: Final = JOBS.c.state == JobState.WAITING.value
_LIMITS: Final = select(POOL_LIMITS).where(own(POOL_LIMITS), POOL_LIMITS.c.id == key())
_WAITING_COUNT: Final = select(func.count()).select_from(
    select(JOBS.c.id)
    .where(own(JOBS), JOBS.c.pool == key("pool"), _WAITING)
    .limit(bindparam("bound", type_=Integer))
    .subquery()
)
_BY_KEY: Final = select(JOBS.c.id).where(own(JOBS), JOBS.c.open_key == key())
_JOB: Final = select(JOBS).where(own(JOBS), JOBS.c.id == key())
_BURIED: Final = (
    select(JOBS)
    .where(own(JOBS), JOBS.c.state == JobState.BURIED.value, JOBS.c.id > key())
    .order_by(JOBS.c.id)
    .limit(bindparam("size", type_=Integer))
)
_BURIED_OF_POOL: Final = _BURIED.where(JOBS.c.pool == key("pool"))
_FINISH: Final = (
    delete(JOBS)
    .where(
        own(JOBS),
        JOBS.c.id == key(),
        JOBS.c.state == JobState.LEASED.value,
        JOBS.c.fence == bindparam("held_fence", type_=Integer),
    )
    .returning(JOBS.c.engine_id)
)
_LATER: Final = JOBS.c.due_at > bindparam("at", type_=Instant)
_DEPTHS: Final = (
    select(JOBS.c.workspace_id, JOBS.c.state, _LATER.label("later"), func.count().label("count"))
    .where(own(JOBS), JOBS.c.pool == key("pool"))
    .group_by(JOBS.c.workspace_id, JOBS.c.state, _LATER)
)


class SqlJobs:
    """Jobs of one workspace within one unit; the unit rings the bell when it commits."""

    def __init__(self, scope: Scope, parts: QueueParts) -> None:
        self._scope = scope
        self._parts = parts
        self._rooms: dict[Pool, int] = {}
        self._began: datetime | None = None
        self._tickets: list[int] = []
        """Of jobs that were finished: the engine is told once, before the commit."""

    def enqueue(self, job: NewJob) -> Enqueued | Full:
        """Queue a job: it exists if and only if the unit commits."""
        if job.dedupe_key:
            known = self._scope.row(_BY_KEY, key=job.dedupe_key)
            if known is not None:
                return Enqueued(job_id=JobId(known["id"]), fresh=False)
        if self._room(job.pool) == 0:
            return Full(pool=job.pool, retry_after_seconds=RETRY_AFTER_SECONDS)
        return self._insert(job)

    def cancel(self, job_id: JobId) -> bool:
        """Take back a job that nobody has leased; False when it is too late."""
        row = self._scope.row(_JOB, key=job_id)
        if row is None:
            return False
        mine = delete(JOBS).where(own(JOBS), JOBS.c.id == job_id, _WAITING)
        if self._scope.change(mine) == 0:
            return False
        self._give_back(row["engine_id"])
        return True

    def finish(self, job: Job) -> bool:
        """Forget a job together with the results of this unit; False when the lease was lost."""
        assert job.workspace_id == self._scope.workspace_id, "a unit is of one workspace"
        found = self._scope.changed(_FINISH, key=job.job_id, held_fence=job.fence)
        self._tickets.extend(row["engine_id"] for row in found)
        return bool(found)

    def buried(self, *, pool: Pool | None, cursor: str | None, size: int) -> Page[BuriedJob]:
        """Return dead letters with their reasons, oldest first."""
        size = min(size, PAGE_SIZE_MAX)
        wanted = {"key": cursor or "", "size": size + 1}
        if pool is None:
            rows = self._scope.rows(_BURIED, **wanted)
        else:
            rows = self._scope.rows(_BURIED_OF_POOL, **wanted, pool=pool.value)
        items = tuple(buried_of(row) for row in rows[:size])
        return Page(items=items, next_cursor=items[-1].job_id if len(rows) > size else None)

    def replay(self, job_id: JobId) -> bool:
        """Let a dead letter start anew; False when there is none, or its key waits again."""
        row = self._scope.row(_JOB, key=job_id)
        if row is None or row["state"] != JobState.BURIED.value:
            return False
        open_key = row["dedupe_key"] or None
        if open_key is not None and self._scope.row(_BY_KEY, key=open_key) is not None:
            return False
        ticket = self._ticket(row["pool"], rank=row["rank"], wait=timedelta(0))
        changed = self._scope.change(
            update(JOBS)
            .where(own(JOBS), JOBS.c.id == job_id, JOBS.c.state == JobState.BURIED.value)
            .values(
                state=JobState.WAITING.value,
                open_key=open_key,
                attempt=0,
                due_at=self._now(),
                reason="",
                buried_at=None,
                engine_id=ticket,
                row_version=JOBS.c.row_version + 1,
            )
        )
        if changed == 0:  # somebody else has just replayed it
            self._give_back(ticket)
            return False
        self._scope.rung.add(Pool(row["pool"]))
        return True

    def limit(self, pool: Pool, limits: PoolLimits) -> None:
        """Set what this workspace may ask of a pool; its bucket of tokens starts full."""
        now = self._now()
        self._rooms.pop(pool, None)
        values = {
            "waiting_count_max": limits.waiting_count_max,
            "leased_count_max": limits.leased_count_max,
            "per_minute_max": limits.per_minute_max,
            "burst_max": limits.burst_max,
            "millitokens": limits.burst_max * _MILLI,
            "filled_at": now,
        }
        fresh = {"id": pool.value, "created_at": now, **values}
        if not self._scope.insert_new(POOL_LIMITS, fresh, unique=("id",)):
            self._scope.change(
                update(POOL_LIMITS)
                .where(own(POOL_LIMITS), POOL_LIMITS.c.id == pool.value)
                .values(**values, row_version=POOL_LIMITS.c.row_version + 1)
            )

    def limits(self, pool: Pool) -> PoolLimits:
        """Return what this workspace may ask of a pool."""
        row = self._scope.row(_LIMITS, key=pool.value)
        return PoolLimits() if row is None else limits_of(row)

    def depth(self, pool: Pool) -> Depth:
        """Count this workspace's jobs of a pool."""
        rows = self._scope.rows(_DEPTHS, pool=pool.value, at=self._now())
        return depths_of(rows).get(self._scope.workspace_id, Depth())

    def before_commit(self) -> None:
        """Tell the engine what was finished, and ring within the transaction, where one can."""
        if self._parts.engine is not None and self._tickets:
            self._parts.engine.finish(self._scope.connection, self._tickets)
        self._tickets.clear()
        if self._scope.rung:
            self._parts.bell.ring_within(self._scope.connection, sorted(self._scope.rung))

    def after_commit(self) -> None:
        """Ring once the jobs can be seen."""
        if self._scope.rung:
            self._parts.bell.ring_after(sorted(self._scope.rung))
        self._scope.rung.clear()

    def _room(self, pool: Pool) -> int:
        """Return how many jobs the pool still takes; counted once in a unit."""
        if pool not in self._rooms:
            bound = self.limits(pool).waiting_count_max
            waiting = self._scope.count(_WAITING_COUNT, pool=pool.value, bound=bound)
            self._rooms[pool] = max(0, bound - waiting)
        return self._rooms[pool]

    def _now(self) -> datetime:
        """Return the database's instant, which stands still during a unit."""
        self._began = self._began or moment(self._scope.connection)
        return self._began

    def _insert(self, job: NewJob) -> Enqueued:
        now = self._now()
        due_at = job.due_at or now
        job_id = JobId(self._scope.ids.new(PREFIX["job"]))
        wait = max(due_at - now, timedelta(0))
        ticket = self._ticket(job.pool.value, rank=-job.priority, wait=wait)
        values = {
            "id": job_id,
            "created_at": now,
            "pool": job.pool.value,
            "kind": job.kind.value,
            "subject": job.subject,
            "state": JobState.WAITING.value,
            "rank": -job.priority,
            "due_at": due_at,
            "dedupe_key": job.dedupe_key,
            "open_key": job.dedupe_key or None,
            "engine_id": ticket,
        }
        while not self._scope.insert_new(JOBS, values, unique=("open_key",)):
            # On PostgreSQL another unit has just committed this key, and may free it at once.
            known = self._scope.row(_BY_KEY, key=job.dedupe_key)
            if known is not None:
                self._give_back(ticket)
                return Enqueued(job_id=JobId(known["id"]), fresh=False)
        self._rooms[job.pool] -= 1
        self._scope.rung.add(job.pool)
        return Enqueued(job_id=job_id, fresh=True)

    def _ticket(self, pool: str, *, rank: int, wait: timedelta) -> int | None:
        if self._parts.engine is None:
            return None
        line = line_of(pool, self._scope.workspace_id)
        return self._parts.engine.add(self._scope.connection, line, rank=rank, wait=wait)

    def _give_back(self, ticket: int | None) -> None:
        if self._parts.engine is not None and ticket is not None:
            self._parts.engine.cancel(self._scope.connection, [ticket])
