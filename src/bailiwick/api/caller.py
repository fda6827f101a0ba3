"""Who calls: authenticates a request, asks the law for the route's right, gives a frozen Caller.

A route declares its right in its signature and gets the caller from it:

    @router.get("/contacts")
    def contacts(caller: Annotated[Caller, may(Right.READ)]) -> Response: ...

A route without one is refused by a test, not by luck (`tests/api/test_law_of_routes.py`).
"""

from http import HTTPStatus
from typing import Any, Final

from fastapi import Depends
from fastapi.requests import HTTPConnection
from starlette.concurrency import run_in_threadpool

from bailiwick.api.problem import refuse
from bailiwick.api.reach import require_seen
from bailiwick.api.recognition import Recognition
from bailiwick.domain.access import ADMISSION_STATE, Admission, Means
from bailiwick.domain.right import Right
from bailiwick.policy.verdict import Allowed
from bailiwick.wiring.application import Application
from bailiwick.wiring.caller import Caller
from bailiwick.wiring.service import Service

COOKIE: Final = "bailiwick_session"
SECURE_COOKIE: Final = "__Host-bailiwick_session"
"""Over HTTPS; the prefix makes a browser refuse it from anywhere but this very host."""
DEVICE_COOKIE: Final = "bailiwick_device"
SECURE_DEVICE_COOKIE: Final = "__Host-bailiwick_device"
"""Tells the next login that this browser has been logged in before; it opens nothing."""
KEY_HEADER: Final = "x-api-key"
TOKEN_LENGTH_MAX: Final = 256  # ours: our keys have 90 characters; longer ones are nobody's
REFUSED: Final = "urn:bailiwick:refused"


class Gate:
    """A route's declaration of the right that it needs; a FastAPI dependency."""

    def __init__(self, right: Right, *, whole: bool = False) -> None:
        self.right: Final = right
        self.whole: Final = whole

    async def __call__(self, request: HTTPConnection) -> Caller:
        """Return the caller. Raises Refusal: 401 for nobody, 403 when the law says no.

        And 404 when the path names a row that the caller does not see.
        """
        admission = await admitted(request)
        application = service_of(request).application(admission.workspace_id)
        await _require(application, admission, self.right)
        caller = Caller(admission=admission, application=application)
        if caller.limited:
            await self._require_reach(request, caller)
        return caller

    async def _require_reach(self, request: HTTPConnection, caller: Caller) -> None:
        if self.whole:
            detail = "this is about the whole workspace, and you see a part of it"
            raise refuse(HTTPStatus.FORBIDDEN, detail, kind=REFUSED)
        named = {name: str(value) for name, value in request.path_params.items()}
        if named:
            await run_in_threadpool(require_seen, caller, named)


def may(right: Right, *, whole: bool = False) -> Any:  # noqa: ANN401 - what Depends returns
    """Declare the right that a route needs, as an annotation of its caller.

    With `whole` the route is about the workspace as a whole, so that it takes a reach as wide.
    """
    return Depends(Gate(right, whole=whole))


class Public:
    """A route's declaration that nobody needs to be known: health, login, the API's document."""

    async def __call__(self) -> None:
        """Let everybody through."""


def public() -> Any:  # noqa: ANN401 - what FastAPI's own Depends returns
    """Declare that a route is for everybody, among its dependencies."""
    return Depends(Public())


async def _require(application: Application, admission: Admission, right: Right) -> None:
    """Let go on whom the law allows. Raises Refusal (403), which is on record."""
    rights = application.entrance.rights
    verdict = rights.known(admission, right)
    if verdict is None:  # the first question of a workspace loads its law
        verdict = await run_in_threadpool(rights.verdict, admission, right)
    if not isinstance(verdict, Allowed):
        await run_in_threadpool(rights.record_refusal, admission, right, verdict)
        reasons = "; ".join(rule.reason for rule in verdict.rules)
        detail = f"this takes the right to {right.value}: {reasons}"
        raise refuse(HTTPStatus.FORBIDDEN, detail, kind=REFUSED)


def service_of(request: HTTPConnection) -> Service:
    """Return the service that a request came to."""
    found = request.app.state.service
    assert isinstance(found, Service), "build_app puts it there"
    return found


async def admitted(request: HTTPConnection) -> Admission:
    """Tell who calls, once a request. Raises Refusal (401)."""
    found: Admission | None = getattr(request.state, ADMISSION_STATE, None)
    if found is None:
        found = await _recognised(request)
        if found is None:
            detail = "log in, or send an API key in `x-api-key` or `Authorization: Bearer`"
            raise refuse(HTTPStatus.UNAUTHORIZED, detail, www_authenticate="Bearer")
        setattr(request.state, ADMISSION_STATE, found)
    return found


async def unchanged(request: HTTPConnection, caller: Caller) -> bool:
    """Tell whether who calls is still let in, and is who they were: for answers that last long."""
    return await _recognised(request) == caller.admission


async def _recognised(request: HTTPConnection) -> Admission | None:
    """Look up what was presented; a key goes before a cookie, since a browser adds the latter."""
    key = presented_key(request)
    means, token = (Means.KEY, key) if key else (Means.SESSION, presented_session(request))
    if not token or len(token) > TOKEN_LENGTH_MAX:
        return None
    recognition = request.app.state.recognition
    assert isinstance(recognition, Recognition), "build_app puts it there"
    return await recognition.of(means, token)


def presented_key(request: HTTPConnection) -> str:
    """Return the API key of a request, or empty."""
    key = request.headers.get(KEY_HEADER, "").strip()
    if key:
        return key
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def presented_session(request: HTTPConnection) -> str:
    """Return the session token of a request, or empty."""
    return request.cookies.get(SECURE_COOKIE) or request.cookies.get(COOKIE, "")


def presented_device(request: HTTPConnection) -> str:
    """Return what an earlier login gave this browser, or empty."""
    found = request.cookies.get(SECURE_DEVICE_COOKIE) or request.cookies.get(DEVICE_COOKIE, "")
    return found if len(found) <= TOKEN_LENGTH_MAX else ""
