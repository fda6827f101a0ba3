"""States of a thread: the newest, an older one, its history, and writing one by hand."""

from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.compat.answers import compat_router, require
from bailiwick.api.compat.bodies import LIMIT_MAX, Checkpoint, HistoryQuery, StateAt, StateWrite
from bailiwick.api.compat.naming import run_id_of, thread_id_of
from bailiwick.api.compat.wire import checkpoint_shown, state_shown
from bailiwick.api.reply import ready
from bailiwick.domain.right import Right
from bailiwick.domain.thread import END_NODE, CheckpointId
from bailiwick.kit.json_value import Json

router = compat_router("langgraph: state")
Reader = Annotated[Caller, may(Right.READ)]
Decider = Annotated[Caller, may(Right.DECIDE)]


@router.get("/threads/{thread_id}/state", operation_id="compat_state")
async def newest(caller: Reader, thread_id: str, *, subgraphs: bool = False) -> Response:
    """Return the newest state of a thread; empty before its first run."""
    return await _state(caller, thread_id, Checkpoint(), subgraphs=subgraphs)


@router.get("/threads/{thread_id}/state/{checkpoint_id}", operation_id="compat_state_at")
async def older(
    caller: Reader, thread_id: str, checkpoint_id: str, *, subgraphs: bool = False
) -> Response:
    """Return the state at a checkpoint."""
    at = Checkpoint(checkpoint_id=checkpoint_id)
    return await _state(caller, thread_id, at, subgraphs=subgraphs)


@router.post("/threads/{thread_id}/state/checkpoint", operation_id="compat_state_at_checkpoint")
async def at_checkpoint(caller: Reader, thread_id: str, wanted: StateAt) -> Response:
    """Return the state at a checkpoint that a body names."""
    return await _state(caller, thread_id, wanted.checkpoint, subgraphs=wanted.subgraphs)


@router.post("/threads/{thread_id}/state", operation_id="compat_state_update")
async def update(
    request: Request, caller: Decider, thread_id: str, written: StateWrite
) -> Response:
    """Write state by hand: every open card of the thread goes stale, and a record is kept.

    `values: null, as_node: "__end__"` is a decision: it ends the thread and drops what waits on
    it. Anything else takes the right to edit state as well.
    """
    if written.values is not None or written.as_node != END_NODE:
        await require(request, Right.EDIT_STATE)
    thread = thread_id_of(thread_id)
    at = written.checkpoint or Checkpoint()
    named = written.checkpoint_id or at.checkpoint_id
    checkpoint_id = await caller.application.threads.update_state(
        thread,
        values=written.values,
        as_node=written.as_node,
        checkpoint_id=None if named is None else CheckpointId(named),
        by=caller.person_id,
    )
    shown = checkpoint_shown(thread, checkpoint_id, at.checkpoint_ns)
    return ready({"checkpoint": shown, "configurable": shown, "checkpoint_id": checkpoint_id})


@router.get("/threads/{thread_id}/history", operation_id="compat_history")
async def history(
    caller: Reader,
    thread_id: str,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = 10,
    before: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Return the states of a thread, newest first."""
    return await _history(caller, thread_id, HistoryQuery(limit=limit, before=before))


@router.post("/threads/{thread_id}/history", operation_id="compat_history_search")
async def history_search(caller: Reader, thread_id: str, query: HistoryQuery) -> Response:
    """Return the states of a thread that fit, newest first."""
    return await _history(caller, thread_id, query)


async def _state(caller: Caller, thread_id: str, at: Checkpoint, *, subgraphs: bool) -> Response:
    thread = thread_id_of(thread_id)
    state = await caller.application.threads.state(
        thread,
        checkpoint_id=None if at.checkpoint_id is None else CheckpointId(at.checkpoint_id),
        checkpoint_ns=at.checkpoint_ns,
        subgraphs=subgraphs,
    )
    return ready(state_shown(thread, state))


async def _history(caller: Caller, thread_id: str, query: HistoryQuery) -> Response:
    thread = thread_id_of(thread_id)
    states = await caller.application.threads.history(
        thread,
        limit=query.limit,
        before=_before(query),
        checkpoint_ns=query.checkpoint.checkpoint_ns if query.checkpoint else "",
        metadata=_named_metadata(query),
    )
    return ready([state_shown(thread, state) for state in states])


def _named_metadata(query: HistoryQuery) -> dict[str, Json] | None:
    """Return what the metadata must hold; a run by the id that it is kept under."""
    if query.metadata is None:
        return None
    run_id = query.metadata.get("run_id")
    named: dict[str, Json] = {"run_id": run_id_of(run_id)} if isinstance(run_id, str) else {}
    return {**query.metadata, **named}


def _before(query: HistoryQuery) -> CheckpointId | None:
    """Return the checkpoint before which states are wanted: by id, or inside a config."""
    before = query.before
    if isinstance(before, dict):
        inner = before.get("configurable", before)
        before = inner.get("checkpoint_id") if isinstance(inner, dict) else None
    return CheckpointId(before) if isinstance(before, str) else None
