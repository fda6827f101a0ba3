"""One span for each request of somebody known, under the caller's own trace when one is sent."""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bailiwick.api.caller import admitted, service_of
from bailiwick.api.problem import Refusal
from bailiwick.observe.tracing.headers import extract, response_headers
from bailiwick.ports.trace import Attributes, CallShape, SpanName

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def traced(handler: Handler, route: str) -> Handler:
    """Return a handler whose work is one span; the answer names trace and run."""

    async def handling(request: Request) -> Response:
        try:
            admission = await admitted(request)
        except Refusal:
            return await handler(request)  # a public route, or one that says 401 itself
        application = service_of(request).application(admission.workspace_id)
        tracer = application.observation.tracer
        attributes: Attributes = {CallShape.ROUTE: route}
        with tracer.span(SpanName.REQUEST, attributes, parent=extract(request.headers)):
            response = await handler(request)
            for name, value in response_headers().items():
                response.headers.setdefault(name, value)
            return response

    return handling
