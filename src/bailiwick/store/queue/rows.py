"""The statements over jobs: each names its workspace, and each write of a holder its fence."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    Select,
    String,
    and_,
    bindparam,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bailiwick.domain.ids import JobId, WorkspaceId
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import RunRow
from bailiwick.ports.queue import BegunJob, BuriedJob, Depth, Job, JobKind, JobState, PoolLimits
from bailiwick.store.queue.turns import Candidate
from bailiwick.store.tables.queue import JOBS, POOL_LIMITS
from bailiwick.store.tables.schema import WORKSPACES, Instant
from bailiwick.store.tables.work import RUNS

BUSY_WORKSPACES_MAX: Final = 1_000  # ours: looked at in one lease; the turn reaches the others
_POOL: Final = bindparam("pool", type_=String)
_AT: Final = bindparam("at", type_=Instant)
_UNTIL: Final = bindparam("until", type_=Instant)
_COUNT: Final = bindparam("count", type_=BigInteger)
_WORKSPACE: Final = bindparam("workspace", type_=String)
_IDS: Final = bindparam("ids", expanding=True, type_=String)
_DUE: Final = and_(
    JOBS.c.pool == _POOL, JOBS.c.state == JobState.WAITING.value, JOBS.c.due_at <= _AT
)
_HAS_DUE: Final = select(JOBS.c.id).where(JOBS.c.workspace_id == WORKSPACES.c.id, _DUE).exists()

BUSY: Final = (
    select(WORKSPACES.c.id.label("workspace_id"), *(
        column for column in POOL_LIMITS.c if column.name not in {"workspace_id", "created_at"}
    ))
    .select_from(
        WORKSPACES.outerjoin(
            POOL_LIMITS,
            and_(POOL_LIMITS.c.workspace_id == WORKSPACES.c.id, POOL_LIMITS.c.id == _POOL),
        )
    )
    .where(_HAS_DUE)
    .order_by(WORKSPACES.c.id)
    .limit(BUSY_WORKSPACES_MAX)
)  # fmt: skip
"""Workspaces with work that is due in a pool, each with its limits."""
_CAPABILITY: Final = (
    select(RUNS.c.capability)
    .where(RUNS.c.workspace_id == JOBS.c.workspace_id, RUNS.c.id == JOBS.c.subject)
    .scalar_subquery()
)
NEXT: Final = (
    select(
        JOBS.c.rank,
        JOBS.c.workspace_id,
        JOBS.c.due_at,
        JOBS.c.id,
        JOBS.c.engine_id,
        _CAPABILITY.label("capability"),
    )
    .where(JOBS.c.workspace_id == _WORKSPACE, _DUE)
    .order_by(JOBS.c.rank, JOBS.c.due_at, JOBS.c.id)
    .limit(_COUNT)
    .with_for_update(skip_locked=True)
)
"""The next jobs of a workspace, locked: what somebody is taking back is passed over."""
LEASED_COUNT: Final = select(func.count()).where(
    JOBS.c.workspace_id == _WORKSPACE, JOBS.c.state == JobState.LEASED.value, JOBS.c.pool == _POOL
)
CLAIM: Final = (
    update(JOBS)
    .where(
        JOBS.c.workspace_id == _WORKSPACE,
        JOBS.c.id.in_(_IDS),
        JOBS.c.state == JobState.WAITING.value,
    )
    .values(
        state=JobState.LEASED.value,
        attempt=JOBS.c.attempt + 1,
        fence=JOBS.c.fence + 1,
        lease_until=_UNTIL,
        row_version=JOBS.c.row_version + 1,
    )
    .returning(*JOBS.c)
)
OVERDUE: Final = (
    select(JOBS)
    .where(
        JOBS.c.workspace_id == WORKSPACES.c.id,
        JOBS.c.state == JobState.LEASED.value,
        JOBS.c.lease_until < _AT,
    )
    .limit(_COUNT)
    .with_for_update(skip_locked=True, of=JOBS)
)
DEPTHS: Final = (
    select(
        JOBS.c.workspace_id,
        JOBS.c.state,
        (JOBS.c.due_at > _AT).label("later"),
        func.count().label("count"),
    )
    .where(JOBS.c.workspace_id == WORKSPACES.c.id, JOBS.c.pool == _POOL)
    .group_by(JOBS.c.workspace_id, JOBS.c.state, JOBS.c.due_at > _AT)
)


def held(jobs: Sequence[Job]) -> ColumnElement[bool]:
    """Return the condition that a row of one workspace is leased with a fence that is held."""
    (workspace_id,) = {job.workspace_id for job in jobs}
    return and_(
        JOBS.c.workspace_id == workspace_id,
        JOBS.c.state == JobState.LEASED.value,
        tuple_(JOBS.c.id, JOBS.c.fence).in_([(job.job_id, job.fence) for job in jobs]),
    )


def still_held(jobs: Sequence[Job]) -> Select[str]:
    """Return the question which rows of one workspace are leased with a fence that is held."""
    return select(JOBS.c.id).where(JOBS.c.workspace_id == jobs[0].workspace_id, held(jobs))


def prolonging(jobs: Sequence[Job], until: datetime) -> ReturningUpdate[int | None]:
    """Return the change that prolongs leases in one workspace; it waits for nobody.

    Results of several runs are written in one transaction, in the order in which they came. Who
    waited for some of their rows while holding others would be one half of a ring.
    """
    free = still_held(jobs).with_for_update(skip_locked=True)
    return (
        update(JOBS)
        .where(JOBS.c.workspace_id == jobs[0].workspace_id, JOBS.c.id.in_(free))
        .values(lease_until=until)
        .returning(JOBS.c.engine_id)
    )


def by_workspace(jobs: Sequence[Job]) -> list[list[Job]]:
    """Group jobs, in an order of workspaces that is the same for everybody who locks several."""
    groups: dict[str, list[Job]] = {}
    for job in sorted(jobs, key=lambda job: (job.workspace_id, job.job_id)):
        groups.setdefault(job.workspace_id, []).append(job)
    return list(groups.values())


def candidate_of(row: RowMapping) -> Candidate:
    """Read a row of NEXT."""
    return Candidate(
        row["rank"],
        row["workspace_id"],
        row["due_at"],
        row["id"],
        ticket=row["engine_id"],
        capability=row["capability"],
    )


def job_of(row: RowMapping) -> Job:
    """Read a leased job."""
    return Job(
        job_id=JobId(row["id"]),
        workspace_id=WorkspaceId(row["workspace_id"]),
        kind=JobKind(row["kind"]),
        pool=Pool(row["pool"]),
        subject=row["subject"],
        attempt=row["attempt"],
        fence=row["fence"],
        lease_until=row["lease_until"],
    )


def begun_of(job: Job, run: RunRow) -> BegunJob:
    """Return a leased job together with its claimed run."""
    return BegunJob(**{each.name: getattr(job, each.name) for each in fields(job)}, run=run)


def buried_of(row: RowMapping) -> BuriedJob:
    """Read a dead letter."""
    return BuriedJob(
        job_id=JobId(row["id"]),
        kind=JobKind(row["kind"]),
        pool=Pool(row["pool"]),
        subject=row["subject"],
        attempt=row["attempt"],
        reason=row["reason"],
        buried_at=row["buried_at"],
    )


def limits_of(row: RowMapping) -> PoolLimits:
    """Read limits; a row without any means the defaults."""
    if row["row_version"] is None:
        return PoolLimits()
    return PoolLimits(
        waiting_count_max=row["waiting_count_max"],
        leased_count_max=row["leased_count_max"],
        per_minute_max=row["per_minute_max"],
        burst_max=row["burst_max"],
    )


def depths_of(rows: Sequence[RowMapping]) -> dict[WorkspaceId, Depth]:
    """Sum counts by workspace."""
    counts: dict[WorkspaceId, dict[str, int]] = {}
    for row in rows:
        state, later = row["state"], bool(row["later"])
        name = "later" if state == JobState.WAITING.value and later else state
        of_workspace = counts.setdefault(WorkspaceId(row["workspace_id"]), {})
        of_workspace[name] = of_workspace.get(name, 0) + int(row["count"])
    return {workspace: _depth(found) for workspace, found in counts.items()}


def total(depths: Mapping[WorkspaceId, Depth]) -> Depth:
    """Add up the depths of all workspaces."""
    found = depths.values()
    return Depth(
        waiting_count=sum(depth.waiting_count for depth in found),
        later_count=sum(depth.later_count for depth in found),
        leased_count=sum(depth.leased_count for depth in found),
        buried_count=sum(depth.buried_count for depth in found),
    )


def _depth(counts: Mapping[str, int]) -> Depth:
    return Depth(
        waiting_count=counts.get(JobState.WAITING.value, 0),
        later_count=counts.get("later", 0),
        leased_count=counts.get(JobState.LEASED.value, 0),
        buried_count=counts.get(JobState.BURIED.value, 0),
    )


def back_to_waiting(due_at: datetime, *, counted: bool, reason: str = "") -> dict[str, Any]:
    """Return the values of a job that waits again; an attempt that does not count is taken back."""
    return {
        "attempt": JOBS.c.attempt - (0 if counted else 1),
        "state": JobState.WAITING.value,
        "due_at": due_at,
        "lease_until": None,
        "reason": reason,
        "row_version": JOBS.c.row_version + 1,
    }


def set_aside(at: datetime, *, reason: str) -> dict[str, Any]:
    """Return the values of a buried job."""
    return {
        "state": JobState.BURIED.value,
        "open_key": None,
        "lease_until": None,
        "reason": reason,
        "buried_at": at,
        "row_version": JOBS.c.row_version + 1,
    }


Selected = Select[*tuple[Any, ...]]
