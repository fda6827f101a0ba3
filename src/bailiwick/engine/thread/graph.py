"""A capability's graph with a saver for one thread, and its states in the words of callers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import ApprovalId, WorkspaceId
from bailiwick.domain.thread import (
    CheckpointId,
    GraphThreadId,
    Pause,
    StateTask,
    ThreadState,
)
from bailiwick.engine.checkpoint.book import NO_MIGRATION, CheckpointBook
from bailiwick.engine.checkpoint.saver import CheckpointSaver, Leases
from bailiwick.engine.checkpoint.shape import Migration
from bailiwick.engine.thread.parts import ThreadParts
from bailiwick.kit.json_value import Json
from bailiwick.kit.plain import plain
from bailiwick.ports.threads import ThreadLease, ThreadRow
from bailiwick.ports.unit import Unit

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig
    from langgraph.graph import ThreadGraph
    from langgraph.types import Interrupt, PregelTask, StateSnapshot


class UnableToResumeThread(IntegrityFault):
    """The graph was changed while the thread waited in it, and nobody said how to go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A graph that reads and writes the checkpoints of one thread."""

    graph: "ThreadGraph"
    saver: CheckpointSaver
    spec: Spec
    shape: str
    migrates: bool = False
    """Whether the thread waits in an older shape, whose names are translated as it is read."""

    @property
    def gated(self) -> bool:
        """Whether it waits for cards rather than for answers to its own questions."""
        return self.spec.intake is not Intake.STATE


def open_graph(
    parts: ThreadParts,
    workspace_id: WorkspaceId,
    thread: ThreadRow,
    capability: str,
    *,
    leases: Leases,
    anew: bool = False,
) -> Opened:
    """Return a capability's graph for a thread; `anew` when nothing goes on that waited.

    Raises UnableToLoadCapability, and UnableToResumeThread when the thread waits in a graph of
    another shape for which there is no migration.
    """
    form = parts.graphs.thread_form(capability)
    migration = NO_MIGRATION if anew else _migration(parts, thread, capability, form.shape)
    book = CheckpointBook(
        workspace_id=workspace_id,
        keyring=parts.keyring,
        codec=form.codec,
        migration=migration,
    )
    saver = CheckpointSaver(
        units=parts.units,
        writes=parts.group,
        book=book,
        clock=parts.clock,
        ids=parts.ids,
        leases=leases,
    )
    spec = parts.graphs.spec(capability)
    return Opened(
        graph=form.on(saver),
        saver=saver,
        spec=spec,
        shape=form.shape,
        migrates=migration is not NO_MIGRATION,
    )


def open_to_write(
    parts: ThreadParts,
    workspace_id: WorkspaceId,
    thread: ThreadRow,
    capability: str,
    *,
    lease: ThreadLease,
    anew: bool = False,
) -> tuple[Opened, bool]:
    """Return a graph for whoever holds the thread, and whether its state was taken over.

    What waited in an older shape is stored in the present one first, so that nothing reads it half
    in old words. Raises what `open_graph` does, and LostThread.
    """

    def leases(_unit: Unit, _thread_id: GraphThreadId) -> ThreadLease:
        return lease

    opened = open_graph(parts, workspace_id, thread, capability, leases=leases, anew=anew)
    if not opened.migrates:
        return opened, False
    with parts.units.write(records=False) as unit:
        opened.saver.adopt(unit, thread.thread_id)
        current = unit.threads.get(thread.thread_id)
        assert current is not None, "its lease was just shown"
        moved = replace(current, paused_shape=opened.shape, paused_version=opened.spec.version)
        unit.threads.save(moved)
        unit.commit()
    return open_graph(parts, workspace_id, moved, capability, leases=leases), True


async def standing(opened: Opened, thread_id: GraphThreadId) -> ThreadState:
    """Return where a thread stands, with all that its tasks have written. Raises LostThread."""
    await opened.saver.flush()
    where = {"configurable": {"thread_id": thread_id, "checkpoint_ns": ""}}
    return state_of(await opened.graph.aget_state(where), gated=opened.gated)


def _migration(parts: ThreadParts, thread: ThreadRow, capability: str, shape: str) -> Migration:
    if thread.capability != capability or thread.paused_shape in {"", shape}:
        return NO_MIGRATION
    found = parts.graphs.migrations(capability).get(thread.paused_shape)
    if found is None:
        message = (
            f"thread {thread.thread_id} waits in version {thread.paused_version} of "
            f"{capability!r}, whose nodes or state keys are no longer those of the program (shape "
            f"{thread.paused_shape[:12]}, now {shape[:12]}): add a Migration for the old shape to "
            "MIGRATIONS in the capability's graph.py, or cancel the thread"
        )
        raise UnableToResumeThread(message)
    return found


def state_of(snapshot: "StateSnapshot", *, gated: bool) -> ThreadState:
    """Return a state as callers see it."""
    where = _where(snapshot.config)
    tasks = tuple(_task(task, gated=gated) for task in snapshot.tasks)
    never_run = snapshot.created_at is None
    return ThreadState(
        values=values_of(snapshot.values),
        next=tuple(snapshot.next),
        tasks=tasks,
        metadata=None if never_run else _mapping(snapshot.metadata),
        created_at=snapshot.created_at,
        checkpoint_id=None if never_run else CheckpointId(str(where.get("checkpoint_id"))),
        checkpoint_ns=str(where.get("checkpoint_ns") or ""),
        parent_checkpoint_id=_parent(snapshot),
        pauses=tuple(pause for task in tasks for pause in task.pauses),
    )


def values_of(values: object) -> Mapping[str, Json]:
    """Return a graph's values as JSON."""
    told = plain(values)
    return cast("Mapping[str, Json]", told) if isinstance(told, Mapping) else {}


def pause_of(found: "Interrupt[Any]", task_id: str, *, gated: bool) -> Pause:
    """Return an interrupt as callers see it, with the card that is the truth of it."""
    value = plain(found.value)
    return Pause(
        interrupt_id=found.id,
        task_id=task_id,
        value=value,
        response_schema=_mapping(found.response_schema),
        approval_id=_approval(value) if gated else None,
    )


def _approval(value: Json) -> ApprovalId | None:
    if not isinstance(value, Mapping):
        return None
    own = cast("Mapping[str, Json]", value).get("bailiwick")
    if not isinstance(own, Mapping):
        return None
    found = cast("Mapping[str, Json]", own).get("approval_id")
    return ApprovalId(found) if isinstance(found, str) else None


def _task(task: "PregelTask", *, gated: bool) -> StateTask:
    inner = task.state
    is_snapshot = inner is not None and hasattr(inner, "tasks")
    return StateTask(
        task_id=task.id,
        name=task.name,
        path=tuple(plain(part) for part in cast("tuple[object, ...]", task.path)),
        error=None if task.error is None else str(task.error),
        pauses=tuple(pause_of(one, task.id, gated=gated) for one in task.interrupts),
        checkpoint=None,
        state=state_of(cast("StateSnapshot", inner), gated=gated) if is_snapshot else None,
        result=plain(task.result),
    )


def _parent(snapshot: "StateSnapshot") -> CheckpointId | None:
    if snapshot.parent_config is None:
        return None
    found = _where(snapshot.parent_config).get("checkpoint_id")
    return CheckpointId(str(found)) if found else None


def _mapping(value: object) -> Mapping[str, Json] | None:
    return None if value is None else cast("Mapping[str, Json]", plain(value))


def _where(config: "RunnableConfig") -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", config.get("configurable") or {})
