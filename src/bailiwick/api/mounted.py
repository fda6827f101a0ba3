"""A part of another package that answers under a path here, for callers who were let in.

Host, origin and size are checked by the guard and the key by the same admission as for routes; the
part finds who calls beside the request, under `ADMISSION_STATE`.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus

from fastapi.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from bailiwick.api.caller import admitted
from bailiwick.api.problem import refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """What answers POSTs to a path."""

    path: str
    app: ASGIApp
    running: Callable[[], AbstractAsyncContextManager[None]]
    """Entered while the application serves."""


class Admitting:
    """Lets nobody reach a mounted part whom the door does not know."""

    def __init__(self, part: Mounted) -> None:
        self._part = part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on. Raises Refusal: 405 for other methods, 401 for nobody."""
        if scope["method"] != "POST":
            detail = f"{self._part.path} takes POST; there is no session to listen to or to end"
            raise refuse(HTTPStatus.METHOD_NOT_ALLOWED, detail, allow="POST")
        await admitted(HTTPConnection(scope))
        await self._part.app(scope, receive, send)
