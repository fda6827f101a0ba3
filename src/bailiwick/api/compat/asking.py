"""From what a client asks of a thread to what the engine is asked, and which rights that takes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from pydantic import JsonValue

from bailiwick.api.compat.bodies import Checkpoint, CommandBody, RunBody
from bailiwick.api.compat.naming import assistant_id, capability_of
from bailiwick.api.problem import Refusal, refuse
from bailiwick.domain.ids import PersonId
from bailiwick.domain.right import Right
from bailiwick.domain.thread import CheckpointId, Command, Goto, Multitask, NewRun, StreamMode
from bailiwick.kit.json_value import Json

GOTO_COUNT_MAX: Final = 50  # ours: nodes that one command sends a thread to
_NO_WEBHOOK: Final = "webhook is not taken here; register an endpoint under /api/v1/webhooks"
_NO_GOTO: Final = "goto is the name of a node, {'node': ..., 'input': ...}, or a list of those"
_ALIASES: Final = {"messages-tuple": StreamMode.MESSAGES}
_KEPT: Final = frozenset(
    {"config", "context", "stream_mode", "stream_subgraphs", "stream_resumable"}
)
"""What a run gives back of its request beside its input and metadata."""


def asked_of(
    body: RunBody, *, by: PersonId, at: datetime, forget: bool = False, waits: bool = False
) -> NewRun:
    """Return what a body asks for. Raises Refusal.

    Who only waits for the end follows no events, unless the body names a stream mode.
    """
    if body.webhook is not None:
        raise _unusable(_NO_WEBHOOK)
    capability = capability_of(body.assistant_id)
    return NewRun(
        capability=capability,
        assistant_id=assistant_id(capability),
        input=body.input,
        command=None if body.command is None else command_of(body.command),
        checkpoint_id=_checkpoint(body.checkpoint, body.checkpoint_id),
        multitask=Multitask(body.multitask_strategy),
        stream_modes=modes_of(body.stream_mode, default=() if waits else (StreamMode.VALUES,)),
        stream_subgraphs=body.stream_subgraphs,
        interrupt_before=_nodes(body.interrupt_before),
        interrupt_after=_nodes(body.interrupt_after),
        metadata=body.metadata,
        config=body.config or {},
        kwargs=body.model_dump(mode="json", include=set(_KEPT), exclude_unset=True),
        due_at=at + timedelta(seconds=body.after_seconds) if body.after_seconds else None,
        forget=forget,
        requested_by=by,
    )


def rights_for(body: RunBody) -> tuple[Right, ...]:
    """Return what a caller must be allowed beside starting runs."""
    found: list[Right] = []
    command = body.command
    if command is not None and resumes(command):
        found.append(Right.DECIDE)
    rewrites = command is not None and (command.update is not None or command.goto is not None)
    if rewrites or _checkpoint(body.checkpoint, body.checkpoint_id) is not None:
        found.append(Right.EDIT_STATE)
    return tuple(found)


def resumes(command: CommandBody) -> bool:
    """Tell whether a command carries an answer; null is one, and leaving it out is none."""
    return "resume" in command.model_fields_set


def command_of(command: CommandBody) -> Command:
    """Return a command as the engine takes it. Raises Refusal."""
    return Command(
        resume=command.resume,
        has_resume=resumes(command),
        update=command.update,
        goto=_goto(command.goto),
    )


def modes_of(
    named: str | Sequence[str] | None, *, default: tuple[StreamMode, ...]
) -> tuple[StreamMode, ...]:
    """Return stream modes by name. Raises Refusal for one that is not offered."""
    if named is None:
        return default
    names = (named,) if isinstance(named, str) else tuple(named)
    unknown = [name for name in names if name not in _ALIASES and name not in set(StreamMode)]
    if unknown:
        offered = ", ".join(sorted({*StreamMode, *_ALIASES}))
        detail = f"stream mode {unknown[0][:40]!r} is not offered; offered are: {offered}"
        raise _unusable(detail)
    return tuple(dict.fromkeys(_ALIASES.get(name) or StreamMode(name) for name in names))


def _goto(value: JsonValue) -> tuple[Goto, ...]:
    if value is None:
        return ()
    listed: Sequence[Json] = value if isinstance(value, list) else (value,)
    if len(listed) > GOTO_COUNT_MAX:
        detail = f"goto names at most {GOTO_COUNT_MAX} nodes"
        raise _unusable(detail)
    return tuple(_one_goto(one) for one in listed)


def _one_goto(value: Json) -> Goto:
    if isinstance(value, str):
        return Goto(node=value)
    if isinstance(value, dict) and isinstance(node := value.get("node"), str):
        return Goto(node=node, payload=value.get("input"))
    raise _unusable(_NO_GOTO)


def _nodes(named: str | Sequence[str] | None) -> tuple[str, ...]:
    if named is None:
        return ()
    return (named,) if isinstance(named, str) else tuple(named)


def _checkpoint(checkpoint: Checkpoint | None, named: str | None) -> CheckpointId | None:
    found = named or (checkpoint.checkpoint_id if checkpoint else None)
    return None if found is None else CheckpointId(found)


def _unusable(detail: str) -> Refusal:
    return refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
