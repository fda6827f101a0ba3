"""Runs on a thread: started, waited for, looked at, cancelled, deleted."""

from typing import Annotated

from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.compat.answers import compat_router, done
from bailiwick.api.compat.bodies import LIMIT_MAX, OFFSET_MAX, RunBody
from bailiwick.api.compat.following import waited
from bailiwick.api.compat.naming import run_id_of, thread_id_of
from bailiwick.api.compat.starting import started
from bailiwick.api.compat.wire import run_path, run_shown
from bailiwick.api.reply import ready
from bailiwick.domain.right import Right
from bailiwick.domain.thread import CancelAction, ThreadRunStatus

router = compat_router("langgraph: runs")
Reader = Annotated[Caller, may(Right.READ)]
Runner = Annotated[Caller, may(Right.RUN)]
CANCEL_SECONDS_MAX = 30  # ours: a node that does not stop by then is not waited for


@router.post("/threads/{thread_id}/runs", operation_id="compat_run_create")
async def create(request: Request, caller: Runner, thread_id: str, body: RunBody) -> Response:
    """Start a run and return it at once."""
    run = await started(request, caller, thread_id_of(thread_id), body)
    return ready(run_shown(run), headers={"content-location": run_path(run)})


@router.post("/threads/{thread_id}/runs/wait", operation_id="compat_run_wait")
async def wait(request: Request, caller: Runner, thread_id: str, body: RunBody) -> Response:
    """Start a run and return what it comes to; a newline every five seconds keeps it alive."""
    run = await started(request, caller, thread_id_of(thread_id), body, waits=True)
    return await waited(caller.application.threads, run, on_disconnect=body.on_disconnect)


@router.get("/threads/{thread_id}/runs", operation_id="compat_runs")
def runs(
    caller: Reader,
    thread_id: str,
    *,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = 10,
    offset: Annotated[int, Query(ge=0, le=OFFSET_MAX)] = 0,
    status: ThreadRunStatus | None = None,
) -> Response:
    """Return the runs of a thread, newest first."""
    found = caller.application.threads.runs(
        thread_id_of(thread_id), status=status, limit=limit, offset=offset
    )
    return ready([run_shown(run) for run in found])


@router.get("/threads/{thread_id}/runs/{run_id}", operation_id="compat_run")
def get(caller: Reader, thread_id: str, run_id: str) -> Response:
    """Return a run."""
    found = caller.application.threads.run(thread_id_of(thread_id), run_id_of(run_id))
    return ready(run_shown(found))


@router.get("/threads/{thread_id}/runs/{run_id}/join", operation_id="compat_run_join")
async def join(
    caller: Reader, thread_id: str, run_id: str, *, cancel_on_disconnect: bool = False
) -> Response:
    """Return what a run comes to; giving up on it cancels nothing."""
    del cancel_on_disconnect  # who may only read cannot cancel
    threads = caller.application.threads
    run = await run_in_threadpool(threads.run, thread_id_of(thread_id), run_id_of(run_id))
    return await waited(threads, run, on_disconnect="continue")


@router.post("/threads/{thread_id}/runs/{run_id}/cancel", operation_id="compat_run_cancel")
async def cancel(
    caller: Runner,
    thread_id: str,
    run_id: str,
    action: CancelAction = CancelAction.INTERRUPT,
    *,
    wait: bool = False,
) -> Response:
    """Ask a run to end; with `rollback` what it reached is forgotten, its records are not."""
    await caller.application.threads.cancel(
        thread_id_of(thread_id),
        run_id_of(run_id),
        action=action,
        wait_seconds=CANCEL_SECONDS_MAX if wait else 0,
    )
    return ready({}) if wait else Response(status_code=202)


@router.delete(
    "/threads/{thread_id}/runs/{run_id}", operation_id="compat_run_delete", status_code=204
)
def delete(caller: Runner, thread_id: str, run_id: str) -> Response:
    """Delete a run that has ended; its records stay."""
    caller.application.threads.delete_run(thread_id_of(thread_id), run_id_of(run_id))
    return done()
