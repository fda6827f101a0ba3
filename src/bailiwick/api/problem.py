"""Errors as answers: one table from faults to status, and two shapes to tell them in.

Routes of our own API answer `application/problem+json` (RFC 9457); those that speak another
server's protocol answer `{"detail": ...}`. A route chooses by its class, a path without a route by
its prefix. No answer quotes what the caller sent beyond the names of its fields.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Final, TypeVar

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bailiwick.api.reply import encoded
from bailiwick.domain.fault import (
    BailiwickFault,
    HaltedFault,
    InputFault,
    IntegrityFault,
    PortFault,
    SettingsFault,
)
from bailiwick.engine.campaign.changing import UnableToChangeStaleCampaign, UnableToFindCampaign
from bailiwick.engine.campaign.filtering import UnableToChangeStaleFilter, UnableToFindFilter
from bailiwick.engine.campaign.steering import UnableToFindRecipient
from bailiwick.engine.crons import UnableToFindCron
from bailiwick.engine.pool.scheduling import UnableToFindSchedule
from bailiwick.engine.thread_faults import UnableToFindThread, UnableToTakeThread

T = TypeVar("T")

OWN_PREFIX: Final = "/api/"
PROBLEM_JSON: Final = "application/problem+json"
ERRORS_COUNT_MAX: Final = 20  # ours: what is wrong with a body, as far as anybody reads
RETRY_SECONDS: Final = 1  # ours: what is busy is asked again after this long


class Shape(StrEnum):
    """How an error is told."""

    PROBLEM = "problem"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong, for the caller."""

    status: int
    detail: str
    kind: str = "about:blank"
    """The fault's name; `about:blank` when the status says it all."""
    errors: tuple[Mapping[str, object], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Refusal(Exception):
    """The surface refuses a request; carries what to answer. Not a fault: nothing is broken."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


STATUS: Final[tuple[tuple[type[BailiwickFault], int], ...]] = (
    (UnableToFindThread, HTTPStatus.NOT_FOUND),
    (UnableToFindCron, HTTPStatus.NOT_FOUND),
    (UnableToFindSchedule, HTTPStatus.NOT_FOUND),
    (UnableToFindCampaign, HTTPStatus.NOT_FOUND),
    (UnableToFindRecipient, HTTPStatus.NOT_FOUND),
    (UnableToFindFilter, HTTPStatus.NOT_FOUND),
    (UnableToTakeThread, HTTPStatus.CONFLICT),
    (UnableToChangeStaleCampaign, HTTPStatus.CONFLICT),
    (UnableToChangeStaleFilter, HTTPStatus.CONFLICT),
    (HaltedFault, HTTPStatus.SERVICE_UNAVAILABLE),
    (InputFault, HTTPStatus.UNPROCESSABLE_ENTITY),
    (IntegrityFault, HTTPStatus.CONFLICT),
    (SettingsFault, HTTPStatus.CONFLICT),
    (PortFault, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""Fault to status; the first that fits counts, so put a subclass before its parent."""


def refuse(status: int, detail: str, *, kind: str = "about:blank", **headers: str) -> Refusal:
    """Return a refusal to raise; headers are named with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refusal(Problem(status=status, detail=detail, kind=kind, headers=named))


def missing(what: str, which: str) -> Refusal:
    """Return the 404 for an id that does not exist here, or is another workspace's: same words."""
    return refuse(HTTPStatus.NOT_FOUND, f"there is no {what} {which!r} here")


def present(found: T | None, what: str, which: str) -> T:
    """Return what was found. Raises Refusal (404) when nothing was."""
    if found is None:
        raise missing(what, which)
    return found


def problem_of(error: Exception) -> Problem:
    """Return what to tell a caller about an exception; anything unforeseen says nothing of it."""
    if isinstance(error, Refusal):
        return error.problem
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        headers = dict(error.headers or {})
        return Problem(status=error.status_code, detail=str(error.detail), headers=headers)
    if isinstance(error, BailiwickFault):
        return _fault(error)
    detail = "something unforeseen happened; it was recorded under this request's id"
    return Problem(status=HTTPStatus.INTERNAL_SERVER_ERROR, detail=detail)


def answer(problem: Problem, shape: Shape) -> Response:
    """Return the response that tells a problem in a shape."""
    body: dict[str, object] = {"detail": problem.detail}
    media_type = "application/json"
    if shape is Shape.PROBLEM:
        media_type = PROBLEM_JSON
        title = HTTPStatus(problem.status).phrase
        body = {"type": problem.kind, "title": title, "status": problem.status, **body}
    if problem.errors:
        body["errors"] = problem.errors
    return Response(encoded(body), problem.status, dict(problem.headers), media_type)


def shape_of(request: Request) -> Shape:
    """Return how this request's route tells errors."""
    chosen = getattr(request.scope.get("route"), "error_shape", None)
    if isinstance(chosen, Shape):
        return chosen
    return shape_of_path(str(request.scope["path"]))


def shape_of_path(path: str) -> Shape:
    """Return how errors are told where no route was found yet."""
    return Shape.PROBLEM if path.startswith(OWN_PREFIX) else Shape.DETAIL


async def answer_error(request: Request, error: Exception) -> Response:
    """Tell an exception in the shape of its route; FastAPI calls this."""
    return answer(problem_of(error), shape_of(request))


def _fault(fault: BailiwickFault) -> Problem:
    status = next((code for kind, code in STATUS if isinstance(fault, kind)), 500)
    headers = {"retry-after": str(RETRY_SECONDS)} if fault.retryable else {}
    return Problem(status=status, detail=str(fault), kind=_name(fault), headers=headers)


def _name(fault: BailiwickFault) -> str:
    return f"urn:bailiwick:fault:{type(fault).__name__}"


def _invalid(error: RequestValidationError) -> Problem:
    found = [_wrong(e["loc"], e["msg"], e["type"]) for e in error.errors()[:ERRORS_COUNT_MAX]]
    first = next(iter(found), {"loc": "the request", "msg": "it cannot be read"})
    return Problem(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail=f"{first['loc']}: {first['msg']}",
        errors=tuple(found),
    )


def _wrong(place: Iterable[object], message: object, kind: object) -> dict[str, str]:
    return {"loc": ".".join(map(str, place)), "msg": str(message), "type": str(kind)}
