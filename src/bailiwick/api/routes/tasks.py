"""What agents ask people, and the answers."""

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Changed, Reasoned
from bailiwick.domain.right import Right
from bailiwick.engine.inbox.answering import DoubtAnswer
from bailiwick.engine.whom import found_contact
from bailiwick.wiring.answers import answering

router = own_router("tasks")
Reading = Annotated[Caller, may(Right.READ)]
Writing = Annotated[Caller, may(Right.WRITE)]
Name = Annotated[str, Path(min_length=1, max_length=320)]


class Doubt(Reasoned):
    """Whether somebody asked to stop."""

    answer: DoubtAnswer


@router.get("/tasks", responses={200: {"model": PageOf}})
def list_tasks(
    caller: Reading,
    *,
    contact: Annotated[str | None, Query(max_length=320)] = None,
    owner: Annotated[str, Query(max_length=320, description="Only the tasks of this person.")] = "",
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List what nobody has done yet, oldest first; `contact` is an id or a mail address.

    `owner_email` is the contact's owner, else the account's, else whom the settings name.
    """
    with caller.units.read() as unit:
        whose = found_contact(unit, contact) if contact else None
        found = unit.guards.open_tasks(
            whose,
            cursor=cursor,
            size=size,
            owner=owner,
            otherwise=caller.application.settings.plan.tasks_to,
        )
    return page(found)


@router.post("/tasks/{task_id}/finish", responses={200: {"model": Changed}})
def finish_task(caller: Writing, task_id: Name, body: Reasoned) -> Response:
    """Mark a task done, so that agents plan for its contact again."""
    answering(caller.application).finish_task(
        task_id, person_id=caller.person_id, reason=body.reason
    )
    return ready({"result": "done", "task_id": task_id})


@router.post("/contacts/{contact}/doubt", responses={200: {"model": Changed}})
def settle_doubt(caller: Writing, contact: Name, body: Doubt) -> Response:
    """Say whether a contact asked to stop; going on takes an approver, stopping a rep."""
    with caller.units.read() as unit:
        contact_id = found_contact(unit, contact)
    answering(caller.application).settle_doubt(
        contact_id, body.answer, person_id=caller.person_id, reason=body.reason
    )
    return ready({"result": body.answer, "contact_id": contact_id})
