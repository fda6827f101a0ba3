"""Whether the process lives, whether it can work, and what it has loaded; public, no personal data.

`/livez` asks nothing. `/readyz` asks the database, the disk and the schema, and says no within two
seconds when one of them hangs.
"""

import asyncio
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from bailiwick.api.caller import public, service_of
from bailiwick.api.reply import ready
from bailiwick.control.registry import CAPABILITIES
from bailiwick.wiring.readiness import Check

READY_SECONDS_MAX: Final = 1.5  # reliability: an answer within 2 s, whatever hangs

router = APIRouter(tags=["system"], dependencies=[public()])


@router.get("/livez", operation_id="livez")
async def livez() -> Response:
    """Tell that the process answers."""
    return ready({"status": "ok"})


@router.get("/readyz", operation_id="readyz", responses={503: {"description": "Not ready"}})
async def readyz(request: Request) -> Response:
    """Tell whether requests can be served: database, schema and disk."""
    asking = asyncio.create_task(asyncio.to_thread(service_of(request).readiness.checks))
    done, _ = await asyncio.wait({asking}, timeout=READY_SECONDS_MAX)
    if done:
        checks = asking.result()
    else:
        why = f"no answer within {READY_SECONDS_MAX} s"
        checks = (Check(name="database", passed=False, detail=why),)
    passed = all(check.passed for check in checks)
    status = HTTPStatus.OK if passed else HTTPStatus.SERVICE_UNAVAILABLE
    return ready({"status": "ok" if passed else "not ready", "checks": checks}, status=status)


@router.get("/health", operation_id="health")
async def health(request: Request) -> Response:
    """Tell which graphs there are and which of them are compiled; loads none of them."""
    compiled = sorted(service_of(request).compiled())
    return ready({"status": "ok", "graphs": list(CAPABILITIES), "compiled": compiled})
