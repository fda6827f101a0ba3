"""Answers that the compatible routes share: a router, pages, and the caller's threads."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from bailiwick.api.caller import Caller, Gate
from bailiwick.api.problem import Refusal, refuse
from bailiwick.api.reply import ready
from bailiwick.api.routing import DetailRoute
from bailiwick.domain.right import Right
from bailiwick.ports.queue import Full

TOTAL: Final = "x-pagination-total"
NEXT: Final = "x-pagination-next"
_DETAIL: Final = {"application/json": {"schema": {"type": "object"}}}
REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    code: {"description": what, "content": _DETAIL}
    for code, what in (
        (400, "The body cannot be read"),
        (401, "No key was sent"),
        (403, "The law does not grant this to the caller"),
        (404, "There is no such thing in the caller's reach"),
        (409, "Its state does not allow it"),
        (413, "The body is too long"),
        (422, "What was sent cannot be used"),
        (423, "Somebody else holds it"),
        (429, "Too much at once; see Retry-After"),
        (503, "Stopped, or a part does not answer"),
    )
}
"""The refusals that any route may give, each as `{"detail": ...}`."""


def compat_router(tag: str) -> APIRouter:
    """Return a router at the root whose errors are `{"detail": ...}`."""
    return APIRouter(tags=[tag], route_class=DetailRoute, responses=REFUSALS)


def paged(items: Sequence[object], *, total: int, offset: int, limit: int) -> Response:
    """Return a page as an array, with its place in headers."""
    headers = {TOTAL: str(total)}
    if offset + limit < total:
        headers[NEXT] = str(offset + limit)
    return ready(items, headers=headers)


def done() -> Response:
    """Return that something was done and there is nothing to tell."""
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def require(request: Request, *rights: Right) -> Caller:
    """Let a caller go on who has these rights as well. Raises Refusal (401, 403)."""
    assert rights, "a route asks for something"
    return [await Gate(right)(request) for right in rights][-1]


def busy(full: Full) -> Refusal:
    """Return the 429 for a pool that takes no more now."""
    detail = f"the pool {full.pool.value} takes no more now; nothing was stored"
    after = str(full.retry_after_seconds)
    return refuse(HTTPStatus.TOO_MANY_REQUESTS, detail, retry_after=after)
