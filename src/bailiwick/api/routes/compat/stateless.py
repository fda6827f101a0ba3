"""Runs without a thread that the client knows: it is forgotten with the run.

A thread on which something waits for a person is kept until that is decided.
"""

from typing import Annotated

from fastapi import Body, Request
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.compat.answers import compat_router
from bailiwick.api.compat.bodies import RunBody
from bailiwick.api.compat.following import followed, waited
from bailiwick.api.compat.quick import begins, begun, carried_out, takes, warmed
from bailiwick.api.compat.starting import started
from bailiwick.api.compat.wire import run_path, run_shown
from bailiwick.api.events import FROM_START
from bailiwick.api.reply import ready
from bailiwick.domain.right import Right

router = compat_router("langgraph: stateless runs")
Runner = Annotated[Caller, may(Right.RUN)]
BATCH_COUNT_MAX = 100  # ours: runs that one request starts

# Routes are tried in this order, one by one: the hottest comes first.


@router.post("/runs/wait", operation_id="compat_stateless_wait")
async def wait(request: Request, caller: Runner, body: RunBody) -> Response:
    """Start a run and return what it comes to."""
    await warmed(caller, body)
    if takes(caller, body):
        return await carried_out(caller, body)
    if begins(caller, body) and (answer := await begun(caller, body)) is not None:
        return answer
    run = await started(request, caller, None, body, waits=True)
    return await waited(caller.application.threads, run, on_disconnect=body.on_disconnect)


@router.post("/runs", operation_id="compat_stateless_create")
async def create(request: Request, caller: Runner, body: RunBody) -> Response:
    """Start a run and return it at once."""
    run = await started(request, caller, None, body)
    return ready(run_shown(run), headers={"content-location": run_path(run)})


@router.post("/runs/batch", operation_id="compat_stateless_batch")
async def batch(
    request: Request,
    caller: Runner,
    bodies: Annotated[list[RunBody], Body(max_length=BATCH_COUNT_MAX)],
) -> Response:
    """Start several runs and return them at once; those before a refusal stay started."""
    return ready([run_shown(await started(request, caller, None, body)) for body in bodies])


@router.post("/runs/stream", operation_id="compat_stateless_stream")
async def stream(request: Request, caller: Runner, body: RunBody) -> Response:
    """Start a run and tell what happens in it."""
    run = await started(request, caller, None, body)
    threads = caller.application.threads
    return followed(threads, run, after=FROM_START, on_disconnect=body.on_disconnect)
