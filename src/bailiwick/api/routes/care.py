"""Care for data: erasing a person, giving out what is held on one, removing what is old.

Backups are made and put back on the command line only: they concern all workspaces of a database,
and files of its machine. Which there are is told here.
"""

from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page, sliced
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Reasoned, Told
from bailiwick.domain.right import Right
from bailiwick.wiring.care import backups_kept
from bailiwick.wiring.persons import (
    disclose_person,
    erase_person,
    erasing,
    past_erasures,
    plan_erasure,
)
from bailiwick.wiring.retaining import plan_retention, run_retention

router = own_router("care")
Administering = Annotated[Caller, may(Right.ADMINISTER, whole=True)]
Whom = Annotated[str, Field(min_length=1, max_length=320)]


class Person(Given):
    """A contact's id, or one of their mail addresses."""

    contact: Whom


class Wish(Reasoned):
    """Whom to erase, and the request's number or date; the reason is kept."""

    contact: Whom


class ErasureBody(Told):
    """What went, what still names the person, and which backups still hold them."""

    rows: dict[str, int]
    mentions: list[list[str]]
    backups: list[object]


class DisclosedBody(Told):
    """Every row held on a person by table, and the records about them."""

    contact: str
    held: dict[str, object]


class PrunedBody(Told):
    """What was removed, or would be, by kind."""

    items: list[object]


@router.get("/erasures", responses={200: {"model": PageOf}})
def list_erasures(caller: Administering, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List who was erased, by pseudonym, newest first."""
    return page(past_erasures(caller.application, cursor=cursor, size=size))


@router.post("/erasures/plan", responses={200: {"model": ErasureBody}})
def plan_erasing(caller: Administering, body: Person) -> Response:
    """Count what an erasure would remove, and change nothing."""
    contact_id = erasing(caller.application).whom(body.contact)
    plan, backups = plan_erasure(caller.application, contact_id, person_id=caller.person_id)
    return ready(
        {
            "contact": contact_id,
            "rows": plan.holding.counts,
            "under_way": plan.under_way,
            "mentions": plan.mentions,
            "backups": backups,
        }
    )


@router.post("/erasures", status_code=201, responses={201: {"model": ErasureBody}})
def erase(caller: Administering, body: Wish) -> Response:
    """Erase everything that is held on a person; nothing brings it back."""
    contact_id = erasing(caller.application).whom(body.contact)
    made = erase_person(
        caller.application, contact_id, person_id=caller.person_id, reason=body.reason
    )
    return ready(
        {
            "erasure": made.erased.erasure.erasure_id,
            "rows": made.erased.counts,
            "remains": made.remains,
            "mentions": made.erased.mentions,
            "backups": made.backups,
        },
        status=201,
    )


@router.post("/exports", responses={200: {"model": DisclosedBody}})
def export(caller: Administering, body: Person) -> Response:
    """Give out everything that is held on a person; mails as they came are in the command's."""
    contact_id = erasing(caller.application).whom(body.contact)
    return ready(disclose_person(caller.application, contact_id, person_id=caller.person_id))


@router.get("/backups", responses={200: {"model": PageOf}})
def list_backups(caller: Administering, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List the backups that hold this workspace and should still be there, oldest first."""
    kept = backups_kept(caller.application)
    return page(sliced(kept, key=lambda b: b.backup_id, cursor=cursor, size=size))


@router.get("/retention", responses={200: {"model": PrunedBody}})
def read_retention(caller: Administering) -> Response:
    """Count what a run would remove, by kind, and change nothing."""
    return ready({"items": plan_retention(caller.application)})


@router.post("/retention/run", responses={200: {"model": PrunedBody}})
def prune(caller: Administering) -> Response:
    """Remove what is too old, in small steps; it is recorded."""
    return ready({"items": run_retention(caller.application, lambda _done, _total: None)})
