"""Who may act alone, and what is stopped: grants and the kill switch."""

from typing import Annotated

from fastapi import Path
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page, sliced
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Changed, Id, Reason, Reasoned, Told
from bailiwick.domain.action import Action
from bailiwick.domain.autonomy import GRANT_DAYS
from bailiwick.domain.ids import GrantId
from bailiwick.domain.right import Right
from bailiwick.engine.granting import Wish
from bailiwick.wiring.answers import granting, halting
from bailiwick.wiring.stops import stops

router = own_router("autonomy")
Reading = Annotated[Caller, may(Right.READ)]
Knowing = Annotated[Caller, may(Right.READ, whole=True)]
Granting = Annotated[Caller, may(Right.GRANT, whole=True)]
Revoking = Annotated[Caller, may(Right.HALT, whole=True)]
Halting = Annotated[Caller, may(Right.HALT)]
GrantName = Annotated[str, Path(alias="grant_id", min_length=1, max_length=80)]
ScopeName = Annotated[str, Field(min_length=1, max_length=120)]


class GrantBody(Told):
    """A grant."""

    grant_id: str


class NewGrant(Reasoned):
    """One level of autonomy, narrowly."""

    capability: Id
    action: Action
    level: Annotated[int, Field(ge=0, le=5)]
    segment: Annotated[str, Field(min_length=1, max_length=120)]
    """`*`, `account:<id>` or `contact:<id>`."""
    days: Annotated[int, Field(ge=1, le=GRANT_DAYS)] = GRANT_DAYS
    evidence: Reason


class Stop(Reasoned):
    """What to stop or to resume: `*`, `model`, `capability:<name>` or `action:<name>`."""

    scope: ScopeName = "*"


@router.get("/grants", responses={200: {"model": PageOf}})
def list_grants(caller: Knowing, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List grants that were not revoked, expired ones too."""
    found = granting(caller.application).list()
    return page(sliced(found, key=lambda g: g.grant_id, cursor=cursor, size=size))


@router.post("/grants", status_code=201, responses={201: {"model": GrantBody}})
def add_grant(caller: Granting, body: NewGrant) -> Response:
    """Let a capability take an action without a person, for some days."""
    grant = granting(caller.application).add(Wish(**body.model_dump()), person_id=caller.person_id)
    return ready(grant, status=201)


@router.post("/grants/{grant_id}/revoke", responses={200: {"model": Changed}})
def revoke_grant(caller: Revoking, grant: GrantName, body: Reasoned) -> Response:
    """End a grant at once."""
    revoked = granting(caller.application).revoke(
        GrantId(grant), person_id=caller.person_id, reason=body.reason
    )
    return ready({"result": "revoked", "grant_id": revoked.grant_id})


@router.get("/halts", responses={200: {"model": PageOf}})
def list_halts(caller: Reading, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List what people have stopped; settings that stop everything are named beside it."""
    found = sliced(
        halting(caller.application).list(), key=lambda h: h.scope, cursor=cursor, size=size
    )
    return ready(
        {
            "items": found.items,
            "next_cursor": found.next_cursor,
            "everything_stopped_by": stops(caller.application),
        }
    )


@router.post("/halts", responses={200: {"model": Changed}})
def halt(caller: Halting, body: Stop) -> Response:
    """Stop effects at once."""
    changed = halting(caller.application).halt(
        body.scope, person_id=caller.person_id, reason=body.reason
    )
    return ready({"result": "halted", "scope": body.scope, "changed": changed})


@router.post("/halts/lift", responses={200: {"model": Changed}})
def lift(caller: Halting, body: Stop) -> Response:
    """Resume what was stopped."""
    halting(caller.application).lift(body.scope, person_id=caller.person_id, reason=body.reason)
    still = stops(caller.application)
    return ready({"result": "lifted", "scope": body.scope, "everything_stopped_by": still})
