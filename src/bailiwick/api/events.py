"""Server-sent events: frames with ids that only rise, a heartbeat, and taking up where one left.

A frame is `id:`, `event:` and `data:` lines and an empty line (WHATWG HTML, 9.2). Ids are
`<sequence>` numbers of the stream's own log, so a reconnect with `Last-Event-ID` loses and repeats
nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Header
from starlette.responses import StreamingResponse

from bailiwick.api.problem import refuse
from bailiwick.api.reply import encoded

HEARTBEAT_SECONDS: Final = 5.0  # api-compat, section 5
HEARTBEAT: Final = b": heartbeat\n\n"
EVENT_STREAM: Final = "text/event-stream"
HEADERS: Final[Mapping[str, str]] = {"cache-control": "no-store", "x-accel-buffering": "no"}
FROM_START: Final = -1
ID_DIGITS_MAX: Final = 19  # those of a 64-bit sequence
ID_MAX: Final = 2**63 - 1  # a 64-bit sequence; no database takes a larger number

LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        description="The id of the last event seen; -1 repeats the stream from its start.",
    ),
]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream."""

    name: str
    data: object
    """Anything `reply.encoded` takes; bytes are JSON already."""
    number: int | None = None
    """Its place in the stream's log, from 0 or 1 upwards; None for what is not repeated."""


def frame(event: Event) -> bytes:
    """Return an event's bytes on the wire. The name must be one line."""
    assert not {"\n", "\r"} & set(event.name), event.name
    data = event.data if isinstance(event.data, bytes) else encoded(event.data)
    mark = b"" if event.number is None else b"id: %d\n" % event.number
    # JSON holds no raw line break, so the data is one line.
    return b"%sevent: %s\ndata: %s\n\n" % (mark, event.name.encode(), data)


def after(last_event_id: str | None) -> int:
    """Return the number to go on after; FROM_START when nothing was seen. Raises Refusal (422)."""
    if last_event_id is None or last_event_id.strip() in {"", "-1"}:
        return FROM_START
    text = last_event_id.strip()
    digits = text.isascii() and text.isdigit() and len(text) <= ID_DIGITS_MAX
    if not digits or int(text) > ID_MAX:
        detail = "Last-Event-ID is not an id of this stream; send -1 to begin at its start"
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    return int(text)


async def beating(
    frames: AsyncIterator[bytes], *, seconds: float = HEARTBEAT_SECONDS, beat: bytes = HEARTBEAT
) -> AsyncGenerator[bytes]:
    """Yield frames as they come, and a heartbeat when none came for so long."""
    pending: asyncio.Future[bytes] | None = None
    try:
        while True:
            if pending is None:
                pending = asyncio.ensure_future(anext(frames))
            done, _ = await asyncio.wait({pending}, timeout=seconds)
            if not done:
                yield beat
                continue
            try:
                found = pending.result()
            except StopAsyncIteration:
                return
            pending = None
            yield found
    finally:
        if pending is not None and not pending.done():
            pending.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await pending


def stream(
    frames: AsyncIterator[bytes], *, headers: Mapping[str, str] | None = None
) -> StreamingResponse:
    """Return a stream of frames with heartbeats as a response."""
    return StreamingResponse(
        beating(frames), headers={**HEADERS, **(headers or {})}, media_type=EVENT_STREAM
    )
