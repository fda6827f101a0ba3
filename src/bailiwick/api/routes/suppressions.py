"""Who is left alone, by the hash of an address; lists of them in and out."""

from typing import Annotated

from fastapi import Query, Request
from pydantic import AwareDatetime, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.reply import ready
from bailiwick.api.routes.consents import ConsentBody
from bailiwick.api.routes.intake import RAW_BODY
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Told
from bailiwick.domain.consent import EVIDENCE_CHARS_MAX, Bar
from bailiwick.domain.opt_out_list import list_of, one_of
from bailiwick.domain.right import Right
from bailiwick.domain.topic import NAME_CHARS_MAX, NAME_FORM
from bailiwick.engine.permission.lifting import REASON_CHARS_MAX, Wish
from bailiwick.engine.permission.opt_out_lists import lines_of
from bailiwick.engine.whom import found_contact
from bailiwick.wiring.permission import lifting, opt_out_lists

router = own_router("suppressions")
Auditing = Annotated[Caller, may(Right.AUDIT, whole=True)]
Writing = Annotated[Caller, may(Right.WRITE, whole=True)]
Administering = Annotated[Caller, may(Right.ADMINISTER, whole=True)]
About = Annotated[
    str,
    Query(
        max_length=NAME_CHARS_MAX,
        pattern=f"^({NAME_FORM})?$",
        description="A topic's name; empty is about everything.",
    ),
]


class Whom(Given):
    """One address or its SHA-256, and the topic that is left; without one, everything."""

    address: Annotated[str, Field(min_length=1, max_length=320)]
    topic: Annotated[str, Field(max_length=NAME_CHARS_MAX, pattern=f"^({NAME_FORM})?$")] = ""


class Wanted(Given):
    """Who asked to come back, by id or mail address, and what proves it; `despite` names bars."""

    contact: Annotated[str, Field(min_length=1, max_length=320)]
    topic: Annotated[str, Field(max_length=NAME_CHARS_MAX, pattern=f"^({NAME_FORM})?$")] = ""
    reason: Annotated[str, Field(min_length=1, max_length=REASON_CHARS_MAX)]
    evidence: Annotated[str, Field(min_length=1, max_length=EVIDENCE_CHARS_MAX)]
    asked_at: AwareDatetime | None = None
    despite: Annotated[tuple[Bar, ...], Field(max_length=len(Bar))] = ()


class LiftedBody(Told):
    """Who may be written to again, about what, and the statement that goes with it."""

    contact_id: str
    topic: str
    consent: ConsentBody


class TakenBody(Told):
    """How many are new and known, and which lines name nobody."""

    new_count: int
    known_count: int
    wrong_count: int
    wrong: list[object]


@router.get("/suppressions", responses={200: {"model": PageOf}})
def list_suppressions(
    caller: Auditing, topic: About = "", cursor: Cursor = None, size: Size = PAGE_SIZE
) -> Response:
    """List who is left alone, oldest first: about everything, or about a topic."""
    with caller.units.read() as unit:
        return page(unit.opt_outs.list(topic=topic, cursor=cursor, size=size))


@router.get(
    "/suppressions/export",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def export_suppressions(caller: Auditing, topic: About = "") -> Response:
    """Give out who is left alone as CSV; importing it elsewhere leaves the same people alone."""
    rows = opt_out_lists(caller.application).all(topic=topic)
    return Response("".join(lines_of(rows)), media_type="text/csv")


@router.post("/suppressions", status_code=201, responses={201: {"model": TakenBody}})
def add_suppression(caller: Writing, body: Whom) -> Response:
    """Leave one address alone, and all others of the same person."""
    lists = opt_out_lists(caller.application)
    taken = lists.take(one_of(body.address), topic=body.topic, by=caller.person_id)
    return ready(taken, status=201)


@router.post("/suppressions/lift", responses={200: {"model": LiftedBody}})
def lift_suppression(caller: Administering, body: Wanted) -> Response:
    """Write again to somebody who asked to come back, wholly or about a topic; with proof."""
    with caller.units.read() as unit:
        contact_id = found_contact(unit, body.contact)
    wish = Wish(
        contact_id=contact_id,
        topic=body.topic,
        reason=body.reason,
        evidence=body.evidence,
        asked_at=body.asked_at,
        despite=frozenset(body.despite),
    )
    return ready(lifting(caller.application).lift(wish, by=caller.person_id))


@router.post("/suppressions/import", responses={200: {"model": TakenBody}}, openapi_extra=RAW_BODY)
async def import_suppressions(caller: Writing, request: Request, topic: About = "") -> Response:
    """Leave everybody on a CSV list alone; the same list again changes nothing."""
    content = await request.body()
    return await run_in_threadpool(_imported, caller, content, topic)


def _imported(caller: Caller, content: bytes, topic: str) -> Response:
    lists = opt_out_lists(caller.application)
    return ready(lists.take(list_of(content), topic=topic, by=caller.person_id))
