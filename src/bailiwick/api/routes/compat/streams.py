"""Runs as streams of events: started and followed, joined, and taken up again."""

from typing import Annotated

from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.compat.answers import compat_router
from bailiwick.api.compat.asking import modes_of
from bailiwick.api.compat.bodies import RunBody
from bailiwick.api.compat.following import followed
from bailiwick.api.compat.naming import run_id_of, thread_id_of
from bailiwick.api.compat.starting import started
from bailiwick.api.events import FROM_START, LastEventId, after
from bailiwick.domain.right import Right

router = compat_router("langgraph: streams")
Reader = Annotated[Caller, may(Right.READ)]
Runner = Annotated[Caller, may(Right.RUN)]
MODES_COUNT_MAX = 10  # ours: there are eight


@router.post("/threads/{thread_id}/runs/stream", operation_id="compat_run_stream")
async def stream(request: Request, caller: Runner, thread_id: str, body: RunBody) -> Response:
    """Start a run and tell what happens in it."""
    run = await started(request, caller, thread_id_of(thread_id), body)
    threads = caller.application.threads
    return followed(threads, run, after=FROM_START, on_disconnect=body.on_disconnect)


@router.get("/threads/{thread_id}/runs/{run_id}/stream", operation_id="compat_run_join_stream")
async def join(
    caller: Reader,
    thread_id: str,
    run_id: str,
    *,
    last_event_id: LastEventId = None,
    stream_mode: Annotated[list[str] | None, Query(max_length=MODES_COUNT_MAX)] = None,
) -> Response:
    """Tell what happens in a run, from its start or from after the event that was seen last."""
    seen = after(last_event_id)
    named = [mode for mode in stream_mode or () if mode]  # the SDK sends an empty one for none
    modes = modes_of(named, default=())
    threads = caller.application.threads
    run = await run_in_threadpool(threads.run, thread_id_of(thread_id), run_id_of(run_id))
    return followed(threads, run, after=seen, on_disconnect="continue", modes=modes)
