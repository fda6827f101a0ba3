"""Chores that come back by themselves: put on a schedule, paused, resumed, removed."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Path
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Told
from bailiwick.domain.right import Right
from bailiwick.engine.pool.scheduling import pause_chore, put_chore, remove_chore, resume_chore
from bailiwick.ports.schedules import Schedule
from bailiwick.ports.unit import Unit

router = own_router("schedules")
Reading = Annotated[Caller, may(Right.READ, whole=True)]
Operating = Annotated[Caller, may(Right.OPERATE, whole=True)]
Name = Annotated[str, Path(alias="name", min_length=1, max_length=63)]


class ScheduleBody(Told):
    """A schedule."""

    name: str
    cron: str
    zone: str
    paused: bool


class PutSchedule(Given):
    """What comes back, and when."""

    chore: Annotated[str, Field(min_length=1, max_length=63)]
    cron: Annotated[str, Field(min_length=1, max_length=200)]
    zone: Annotated[str, Field(min_length=1, max_length=64)] = "UTC"


@router.get("/schedules", responses={200: {"model": PageOf}})
def list_schedules(caller: Reading, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List schedules, oldest first; those of clients' crons, too."""
    with caller.units.read() as unit:
        return page(unit.schedules.list(cursor=cursor, size=size))


@router.put("/schedules/{name}", responses={200: {"model": ScheduleBody}})
def put_schedule(caller: Operating, name: Name, body: PutSchedule) -> Response:
    """Put a chore on a schedule, in the place of the one of that name."""
    return _changed(
        caller,
        lambda unit: put_chore(unit, name, chore=body.chore, cron=body.cron, zone=body.zone),
    )


@router.post("/schedules/{name}/pause", responses={200: {"model": ScheduleBody}})
def pause_schedule(caller: Operating, name: Name) -> Response:
    """Let occurrences pass until it is resumed."""
    return _changed(caller, lambda unit: pause_chore(unit, name))


@router.post("/schedules/{name}/resume", responses={200: {"model": ScheduleBody}})
def resume_schedule(caller: Operating, name: Name) -> Response:
    """Go on with the next occurrence from now."""
    return _changed(caller, lambda unit: resume_chore(unit, name))


@router.delete("/schedules/{name}", responses={200: {"model": ScheduleBody}})
def remove_schedule(caller: Operating, name: Name) -> Response:
    """Take a chore off its schedule; what it has queued stays."""
    return _changed(caller, lambda unit: remove_chore(unit, name))


def _changed(caller: Caller, change: Callable[[Unit], Schedule]) -> Response:
    with caller.units.write(records=False) as unit:
        found = change(unit)
        unit.commit()
    return ready(found)
