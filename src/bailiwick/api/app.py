"""`build_app(service)`: the HTTP application, with every router listed in one place."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from bailiwick.api.guard import Doorway, Guard
from bailiwick.api.mounted import Admitting, Mounted
from bailiwick.api.problem import Refusal, answer_error
from bailiwick.api.recognition import Recognition
from bailiwick.api.routes import (
    approvals,
    audit,
    autonomy,
    campaigns,
    capabilities,
    care,
    consents,
    costs,
    effects,
    filters,
    followups,
    health,
    intake,
    keys,
    law,
    live,
    metrics,
    one_click,
    people,
    pools,
    questions,
    recipients,
    records,
    runs,
    schedules,
    scores,
    session,
    signals,
    suppressions,
    tasks,
    teams,
    topics,
    traces,
    webhooks,
)
from bailiwick.api.routes.compat import (
    assistants,
    crons,
    state,
    stateless,
    store,
    streams,
    system,
    threads,
)
from bailiwick.api.routes.compat import runs as thread_runs
from bailiwick.domain.fault import BailiwickFault
from bailiwick.wiring.service import Service

EXPOSED: Final = (
    "x-pagination-total",
    "x-pagination-next",
    "content-location",
    "location",
    "etag",
    "retry-after",
    "x-request-id",
)
"""Headers that pages of allowed origins may read (api-compat, section 5)."""
ACCEPTED: Final = (
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "last-event-id",
    "x-api-key",
    "x-request-id",
)
"""Headers that such pages may send."""
DESCRIPTION: Final = (
    "Agents propose, policy judges, the engine delivers, everything is recorded. Send an API key "
    "in `x-api-key` or `Authorization: Bearer`, or log in for a session cookie. Errors under "
    "`/api/v1` are `application/problem+json`."
)


def routers() -> tuple[APIRouter, ...]:
    """Return every router; a new one is one line here."""
    own = (
        approvals,
        audit,
        autonomy,
        campaigns,
        capabilities,
        care,
        consents,
        costs,
        effects,
        filters,
        followups,
        intake,
        keys,
        law,
        live,
        people,
        pools,
        questions,
        recipients,
        records,
        runs,
        schedules,
        scores,
        session,
        signals,
        suppressions,
        tasks,
        teams,
        topics,
        traces,
        webhooks,
    )
    compatible = (
        system,
        assistants,
        threads,
        state,
        thread_runs,
        streams,
        crons,
        store,
    )
    # Routes are tried in this order, one by one: the hottest comes first.
    first = (stateless.router, health.router, metrics.router, one_click.router)
    return (*first, *(part.router for part in (*own, *compatible)))


def build_app(
    service: Service, doorway: Doorway | None = None, mounts: Sequence[Mounted] = ()
) -> FastAPI:
    """Return the application that answers for a service, which it closes at its end.

    `mounts` are parts of other packages, each behind the same guard and admission.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        del app
        async with AsyncExitStack() as stack:
            stack.callback(service.close)
            for part in mounts:
                await stack.enter_async_context(part.running())
            yield

    rules = doorway or Doorway()
    app = FastAPI(
        title="Bailiwick",
        version=version("bailiwick"),
        description=DESCRIPTION,
        docs_url=None,  # FastAPI's pages load scripts from another host
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=lifespan,
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
        },  # our own tracer watches, and tells no names
        redirect_slashes=False,  # a redirect would take a caller's key along
    )
    app.state.service = service
    app.state.recognition = Recognition(service.recall, service.admit)
    app.state.doorway = rules
    for router in routers():
        app.include_router(router)
    app.router.routes.extend(Route(part.path, Admitting(part)) for part in mounts)
    for kind in (Refusal, BailiwickFault, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer_error)
    if rules.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=tuple(rules.origins),
            allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
            allow_headers=ACCEPTED,
            allow_credentials=True,
            allow_private_network=True,
            expose_headers=EXPOSED,
        )
    app.add_middleware(Guard, doorway=rules, new_id=lambda: service.ids.new("req"))
    return app
