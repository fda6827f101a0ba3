"""Idempotency-Key on every POST of our own API: one execution, and its answer for each repetition.

As Stripe does it: the same key and request get the first status and body again, errors too; another
request under the key is refused; a twin waits for the first to end, and is told 409 when it does
not in time. A request that is refused before anything ran (401, 403, 429, a body that cannot be
read) leaves the key free. An answer too long to be kept is given once; a repetition is told so.
"""

import asyncio
import re
from http import HTTPStatus
from typing import Final

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bailiwick.api.caller import admitted, service_of
from bailiwick.api.problem import Problem, Refusal, answer, problem_of, refuse, shape_of
from bailiwick.api.tracing import Handler
from bailiwick.domain.access import Admission
from bailiwick.domain.fault import BailiwickFault
from bailiwick.domain.ids import PersonId
from bailiwick.domain.kept_answer import Claim, KeptAnswer
from bailiwick.engine.kept_answers import BODY_BYTES_MAX, KEY_LENGTH_MAX, KeptAnswers
from bailiwick.kit.hashing import digest, digest_bytes

HEADER: Final = "idempotency-key"
REPEATED: Final = "idempotent-replayed"
WAIT_SECONDS: Final = 10.0  # ours: a twin waits this long for the first to end
LOOK_SECONDS: Final = 0.1  # ours
_FORM: Final = re.compile(r"[!-~]+")
_KEPT_HEADERS: Final = frozenset({"content-type", "etag", "location", "retry-after"})
_NOT_BEGUN: Final = frozenset(
    {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
)


def once(handler: Handler) -> Handler:
    """Return a handler that executes a keyed POST once."""

    async def handling(request: Request) -> Response:
        key = request.headers.get(HEADER)
        if key is None or request.method != "POST":
            return await handler(request)
        if len(key) > KEY_LENGTH_MAX or not _FORM.fullmatch(key):
            detail = f"Idempotency-Key takes 1 to {KEY_LENGTH_MAX} visible ASCII characters"
            raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
        try:
            admission = await admitted(request)
        except Refusal:
            return await handler(request)  # a public route, or one that says 401 itself
        return await _claimed(handler, request, key, admission)

    return handling


async def _claimed(handler: Handler, request: Request, key: str, admission: Admission) -> Response:
    kept = service_of(request).application(admission.workspace_id).kept_answers
    name = await _request_hash(request, admission)
    by = admission.person_id
    found = await run_in_threadpool(kept.claim, key, name, by=by)
    waited = 0.0
    while found is Claim.IN_FLIGHT and waited < WAIT_SECONDS:
        await asyncio.sleep(LOOK_SECONDS)
        waited += LOOK_SECONDS
        found = await run_in_threadpool(kept.look, key, name, by=by)
    match found:
        case KeptAnswer():
            return _repeated(found)
        case Claim.OTHER:
            detail = "this Idempotency-Key was used for another request; use a new one"
            raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
        case Claim.IN_FLIGHT:
            detail = "a request with this Idempotency-Key has begun and has not answered yet"
            raise refuse(HTTPStatus.CONFLICT, detail, retry_after="1")
        case Claim.FRESH if waited:
            detail = "the first request with this key was refused before it began; send it again"
            raise refuse(HTTPStatus.CONFLICT, detail, retry_after="1")
        case Claim.FRESH:
            return await _executed(handler, request, key, kept=kept, by=by)


async def _executed(
    handler: Handler, request: Request, key: str, *, kept: KeptAnswers, by: PersonId
) -> Response:
    unforeseen: Exception | None = None
    try:
        response = await handler(request)
    except RequestValidationError:
        await run_in_threadpool(kept.release, key, by=by)
        raise
    except (Refusal, HTTPException, BailiwickFault) as error:
        response = answer(problem_of(error), shape_of(request))
    except Exception as error:  # noqa: BLE001 - kept as the 500 that the guard answers and logs
        unforeseen = error
        response = answer(problem_of(error), shape_of(request))
    if response.status_code in _NOT_BEGUN:
        await run_in_threadpool(kept.release, key, by=by)
        return response
    await run_in_threadpool(kept.keep, key, _to_keep(request, response), by=by)
    if unforeseen is not None:
        raise unforeseen
    return response


async def _request_hash(request: Request, admission: Admission) -> str:
    """Name a request, with the limits of the key that sent it: a lesser key repeats no answer."""
    body = await request.body()
    scopes = admission.scopes
    return digest(
        {
            "path": request.url.path,
            "query": request.url.query,
            "body": digest_bytes(body),
            "scopes": None if scopes is None else sorted(scopes),
        }
    )


def _to_keep(request: Request, response: Response) -> KeptAnswer:
    if len(response.body) > BODY_BYTES_MAX:
        detail = (
            f"this request was executed and answered with status {response.status_code}; that "
            "answer was too long to be kept: look up what it did, or use a new key to ask again"
        )
        response = answer(Problem(status=HTTPStatus.CONFLICT, detail=detail), shape_of(request))
    headers = {n: v for n, v in response.headers.items() if n in _KEPT_HEADERS}
    return KeptAnswer(
        status=response.status_code,
        headers=orjson.dumps(headers).decode(),
        body=bytes(response.body),
    )


def _repeated(found: KeptAnswer) -> Response:
    headers: dict[str, str] = orjson.loads(found.headers)
    return Response(found.body, found.status, {**headers, REPEATED: "true"})
