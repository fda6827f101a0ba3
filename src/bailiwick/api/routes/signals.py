"""What the outside tells us: by a caller with a key, or signed, at a source's own path.

A signed request proves the source it names; that source's workspace is the only one it reaches,
whatever the request says. It is acknowledged after the commit that keeps it.
"""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Path, Request
from pydantic import AwareDatetime, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bailiwick.api.caller import Caller, may, public, service_of
from bailiwick.api.problem import refuse
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Told
from bailiwick.domain.ids import ContactId, SourceId, WorkspaceId
from bailiwick.domain.right import Right
from bailiwick.domain.webhook import InboundSource
from bailiwick.engine.webhook import receive
from bailiwick.engine.webhook.receive import KEY_LENGTH_MAX, LINE_LENGTH_MAX, NOTE_LENGTH_MAX, Fate
from bailiwick.engine.webhook.signature import UnableToVerify, verified
from bailiwick.engine.whom import found_contact
from bailiwick.wiring.application import Application

router = own_router("signals")
Signalling = Annotated[Caller, may(Right.SIGNAL)]
Name = Annotated[str, Path(min_length=1, max_length=80)]
Line = Annotated[str, Field(max_length=LINE_LENGTH_MAX)]
Key = Annotated[str, Field(min_length=1, max_length=KEY_LENGTH_MAX)]
_STATUS: Final = {
    Fate.SIGNALLED: HTTPStatus.ACCEPTED,
    Fate.LEAD: HTTPStatus.ACCEPTED,
    Fate.REPEATED: HTTPStatus.OK,
}


class Happening(Given):
    """What happened, and with whom: a contact's id or a mail address."""

    kind: Key
    contact_id: Annotated[str | None, Field(max_length=80)] = None
    address: Annotated[str, Field(max_length=320)] = ""
    name: Line = ""
    company: Line = ""
    subject: Line = ""
    note: Annotated[str, Field(max_length=NOTE_LENGTH_MAX)] = ""
    at: AwareDatetime | None = None


class Signal(Happening):
    """A happening told by a caller; the same external id again changes nothing."""

    external_id: Key


class TakenBody(Told):
    """What became of it."""

    fate: Fate
    signal_id: str


@router.post(
    "/signals", status_code=202, responses={200: {"model": TakenBody}, 202: {"model": TakenBody}}
)
def tell_signal(caller: Signalling, body: Signal) -> Response:
    """Tell of something that happened outside; told twice, it counts once."""
    if caller.limited:  # else a lead would tell who is nobody here
        with caller.units.read() as unit:
            found_contact(unit, body.contact_id or body.address)
    source = f"caller:{caller.person_id}"
    return _taken(caller.application, body, source=source, external_id=body.external_id)


@router.post(
    "/hooks/{workspace_id}/{source_id}",
    status_code=202,
    dependencies=[public()],  # the signature says who calls
    responses={200: {"model": TakenBody}, 202: {"model": TakenBody}},
)
async def tell_hook(request: Request, workspace_id: Name, source_id: Name) -> Response:
    """Take a request that a source signed by Standard Webhooks; its id told twice counts once."""
    raw = await request.body()
    headers = dict(request.headers)
    return await run_in_threadpool(
        _hooked, request, headers, raw, workspace_id=workspace_id, source_id=source_id
    )


def _hooked(
    request: Request, headers: dict[str, str], raw: bytes, *, workspace_id: str, source_id: str
) -> Response:
    service = service_of(request)
    if WorkspaceId(workspace_id) not in {w.workspace_id for w in service.workspaces}:
        raise _unsigned()
    application = service.application(WorkspaceId(workspace_id))
    with application.units.read() as unit:
        source = unit.inbound.source(SourceId(source_id))
    message_id = _proven(application, source, headers, raw)
    try:
        body = Happening.model_validate_json(raw)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, e["loc"])) for e in error.errors()[:5])
        detail = f"the event cannot be used; look at: {fields or 'the whole body'}"
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail) from None
    return _taken(application, body, source=source_id, external_id=message_id)


def _proven(
    application: Application,
    source: InboundSource | None,
    headers: dict[str, str],
    raw: bytes,
) -> str:
    """Return the id of a request that the source signed just now. Raises Refusal (401)."""
    if source is None:
        raise _unsigned()
    now = application.clock.now()
    secrets = application.outside.keys.of_source(source, now=now)
    try:
        return verified(headers, raw, with_secrets=secrets, now=now)
    except UnableToVerify:
        raise _unsigned() from None


def _unsigned() -> Exception:
    """Return one refusal for everything that proves nothing: no hint which part was wrong."""
    detail = "the request is not signed by a source of this path; see Standard Webhooks"
    return refuse(HTTPStatus.UNAUTHORIZED, detail)


def _taken(application: Application, body: Happening, *, source: str, external_id: str) -> Response:
    taken = application.outside.reception.take(
        receive.Told(
            source=source,
            external_id=external_id,
            kind=body.kind,
            address=body.address,
            contact_id=ContactId(body.contact_id) if body.contact_id else None,
            name=body.name,
            company=body.company,
            subject=body.subject,
            note=body.note,
            at=body.at,
        )
    )
    return ready(taken, status=_STATUS[taken.fate])
