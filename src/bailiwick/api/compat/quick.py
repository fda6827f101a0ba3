"""The hot route: a stateless run that is carried out where it was asked for, one commit away.

A graph that never pauses needs no thread, no queue and no stream. One that may pause is walked to
its pause, and stored with its thread at once (decision 0034).
"""

from contextlib import suppress
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bailiwick.api.caller import Caller
from bailiwick.api.compat.answers import busy
from bailiwick.api.compat.asking import asked_of
from bailiwick.api.compat.bodies import RunBody
from bailiwick.api.compat.following import BREATH_SECONDS, come_to
from bailiwick.api.compat.naming import capability_of, run_uuid
from bailiwick.api.problem import refuse
from bailiwick.api.reach import require_input
from bailiwick.api.reply import ready
from bailiwick.control.load import UnableToLoadCapability
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.engine.runs.requests import RequestRefused, RunAccepted, RunRequest
from bailiwick.kit.json_value import Json
from bailiwick.ports.queue import Full

_NEEDS_A_THREAD: Final = frozenset(
    {
        "command",
        "checkpoint",
        "checkpoint_id",
        "interrupt_before",
        "interrupt_after",
        "stream_mode",
        "webhook",
        "after_seconds",
    }
)
"""What a run without a thread cannot honour; `on_completion: keep` is one, too."""


async def warmed(caller: Caller, body: RunBody) -> None:
    """Load what walks a run on a thread, the first time: meanwhile others are answered.

    Raises Refusal for an assistant that is not there.
    """
    capability, runs = capability_of(body.assistant_id), caller.application.runs
    if not runs.is_warm(capability):
        with suppress(UnableToLoadCapability):  # whoever takes the run says so
            await run_in_threadpool(runs.warm, capability)


def takes(caller: Caller, body: RunBody) -> bool:
    """Tell whether a body asks for nothing but the final state of a graph that never pauses.

    Raises Refusal for an assistant that is not there.
    """
    capability = capability_of(body.assistant_id)
    return _is_plain(body) and caller.application.runs.inline.takes(capability)


def begins(caller: Caller, body: RunBody) -> bool:
    """Tell whether a body asks for nothing but how far a graph comes that may pause.

    Raises Refusal for an assistant that is not there.
    """
    capability = capability_of(body.assistant_id)
    return _is_plain(body) and caller.application.runs.inline.begins(capability)


def _is_plain(body: RunBody) -> bool:
    asked = body.model_fields_set & _NEEDS_A_THREAD
    return body.on_completion != "keep" and not any(getattr(body, name) for name in asked)


async def carried_out(caller: Caller, body: RunBody) -> Response:
    """Return what a run comes to that was carried out here. Raises Refusal."""
    wanted = RunRequest(
        capability=capability_of(body.assistant_id),
        input=body.input or {},
        requested_by=caller.person_id,
    )
    if caller.limited:
        await run_in_threadpool(require_input, caller, lambda: body.model_dump(mode="json"))
    found = await caller.application.runs.inline.carry_out(wanted)
    if isinstance(found, Full):
        raise busy(found)
    if isinstance(found, RequestRefused):
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, found.message)
    assert not isinstance(found, RunAccepted), "a request without a key names no other run"
    headers = {"content-location": f"/runs/{run_uuid(found.run_id)}"}
    return ready(_end(found), headers=headers)


async def begun(caller: Caller, body: RunBody) -> Response | None:
    """Return how far a run came that was walked here; None when it is its pool's. Raises Refusal.

    The thread is there under the name that the answer gives it, as if a pool had made it.
    """
    at = caller.application.clock.now()
    asked = asked_of(body, by=caller.person_id, at=at, forget=True, waits=True)
    if caller.limited:
        await run_in_threadpool(require_input, caller, lambda: body.model_dump(mode="json"))
    found = await caller.application.threads.begin(
        asked, by=caller.person_id, seconds_max=BREATH_SECONDS
    )
    if isinstance(found, Full):
        raise busy(found)
    return None if found is None else come_to(found)


def _end(run: RunRow) -> Json:
    if run.status == RunStatus.DONE:
        return run.result
    return {"__error__": {"error": run.status, "message": run.reason}}
