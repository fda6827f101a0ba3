"""Starting a run for a caller: the rights that its body takes, the thread, and the answer in it."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from bailiwick.api.caller import Caller
from bailiwick.api.compat.answers import busy, require
from bailiwick.api.compat.asking import asked_of, rights_for
from bailiwick.api.compat.bodies import RunBody
from bailiwick.api.compat.deciding import resumed
from bailiwick.api.reach import require_input
from bailiwick.domain.thread import GraphThreadId, NewRun, ThreadRun
from bailiwick.ports.queue import Full


async def started(
    request: Request,
    caller: Caller,
    thread_id: GraphThreadId | None,
    body: RunBody,
    *,
    waits: bool = False,
) -> ThreadRun:
    """Start a run on a thread, or on one of its own that is forgotten afterwards.

    Raises Refusal, and what the engine raises.
    """
    further = rights_for(body)
    if further:
        await require(request, *further)
    asked = asked_of(
        body,
        by=caller.person_id,
        at=caller.application.clock.now(),
        forget=thread_id is None and body.on_completion == "delete",
        waits=waits,
    )
    found = await run_in_threadpool(_start, caller, thread_id, body, asked)
    if isinstance(found, Full):
        raise busy(found)
    return found


def _start(
    caller: Caller, thread_id: GraphThreadId | None, body: RunBody, asked: NewRun
) -> ThreadRun | Full:
    require_input(caller, lambda: body.model_dump(mode="json"))
    threads = caller.application.threads
    if thread_id is None:
        thread_id = threads.create(by=caller.person_id).thread_id
    elif body.if_not_exists == "create":
        threads.create(thread_id, exists_ok=True, by=caller.person_id)
    if asked.command is not None and asked.command.has_resume:
        return resumed(threads, thread_id, asked, by=caller.person_id)
    return threads.start(thread_id, asked)
