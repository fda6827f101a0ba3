"""Following a run: its frames as they come, or what it comes to."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection
from typing import TYPE_CHECKING, Final, Literal

from starlette.responses import Response, StreamingResponse

from bailiwick.api.compat.wire import run_path, told_data, waited_shown
from bailiwick.api.events import HEADERS, Event, frame, stream
from bailiwick.api.reply import JSON, encoded, ready
from bailiwick.api.turnstile import step_aside
from bailiwick.domain.thread import ENDED, ThreadEvent, ThreadRun, Waited

if TYPE_CHECKING:
    from bailiwick.engine.thread.threads import Threads  # loads LangGraph

BREATH_SECONDS: Final = 5.0  # api-compat 5: a newline every 5 s keeps proxies open
OnDisconnect = Literal["cancel", "continue"]
_ALWAYS: Final = frozenset({"metadata", "error", "end"})
"""Frames that every follower gets, whatever modes it asks for."""


async def waited(threads: "Threads", run: ThreadRun, *, on_disconnect: OnDisconnect) -> Response:
    """Return what a run comes to: at once if it is quick, else breathing until it ends."""
    step_aside()
    found = await threads.wait(run.thread_id, run.run_id, seconds_max=BREATH_SECONDS)
    if found.run.status in ENDED:
        return come_to(found)
    body = _breathing(threads, run, on_disconnect)
    headers = {**HEADERS, **_places(run)}
    return StreamingResponse(body, headers=headers, media_type=JSON)


def come_to(found: Waited) -> Response:
    """Return what a run has come to, and where it is to be found."""
    return ready(waited_shown(found), headers=_places(found.run))


def _places(run: ThreadRun) -> dict[str, str]:
    return {"location": f"{run_path(run)}/join", "content-location": run_path(run)}


def followed(
    threads: "Threads",
    run: ThreadRun,
    *,
    after: int,
    on_disconnect: OnDisconnect,
    modes: Collection[str] = (),
) -> Response:
    """Return a run's frames after a number, and those that come, until its end."""
    headers = {"location": f"{run_path(run)}/stream", "content-location": run_path(run)}
    told = threads.events(run.thread_id, run.run_id, after=max(0, after))
    frames = _frames(threads, run, told, on_disconnect=on_disconnect, modes=modes)
    return stream(frames, headers=headers)


async def _breathing(
    threads: "Threads", run: ThreadRun, on_disconnect: OnDisconnect
) -> AsyncGenerator[bytes]:
    ended = False
    try:
        while not ended:
            yield b"\n"
            found = await threads.wait(run.thread_id, run.run_id, seconds_max=BREATH_SECONDS)
            if found.run.status in ENDED:
                ended = True
                yield encoded(waited_shown(found))
    finally:
        if not ended and on_disconnect == "cancel":
            await threads.cancel(run.thread_id, run.run_id)


async def _frames(
    threads: "Threads",
    run: ThreadRun,
    told: AsyncIterator[ThreadEvent],
    *,
    on_disconnect: OnDisconnect,
    modes: Collection[str],
) -> AsyncGenerator[bytes]:
    ended = False
    try:
        async for one in told:
            ended = one.event in {"end", "error"}
            if modes and one.event not in _ALWAYS and one.event.partition("|")[0] not in modes:
                continue
            yield frame(Event(name=one.event, data=told_data(one, run), number=one.seq))
    finally:
        if not ended and on_disconnect == "cancel":
            await threads.cancel(run.thread_id, run.run_id)
