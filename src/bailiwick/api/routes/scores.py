"""Leads in order, and where one of them stands."""

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page, sliced
from bailiwick.api.problem import present
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Told
from bailiwick.domain.right import Right
from bailiwick.engine.scoring import leads

router = own_router("scores")
Reading = Annotated[Caller, may(Right.READ)]
Name = Annotated[str, Path(min_length=1, max_length=80)]


class ReasonBody(Told):
    """What moved a rank, and by how much."""

    column: str
    value: str
    weight: float


class ScoreBody(Told):
    """Where one lead stands; `rank` is an order and no probability."""

    contact_id: str
    name: str
    company: str
    mode: str
    rank: float | None
    percentile: float | None
    reasons: list[ReasonBody]
    unknown: list[str]
    weights: str


@router.get("/scores", responses={200: {"model": PageOf}})
def list_scores(caller: Reading, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List leads in order, the highest first, without those who may not be written to.

    `rank` orders and is no probability; who is hardly known stands at the end without one.
    """
    with caller.units.read() as unit:
        found = leads(unit, at=caller.application.clock.now())
    return page(sliced(found.items, key=lambda one: one.contact_id, cursor=cursor, size=size))


@router.get("/contacts/{contact_id}/score", responses={200: {"model": ScoreBody}})
def read_score(caller: Reading, contact_id: Name) -> Response:
    """Show where one lead stands among those the caller sees, and why.

    Who may not be written to has no score.
    """
    with caller.units.read() as unit:
        found = leads(unit, at=caller.application.clock.now())
    one = next((lead for lead in found.items if lead.contact_id == contact_id), None)
    return ready(present(one, "score", contact_id))
