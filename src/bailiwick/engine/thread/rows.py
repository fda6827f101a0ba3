"""The rows of a thread and its runs: as they begin, what is told of them, and as a walk ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bailiwick.domain.ids import RunId
from bailiwick.domain.thread import GraphThreadId, NewRun, ThreadRunStatus, ThreadStatus
from bailiwick.engine.thread.parts import forget_at
from bailiwick.engine.thread.shelf import Face, Shelf
from bailiwick.engine.thread.walk import Walked
from bailiwick.kit.ids import as_uuid
from bailiwick.kit.json_value import Json
from bailiwick.ports.ids import Ids
from bailiwick.ports.threads import ThreadRow, ThreadRunRow
from bailiwick.ports.trace import current_traceparent


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a walk left its thread."""

    walked: Walked
    at: datetime
    shape: str
    version: str
    """Of the graph that it waits in, if it waits."""
    forgotten: bool
    """Whether the thread is that of a stateless run."""


def new_thread_id(ids: Ids) -> GraphThreadId:
    """Return the id of a thread that no client named."""
    return GraphThreadId(as_uuid(ids.new("thr")))


def new_thread(thread_id: GraphThreadId, *, at: datetime, by: str) -> ThreadRow:
    """Return a thread as it begins; it has no face yet."""
    return ThreadRow(
        thread_id=thread_id,
        created_at=at,
        updated_at=at,
        state_updated_at=at,
        status=ThreadStatus.IDLE,
        face=b"",
        made_by=by,
    )


def new_run(
    shelf: Shelf, thread_id: GraphThreadId, run_id: RunId, asked: NewRun, *, at: datetime
) -> ThreadRunRow:
    """Return a run as it begins, one that goes on with no other, placed where its caller stands."""
    placed = replace(asked, traceparent=current_traceparent())
    return ThreadRunRow(
        run_id=run_id,
        thread_id=thread_id,
        root_run_id=run_id,
        capability=asked.capability,
        status=ThreadRunStatus.PENDING,
        asked=shelf.asked(thread_id, run_id, placed),
        created_at=at,
        updated_at=at,
        due_at=asked.due_at or at,
        forget=asked.forget,
    )


def marks(asked: NewRun) -> Mapping[str, Json]:
    """Return the metadata by which clients find the threads of a graph."""
    found: dict[str, Json] = {"graph_id": asked.capability}
    return {**found, "assistant_id": asked.assistant_id} if asked.assistant_id else found


def first_frame(run: ThreadRunRow) -> tuple[str, Json]:
    """Return what is told before a run is walked."""
    return "metadata", {"run_id": run.run_id, "attempt": run.attempt}


def last_frames(run_id: RunId, walked: Walked) -> tuple[tuple[str, Json], ...]:
    """Return what is told when a run has ended."""
    end: tuple[str, Json] = ("end", {"run_id": run_id, "status": walked.status.value})
    return (end,) if walked.error is None else (("error", walked.error), end)


def moved(shelf: Shelf, thread: ThreadRow, face: Face, end: End) -> ThreadRow:
    """Return a thread as a walk left it; `face` is what it showed before."""
    walked, name = end.walked, thread.thread_id
    row = replace(
        thread,
        status=_status(walked),
        updated_at=end.at,
        state_updated_at=end.at,
        face=shelf.face(name, replace(face, pauses=walked.pauses, error=walked.error)),
        state=None if walked.values is None else shelf.values(name, walked.values),
        paused_shape=end.shape if walked.waits else "",
        paused_version=end.version if walked.waits else "",
    )
    if end.forgotten:
        return replace(row, expires_at=forget_at(walked.pauses, at=end.at))
    return row


def _status(walked: Walked) -> ThreadStatus:
    if walked.pauses:
        return ThreadStatus.INTERRUPTED
    if walked.error is not None:
        return ThreadStatus.ERROR
    stops = walked.waits and walked.status is not ThreadRunStatus.INTERRUPTED
    return ThreadStatus.INTERRUPTED if stops else ThreadStatus.IDLE
