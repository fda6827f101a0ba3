"""Routers of our own API: prefix, error shape and documented refusals are the same everywhere."""

from typing import Any, Final

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel

from bailiwick.api.binding import bound
from bailiwick.api.idempotency import once
from bailiwick.api.problem import PROBLEM_JSON, Shape
from bailiwick.api.tracing import Handler, traced

OWN_PREFIX: Final = "/api/v1"


class ProblemBody(BaseModel):
    """What an error of our own API looks like (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, object]] | None = None


class OwnRoute(APIRoute):
    """A route of our own API."""

    error_shape = Shape.PROBLEM

    def get_route_handler(self) -> Handler:
        """Return the route's handler, which is traced and executes a keyed POST once."""
        return traced(once(_bound(self, super().get_route_handler())), self.path)


class DetailRoute(APIRoute):
    """A route that tells errors as `{"detail": ...}`, as the compatible API does."""

    error_shape = Shape.DETAIL

    def get_route_handler(self) -> Handler:
        """Return the route's handler, traced."""
        return traced(_bound(self, super().get_route_handler()), self.path)


def _bound(route: APIRoute, general: Handler) -> Handler:
    return bound(route.dependant, general, embedded=route._embed_body_fields)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - nothing else tells


_PROBLEM: Final[dict[str, Any]] = {
    "content": {PROBLEM_JSON: {"schema": ProblemBody.model_json_schema()}}
}
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "The body cannot be read", **_PROBLEM},
    401: {"description": "Nobody is logged in and no key was sent", **_PROBLEM},
    403: {"description": "The law does not grant this to the caller", **_PROBLEM},
    404: {"description": "There is no such row in the caller's reach", **_PROBLEM},
    409: {"description": "The row's state does not allow it, or a twin is in flight", **_PROBLEM},
    412: {"description": "The row is newer than If-Match says", **_PROBLEM},
    413: {"description": "The body is too long", **_PROBLEM},
    422: {"description": "What was sent cannot be used", **_PROBLEM},
    429: {"description": "Too much at once; see Retry-After", **_PROBLEM},
    503: {"description": "Stopped, or a part does not answer", **_PROBLEM},
}
"""The refusals that any route may give."""


def own_router(tag: str) -> APIRouter:
    """Return a router under `/api/v1` whose errors are problems; `tag` groups it in the document.

    Each route declares its right: `caller: Annotated[Caller, may(Right.READ)]`.
    """
    return APIRouter(prefix=OWN_PREFIX, tags=[tag], route_class=OwnRoute, responses=PROBLEMS)
