"""What people said about being written to; statements are added and never changed."""

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import AwareDatetime, Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Told
from bailiwick.domain.consent import (
    EVIDENCE_CHARS_MAX,
    SOURCE_CHARS_MAX,
    Basis,
    Channel,
    Consent,
    ConsentPurpose,
    ConsentState,
)
from bailiwick.domain.right import Right
from bailiwick.engine.whom import found_contact
from bailiwick.wiring.permission import consenting

router = own_router("consents")
Reading = Annotated[Caller, may(Right.READ)]
Writing = Annotated[Caller, may(Right.WRITE)]
Name = Annotated[str, Path(min_length=1, max_length=320)]


class Statement(Given):
    """What somebody said; `contact` is an id or a mail address."""

    contact: Annotated[str, Field(min_length=1, max_length=320)]
    state: ConsentState
    purpose: ConsentPurpose = ConsentPurpose.MARKETING
    channel: Channel = Channel.MAIL
    lawful_basis: Basis = Basis.NONE
    source: Annotated[str, Field(min_length=1, max_length=SOURCE_CHARS_MAX)]
    evidence: Annotated[str, Field(max_length=EVIDENCE_CHARS_MAX)] = ""
    valid_from: AwareDatetime | None = None
    valid_to: AwareDatetime | None = None


class ConsentBody(Told):
    """A statement as stored."""

    consent_id: str
    contact_id: str
    purpose: str
    channel: str
    state: str
    lawful_basis: str
    source: str
    evidence: str
    valid_from: datetime
    valid_to: datetime | None


class StandingBody(Told):
    """What holds for one contact now."""

    contact_id: str
    items: list[ConsentBody]


@router.get("/consents", responses={200: {"model": PageOf}})
def list_consents(
    caller: Reading,
    contact: Annotated[str | None, Query(max_length=320)] = None,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List every statement in the order of storing; `contact` is an id or a mail address."""
    with caller.units.read() as unit:
        whose = found_contact(unit, contact) if contact else None
        found = unit.consents.list(whose, cursor=cursor, size=size)
    return page(found)


@router.get("/contacts/{contact}/consent", responses={200: {"model": StandingBody}})
def read_consent(caller: Reading, contact: Name) -> Response:
    """Show what holds for somebody now, which is what the law is told."""
    with caller.units.read() as unit:
        contact_id = found_contact(unit, contact)
        holds = unit.consents.current(contact_id, at=caller.application.clock.now())
    return ready({"contact_id": contact_id, "items": holds})


@router.post("/consents", status_code=201, responses={201: {"model": ConsentBody}})
def add_consent(caller: Writing, body: Statement) -> Response:
    """Take down what somebody said."""
    with caller.units.read() as unit:
        contact_id = found_contact(unit, body.contact)
    stored = consenting(caller.application).state(
        Consent(
            contact_id=contact_id,
            purpose=body.purpose,
            channel=body.channel,
            state=body.state,
            lawful_basis=body.lawful_basis,
            source=body.source,
            evidence=body.evidence,
            valid_from=body.valid_from or caller.application.clock.now(),
            valid_to=body.valid_to,
        ),
        by=caller.person_id,
    )
    return ready(stored, status=201)
