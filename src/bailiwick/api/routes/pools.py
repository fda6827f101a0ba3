"""The worker pools: what waits, what was set aside, and what a workspace may ask of them."""

from dataclasses import asdict
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Reasoned, Told
from bailiwick.domain.ids import JobId
from bailiwick.domain.pool import Pool
from bailiwick.domain.right import Right
from bailiwick.engine.pool.mourning import begin_anew
from bailiwick.ports.queue import WAITING_COUNT_MAX, PoolLimits

router = own_router("pools")
Reading = Annotated[Caller, may(Right.READ, whole=True)]
Operating = Annotated[Caller, may(Right.OPERATE, whole=True)]
PoolName = Annotated[Pool, Path(alias="pool")]
JobName = Annotated[str, Path(alias="job_id", min_length=1, max_length=80)]
LIMIT_MAX = 1_000_000  # ours: above it a limit is none


class PoolsBody(Told):
    """Every pool with its depth and limits."""

    items: list[object]


class LimitsBody(Told):
    """What a workspace may ask of a pool."""

    pool: str


class Limits(Given):
    """What a workspace may ask of a pool; 0 is without a limit."""

    waiting_count_max: Annotated[int, Field(ge=1, le=WAITING_COUNT_MAX)] = WAITING_COUNT_MAX
    leased_count_max: Annotated[int, Field(ge=0, le=LIMIT_MAX)] = 0
    per_minute_max: Annotated[int, Field(ge=0, le=LIMIT_MAX)] = 0
    burst_max: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = 1


class RequeuedBody(Told):
    """A job that waits again, and the run it names."""

    job_id: str
    run_id: str | None


@router.get("/pools", responses={200: {"model": PoolsBody}})
def list_pools(caller: Reading) -> Response:
    """Show what waits in each pool, and what this workspace may ask of it."""
    with caller.units.read() as unit:
        items = [
            {
                "pool": pool,
                "depth": asdict(unit.jobs.depth(pool)),
                "limits": asdict(unit.jobs.limits(pool)),
            }
            for pool in Pool
        ]
    return ready({"items": items, "next_cursor": None})


@router.put("/pools/{pool}/limits", responses={200: {"model": LimitsBody}})
def limit_pool(caller: Operating, pool: PoolName, body: Limits) -> Response:
    """Set what this workspace may ask of a pool, on every machine."""
    limits = PoolLimits(**body.model_dump())
    with caller.units.write(records=False) as unit:
        unit.jobs.limit(pool, limits)
        unit.commit()
    return ready({"pool": pool, **asdict(limits)})


@router.get("/jobs/buried", responses={200: {"model": PageOf}})
def list_buried(
    caller: Reading,
    pool: Annotated[Pool | None, Query()] = None,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List jobs that were set aside after their last attempt, and why."""
    with caller.units.read() as unit:
        return page(unit.jobs.buried(pool=pool, cursor=cursor, size=size))


@router.post("/jobs/{job_id}/requeue", responses={200: {"model": RequeuedBody}})
def requeue_job(caller: Operating, job: JobName, body: Reasoned) -> Response:
    """Let a job that was set aside begin anew, with the run it names."""
    with caller.units.write() as unit:
        run = begin_anew(
            unit,
            JobId(job),
            person_id=caller.person_id,
            reason=body.reason,
            at=caller.application.clock.now(),
        )
        unit.commit()
    return ready({"job_id": job, "run_id": run.run_id if run is not None else None})
