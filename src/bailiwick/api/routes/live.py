"""What happens, as it happens: events of the audit chain as a stream that loses nothing.

An event's id is its record's number, so whoever comes back with the last one goes on behind it.
"""

import asyncio
from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bailiwick.api.caller import Caller, may, unchanged
from bailiwick.api.events import FROM_START, Event, LastEventId, after, frame, stream
from bailiwick.api.problem import refuse
from bailiwick.api.routing import own_router
from bailiwick.domain.event import EventKind, cloud_event, event_of
from bailiwick.domain.right import Right

LOOK_SECONDS: Final = 0.5  # ours: how late an event is at most
BATCH_COUNT: Final = 200  # ours

router = own_router("events")
Reading = Annotated[Caller, may(Right.READ)]


@router.get(
    "/events",
    responses={200: {"content": {"text/event-stream": {}}, "description": "Events as they come"}},
)
async def live_events(
    request: Request,
    caller: Reading,
    kind: Annotated[frozenset[EventKind], Query()] = frozenset(),
    last_event_id: LastEventId = None,
) -> Response:
    """Follow the workspace's events; `Last-Event-ID: -1` begins with the first of all.

    The stream ends when its caller is let in no longer, or may see more or less than before.
    """
    number, head = after(last_event_id), await run_in_threadpool(_head, caller)
    if number > head:  # as after a restore: to go on there would leave out what comes until then
        detail = "Last-Event-ID is behind the last event of all; send -1 to begin at the start"
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    if number == FROM_START:
        number = 0 if last_event_id else head
    return stream(_frames(request, caller, kind, number))


async def _frames(
    request: Request, caller: Caller, kinds: frozenset[EventKind], number: int
) -> AsyncGenerator[bytes]:
    while await unchanged(request, caller):  # each turn reads at most one batch
        number, found = await run_in_threadpool(_batch, caller, kinds, number)
        for piece in found:
            yield piece
        if not found:
            await asyncio.sleep(LOOK_SECONDS)


def _batch(caller: Caller, kinds: frozenset[EventKind], number: int) -> tuple[int, list[bytes]]:
    with caller.units.read() as unit:
        records = unit.records.since(number, size=BATCH_COUNT)
    events = [event for event in map(event_of, records) if event is not None]
    wanted = [event for event in events if not kinds or event.kind in kinds]
    pieces = [
        frame(Event(name=event.kind.value, data=cloud_event(event), number=event.seq))
        for event in wanted
    ]
    return (records[-1].seq if records else number), pieces


def _head(caller: Caller) -> int:
    """Return the number of the last record of all: what a caller sees of them may become less."""
    with caller.application.units.read() as unit:
        return unit.records.head()[0]
