"""The hot route: a stateless run of a graph that never pauses, carried out where it was asked for.

Nothing of it needs a thread, a queue or a stream, so the answer is one commit away.
"""

from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bailiwick.api.caller import Caller
from bailiwick.api.compat.answers import busy
from bailiwick.api.compat.bodies import RunBody
from bailiwick.api.compat.naming import capability_of, run_uuid
from bailiwick.api.problem import refuse
from bailiwick.api.reach import require_input
from bailiwick.api.reply import ready
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.engine.requests import RequestRefused, RunAccepted, RunRequest
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


def takes(caller: Caller, body: RunBody) -> bool:
    """Tell whether a body asks for nothing but the final state of a graph that never pauses.

    Raises Refusal for an assistant that is not there.
    """
    asked = body.model_fields_set & _NEEDS_A_THREAD
    if any(getattr(body, name) for name in asked) or body.on_completion == "keep":
        return False
    capability = capability_of(body.assistant_id)
    return caller.application.runs.inline.takes(capability)


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


def _end(run: RunRow) -> Json:
    if run.status == RunStatus.DONE:
        return run.result
    return {"__error__": {"error": run.status, "message": run.reason}}
