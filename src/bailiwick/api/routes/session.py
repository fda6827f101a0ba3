"""Logging in and out, one's own password and sessions.

A session is a cookie that scripts cannot read and other sites cannot send along with a change. Its
workspace is the one that was named at the login; nothing later in a request can choose another.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from bailiwick.api.caller import (
    COOKIE,
    DEVICE_COOKIE,
    SECURE_COOKIE,
    SECURE_DEVICE_COOKIE,
    Caller,
    may,
    presented_device,
    presented_session,
    public,
    service_of,
)
from bailiwick.api.guard import Doorway
from bailiwick.api.problem import Refusal, present, refuse
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.domain.right import Right
from bailiwick.engine.people.login import SESSION_LASTS, Attempt
from bailiwick.engine.people.patience import UnableToLogIn, UnableToLogInYet

ID_LENGTH_MAX: Final = 80  # as long as any id column
DEVICE_LASTS: Final = timedelta(days=400)  # RFC 6265bis 5.5: no cookie is kept for longer

router = own_router("session")
Self = Annotated[Caller, may(Right.SELF)]
_SESSION: Final = (COOKIE, SECURE_COOKIE)
_DEVICE: Final = (DEVICE_COOKIE, SECURE_DEVICE_COOKIE)
Id = Annotated[str, Path(min_length=1, max_length=ID_LENGTH_MAX)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LoginBody(_Body):
    """Who logs in where."""

    email: str = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=256)
    workspace: str = Field(default="", max_length=200)
    """Needed when more than one is served."""


class PasswordBody(_Body):
    """A change of one's own password."""

    old: str = Field(min_length=1, max_length=256)
    new: str = Field(min_length=1, max_length=256)


@router.post("/login", operation_id="login", dependencies=[public()])
def login(request: Request, body: LoginBody) -> Response:
    """Log in; the answer sets the session's cookie, and one by which this browser is known."""
    service = service_of(request)
    served = {w.name: w.workspace_id for w in service.workspaces}
    name = body.workspace or (next(iter(served)) if len(served) == 1 else "")
    if not name:
        detail = "several workspaces are served; say which one"
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    # Which workspaces there are is nobody's business: one that is not there gets the answer of a
    # wrong password, after as long, counted as well; no address has a line break.
    there = name in served
    asked = served[name] if there else next(iter(served.values()))
    attempt = Attempt(
        email=body.email if there else f"{name}\n{body.email}",
        password=body.password,
        origin=request.client.host if request.client is not None else "",
        previous=presented_session(request),
        device=presented_device(request),
    )
    try:
        begun = service.application(asked).entrance.logins.log_in(attempt)
    except UnableToLogInYet as fault:
        raise _not_yet(fault) from fault
    except UnableToLogIn as fault:
        raise refuse(HTTPStatus.UNAUTHORIZED, str(fault)) from fault
    service.forget()
    response = ready(
        {
            "person_id": begun.person.person_id,
            "role": begun.person.role,
            "expires_at": begun.expires_at,
        }
    )
    _bake(request, response, (*_SESSION, begun.token), SESSION_LASTS)
    _bake(request, response, (*_DEVICE, begun.device), DEVICE_LASTS)
    return response


@router.get("/session", operation_id="get_session")
def session(caller: Self) -> Response:
    """Tell who is calling, where, and with which rights."""
    admission = caller.admission
    rights = caller.application.entrance.rights
    granted = rights.of(admission)
    return ready(
        {
            "workspace": caller.application.workspace.name,
            "workspace_id": caller.workspace,
            "person_id": caller.person_id,
            "role": caller.role,
            "means": admission.means,
            "rights": sorted(granted),
            "sees_everything": admission.owners is None,
        }
    )


@router.post("/logout", operation_id="logout", status_code=204)
def logout(request: Request, caller: Self) -> Response:
    """End the session that the request came with."""
    caller.application.entrance.logins.log_out(
        caller.admission.means_id, person_id=caller.person_id
    )
    service_of(request).forget()
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    _bake(request, response, (*_SESSION, ""), timedelta())
    return response


@router.get("/sessions", operation_id="list_sessions")
def sessions(caller: Self) -> Response:
    """Tell where one is logged in."""
    found = caller.application.entrance.logins.sessions(caller.person_id)
    items = [
        {"id": s.session_id, "began_at": s.began_at, "seen_at": s.seen_at,
         "expires_at": s.expires_at, "current": s.session_id == caller.admission.means_id}
        for s in found
    ]  # fmt: skip
    return ready({"items": items, "next_cursor": None})


@router.delete("/sessions/{session_id}", operation_id="end_session", status_code=204)
def end_session(request: Request, caller: Self, session_id: Id) -> Response:
    """Log out of one session of one's own."""
    logins = caller.application.entrance.logins
    ended = logins.log_out(session_id, person_id=caller.person_id)
    present(ended or None, "session", session_id)
    service_of(request).forget()
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.delete("/sessions", operation_id="end_sessions", status_code=204)
def end_sessions(request: Request, caller: Self) -> Response:
    """Log out everywhere."""
    caller.application.entrance.logins.end_all(caller.person_id, by=caller.person_id)
    service_of(request).forget()
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/password", operation_id="change_password", status_code=204)
def change_password(request: Request, caller: Self, body: PasswordBody) -> Response:
    """Set a new password for oneself, knowing the old one; ends all sessions."""
    logins = caller.application.entrance.logins
    try:
        logins.change_password(caller.person_id, old=body.old, new=body.new)
    except UnableToLogInYet as fault:
        raise _not_yet(fault) from fault
    except UnableToLogIn as fault:
        raise refuse(HTTPStatus.FORBIDDEN, str(fault)) from fault
    service_of(request).forget()
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _not_yet(fault: UnableToLogInYet) -> Refusal:
    wait = str(fault.seconds)
    return refuse(HTTPStatus.TOO_MANY_REQUESTS, str(fault), retry_after=wait)


def _bake(
    request: Request, response: Response, baked: tuple[str, str, str], lasts: timedelta
) -> None:
    """Set a cookie: its name, its name over HTTPS and its value."""
    doorway = request.app.state.doorway
    assert isinstance(doorway, Doorway), "build_app puts it there"
    plain, secure, value = baked
    response.set_cookie(
        secure if doorway.secure else plain,
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=doorway.secure,
        httponly=True,
        samesite="lax",
    )
