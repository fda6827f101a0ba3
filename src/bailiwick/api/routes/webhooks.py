"""Who is told of events, and how that went."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, sliced
from bailiwick.api.problem import present
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Changed, Given, Reason, Told
from bailiwick.domain.event import EventKind
from bailiwick.domain.ids import DeliveryId, EndpointId, SourceId
from bailiwick.domain.right import Right
from bailiwick.domain.webhook import Delivery, DeliveryState, Endpoint, InboundSource

router = own_router("webhooks")
Administering = Annotated[Caller, may(Right.ADMINISTER, whole=True)]
Name = Annotated[str, Path(min_length=1, max_length=80)]
KINDS_COUNT_MAX = len(EventKind)


class EndpointBody(Told):
    """An endpoint; `secret` only in the answer that made it."""

    endpoint_id: str
    url: str
    status: str


class SourceBody(Told):
    """A source; `secret` only in the answer that made it."""

    source_id: str
    path: str


class NewEndpoint(Given):
    """An https address that takes POST requests by Standard Webhooks."""

    url: Annotated[str, Field(min_length=1, max_length=2_048)]
    kinds: Annotated[frozenset[EventKind], Field(max_length=KINDS_COUNT_MAX)] = frozenset()
    """Empty: every kind."""


class Switch(Given):
    """On or off."""

    on: bool
    reason: Reason = "switched"


class NewSource(Given):
    """An outside system that posts signed events to us."""

    name: Annotated[str, Field(min_length=1, max_length=80)]


@router.get("/webhooks/endpoints", responses={200: {"model": PageOf}})
def list_endpoints(
    caller: Administering, cursor: Cursor = None, size: Size = PAGE_SIZE
) -> Response:
    """List endpoints, oldest first."""
    with caller.units.read() as unit:
        found = unit.webhooks.endpoints(cursor=cursor, size=size)
    items = [_endpoint(one) for one in found.items]
    return ready({"items": items, "next_cursor": found.next_cursor})


@router.post("/webhooks/endpoints", status_code=201, responses={201: {"model": EndpointBody}})
def add_endpoint(caller: Administering, body: NewEndpoint) -> Response:
    """Tell an address of what happens from now on; its secret is shown this once."""
    endpoint, secret = caller.application.outside.administration.add(
        body.url, body.kinds, by=caller.person_id
    )
    return ready({**_endpoint(endpoint), "secret": secret}, status=201)


@router.get("/webhooks/endpoints/{endpoint_id}", responses={200: {"model": EndpointBody}})
def read_endpoint(caller: Administering, endpoint_id: Name) -> Response:
    """Show one endpoint."""
    with caller.units.read() as unit:
        found = unit.webhooks.endpoint(EndpointId(endpoint_id))
    return ready(_endpoint(present(found, "endpoint", endpoint_id)))


@router.post("/webhooks/endpoints/{endpoint_id}/rotate", responses={200: {"model": Changed}})
def rotate_secret(caller: Administering, endpoint_id: Name) -> Response:
    """Give an endpoint a new secret; the former one signs as well for a day."""
    secret = caller.application.outside.administration.rotate(
        EndpointId(endpoint_id), by=caller.person_id
    )
    return ready({"result": "rotated", "endpoint_id": endpoint_id, "secret": secret})


@router.post("/webhooks/endpoints/{endpoint_id}/switch", responses={200: {"model": EndpointBody}})
def switch_endpoint(caller: Administering, endpoint_id: Name, body: Switch) -> Response:
    """Enable or disable an endpoint; enabled again, it is told what it missed."""
    now = caller.application.outside.administration.switch(
        EndpointId(endpoint_id), on=body.on, reason=body.reason, by=caller.person_id
    )
    return ready(_endpoint(now))


@router.get("/webhooks/deliveries", responses={200: {"model": PageOf}})
def list_deliveries(
    caller: Administering,
    *,
    endpoint_id: Annotated[str | None, Query(max_length=80)] = None,
    state: Annotated[DeliveryState | None, Query()] = None,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List deliveries, newest first: what was told, how often, how it was taken."""
    with caller.units.read() as unit:
        found = unit.webhooks.deliveries(
            EndpointId(endpoint_id) if endpoint_id else None,
            state=state,
            cursor=cursor,
            size=size,
        )
    return ready({"items": found.items, "next_cursor": found.next_cursor})


@router.post("/webhooks/deliveries/{delivery_id}/replay", responses={200: {"model": Told}})
def replay_delivery(caller: Administering, delivery_id: Name) -> Response:
    """Try a dead delivery again, from the first try."""
    again: Delivery = caller.application.outside.administration.replay(
        DeliveryId(delivery_id), by=caller.person_id
    )
    return ready(again)


@router.get("/webhooks/sources", responses={200: {"model": PageOf}})
def list_sources(caller: Administering, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List the outside systems that may post to us."""
    with caller.units.read() as unit:
        found = sliced(unit.inbound.sources(), key=lambda s: s.source_id, cursor=cursor, size=size)
    items = [_source(caller, one) for one in found.items]
    return ready({"items": items, "next_cursor": found.next_cursor})


@router.post("/webhooks/sources", status_code=201, responses={201: {"model": SourceBody}})
def add_source(caller: Administering, body: NewSource) -> Response:
    """Let an outside system post signed events; its secret is shown this once."""
    source, secret = caller.application.outside.administration.add_source(
        body.name, by=caller.person_id
    )
    return ready({**_source(caller, source), "secret": secret}, status=201)


@router.post("/webhooks/sources/{source_id}/rotate", responses={200: {"model": Changed}})
def rotate_source(caller: Administering, source_id: Name) -> Response:
    """Give a source a new secret; the former one is taken as well for a day."""
    secret = caller.application.outside.administration.rotate_source(
        SourceId(source_id), by=caller.person_id
    )
    return ready({"result": "rotated", "source_id": source_id, "secret": secret})


@router.delete("/webhooks/sources/{source_id}", responses={200: {"model": Changed}})
def remove_source(caller: Administering, source_id: Name) -> Response:
    """Hear an outside system no more; what it told stays."""
    caller.application.outside.administration.remove_source(
        SourceId(source_id), by=caller.person_id
    )
    return ready({"result": "removed", "source_id": source_id})


def _endpoint(endpoint: Endpoint) -> dict[str, object]:
    return {
        "endpoint_id": endpoint.endpoint_id,
        "url": endpoint.url,
        "kinds": endpoint.kinds,
        "status": endpoint.status,
        "status_reason": endpoint.status_reason,
        "created_by": endpoint.created_by,
        "created_at": endpoint.created_at,
    }


def _source(caller: Caller, source: InboundSource) -> dict[str, object]:
    return {
        "source_id": source.source_id,
        "name": source.name,
        "path": f"/api/v1/hooks/{caller.workspace}/{source.source_id}",
        "created_by": source.created_by,
        "created_at": source.created_at,
    }
