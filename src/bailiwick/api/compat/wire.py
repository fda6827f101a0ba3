"""Threads, states, runs and interrupts in the shapes that clients of the compatible API read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from bailiwick.api.compat.naming import assistant_id, run_uuid
from bailiwick.domain.ids import PREFIX, RunId
from bailiwick.domain.thread import (
    GraphThreadId,
    Pause,
    StateTask,
    Thread,
    ThreadEvent,
    ThreadRun,
    ThreadState,
    Waited,
)
from bailiwick.kit.json_value import Json

Shown = dict[str, Json]
_OF_RUNS: Final = f"{PREFIX['run']}_"


def told(at: datetime) -> str:
    """Return an instant as clients read it."""
    return at.isoformat(timespec="microseconds")


def thread_shown(thread: Thread) -> Shown:
    """Return a thread."""
    shown: Shown = {
        "thread_id": thread.thread_id,
        "created_at": told(thread.created_at),
        "updated_at": told(thread.updated_at),
        "state_updated_at": told(thread.state_updated_at),
        "metadata": thread.metadata,
        "status": thread.status.value,
        "config": thread.config,
        "values": thread.values,
        "error": thread.error,
        "interrupts": _by_task(thread.pauses),
    }
    if thread.expires_at is not None:
        shown["ttl"] = {"strategy": "delete", "expires_at": told(thread.expires_at)}
    return shown


def run_shown(run: ThreadRun) -> Shown:
    """Return a run."""
    asked = run.asked
    return {
        "run_id": run_uuid(run.run_id),
        "thread_id": run.thread_id,
        "assistant_id": assistant_id(asked.capability),
        "metadata": {
            **asked.metadata,
            "graph_id": asked.capability,
            "assistant_id": assistant_id(asked.capability),
        },
        "status": run.status.value,
        "kwargs": {**asked.kwargs, "input": asked.input},
        "multitask_strategy": asked.multitask.value,
        "created_at": told(run.created_at),
        "updated_at": told(run.updated_at),
    }


def run_path(run: ThreadRun) -> str:
    """Return the path of a run; a client reads both ids from it."""
    return f"/threads/{run.thread_id}/runs/{run_uuid(run.run_id)}"


def state_shown(thread_id: GraphThreadId, state: ThreadState) -> Shown:
    """Return a state of a thread."""
    return {
        "values": state.values,
        "next": state.next,
        "tasks": [_task(thread_id, task) for task in state.tasks],
        "metadata": _metadata(thread_id, state.metadata),
        "created_at": state.created_at,
        "checkpoint": checkpoint_shown(thread_id, state.checkpoint_id, state.checkpoint_ns),
        "parent_checkpoint": checkpoint_shown(
            thread_id, state.parent_checkpoint_id, state.checkpoint_ns
        ),
        "interrupts": [_pause(pause) for pause in state.pauses],
        "checkpoint_id": state.checkpoint_id,
        "parent_checkpoint_id": state.parent_checkpoint_id,
    }


def checkpoint_shown(thread_id: GraphThreadId, checkpoint_id: str | None, ns: str) -> Shown | None:
    """Return where a state is kept; None for a thread that was never run."""
    if checkpoint_id is None:
        return None
    return {"thread_id": thread_id, "checkpoint_ns": ns, "checkpoint_id": checkpoint_id}


def waited_shown(waited: Waited) -> Shown:
    """Return how a run ended: its values, what it waits for, or its error."""
    if waited.error is not None:
        return {"__error__": waited.error}
    shown: Shown = dict(waited.values or {})
    if waited.pauses:
        shown["__interrupt__"] = interrupts_shown(waited.pauses)
    return shown


def interrupts_shown(pauses: Sequence[Pause]) -> list[Shown]:
    """Return interrupts as streams and `wait` tell them."""
    return [{**_pause(pause), "response_schema": pause.response_schema} for pause in pauses]


def told_data(event: ThreadEvent, run: ThreadRun) -> Json:
    """Return what a frame tells; where it names the run, by the id that clients know."""
    if isinstance(event.data, Mapping) and event.data.get("run_id") == run.run_id:
        return {**event.data, "run_id": run_uuid(run.run_id)}
    return event.data


def selected(shown: Shown, fields: Sequence[str] | None) -> Shown:
    """Return only the fields that a client asked for."""
    return shown if fields is None else {k: v for k, v in shown.items() if k in fields}


def _metadata(thread_id: GraphThreadId, metadata: Mapping[str, Json] | None) -> Json:
    """Return a state's metadata with the ids that clients know."""
    if metadata is None:
        return None
    shown: Shown = {**metadata, "thread_id": thread_id}
    if isinstance(run_id := metadata.get("run_id"), str) and run_id.startswith(_OF_RUNS):
        shown["run_id"] = run_uuid(RunId(run_id))
    return shown


def _by_task(pauses: Sequence[Pause]) -> Mapping[str, list[Shown]]:
    found: dict[str, list[Shown]] = {}
    for pause in pauses:
        found.setdefault(pause.task_id, []).append(_pause(pause))
    return found


def _pause(pause: Pause) -> Shown:
    return {"id": pause.interrupt_id, "value": pause.value}


def _task(thread_id: GraphThreadId, task: StateTask) -> Shown:
    return {
        "id": task.task_id,
        "name": task.name,
        "path": task.path,
        "error": task.error,
        "interrupts": [_pause(pause) for pause in task.pauses],
        "checkpoint": task.checkpoint,
        "state": None if task.state is None else state_shown(thread_id, task.state),
        "result": task.result,
    }
