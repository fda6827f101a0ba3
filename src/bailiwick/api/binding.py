"""Hands a well-formed request to its endpoint directly.

FastAPI's general way to find out what an endpoint takes costs a third of a hot request. Most of our
endpoints that are asked often take the same: the request, its caller, and one body. Whatever is not
plainly well-formed goes the general way, which tells what is wrong with it.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

from fastapi.dependencies.models import Dependant
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bailiwick.api.caller import Gate
from bailiwick.api.reply import JSON
from bailiwick.api.tracing import Handler


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plain:
    """An endpoint that takes a caller and a body, and perhaps the request."""

    endpoint: Callable[..., Coroutine[Any, Any, Response]]
    request: str | None
    """The parameter's name; None when it takes none."""
    caller: str
    gate: Gate
    body: str
    model: type[BaseModel]


def bound(dependant: Dependant, general: Handler, *, embedded: bool) -> Handler:
    """Return a handler that answers as the general one does, sooner if it can.

    `embedded` says that the body has a key for each of its parameters.
    """
    plain = None if embedded else _plain(dependant)
    if plain is None:
        return general

    async def handling(request: Request) -> Response:
        if request.headers.get("content-type") != JSON:
            return await general(request)
        try:
            body = plain.model.model_validate_json(await request.body())
        except (ValidationError, ClientDisconnect):
            return await general(request)
        taken: dict[str, object] = {plain.caller: await plain.gate(request), plain.body: body}
        if plain.request is not None:
            taken[plain.request] = request
        return await plain.endpoint(**taken)

    return handling


def _plain(dependant: Dependant) -> _Plain | None:
    """Read what an endpoint takes; None when it takes anything else."""
    others = (
        *dependant.path_params,
        *dependant.query_params,
        *dependant.header_params,
        *dependant.cookie_params,
        *filter(None, (dependant.response_param_name, dependant.background_tasks_param_name)),
        *filter(None, (dependant.http_connection_param_name,)),
    )
    if others or len(dependant.body_params) != 1 or len(dependant.dependencies) != 1:
        return None
    (inner,), (body,) = dependant.dependencies, dependant.body_params
    model: object = body.field_info.annotation
    if (
        not isinstance(inner.call, Gate)
        or inner.name is None
        or not iscoroutinefunction(dependant.call)
        or not (isinstance(model, type) and issubclass(model, BaseModel))
        or not body.field_info.is_required()
    ):
        return None
    return _Plain(
        endpoint=dependant.call,
        request=dependant.request_param_name,
        caller=inner.name,
        gate=inner.call,
        body=body.name,
        model=model,
    )
