"""Who is owed a word outside campaigns."""

from dataclasses import replace
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page, sliced
from bailiwick.api.routing import own_router
from bailiwick.domain.followup.owed import Wanted
from bailiwick.domain.right import Right
from bailiwick.engine.followups import followups, quoted

router = own_router("followups")
Reading = Annotated[Caller, may(Right.READ)]


@router.get("/followups", responses={200: {"model": PageOf}})
def list_followups(
    caller: Reading,
    wanted: Annotated[Wanted | None, Query(description="Only what needs this done.")] = None,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List who is owed an answer, a follow-up or a plan, since when, the most urgent first.

    `warmth` says how near to a purchase their words are: the best message of late, faded by age; a
    latest no ends it. Where `capability` is named, `POST /runs` of it for the contact proposes the
    step.
    """
    with caller.units.read() as unit:
        found = followups(unit, at=caller.application.clock.now())
        due = [one for one in found if wanted is None or one.wanted is wanted]
        shown = sliced(due, key=lambda one: one.about, cursor=cursor, size=size)
        return page(replace(shown, items=quoted(unit, shown.items)))
