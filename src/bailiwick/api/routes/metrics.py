"""The numbers of a workspace, for Prometheus."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.domain.pool import Pool
from bailiwick.domain.right import Right
from bailiwick.observe.metrics import CONTENT_TYPE, Process, exposition

router = APIRouter(tags=["system"])


@router.get(
    "/metrics",
    operation_id="metrics",
    responses={
        200: {"content": {"text/plain": {}}, "description": "Prometheus' text form"},
        401: {"description": "Nobody is logged in and no key was sent"},
        403: {"description": "The law does not grant this to the caller"},
    },
)
def metrics(caller: Annotated[Caller, may(Right.OPERATE, whole=True)]) -> Response:
    """Tell the numbers of the caller's workspace and of this process, for Prometheus."""
    with caller.units.read() as unit:
        depths = {pool.value: unit.jobs.depth(pool) for pool in Pool}
    observation = caller.application.observation
    process = Process(spans_dropped_count=observation.spans_dropped_count, depths=depths)
    found = {str(caller.workspace): observation.figures.read()}
    return Response(exposition(found, process), media_type=CONTENT_TYPE)
