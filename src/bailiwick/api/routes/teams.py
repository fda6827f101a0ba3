"""Teams, whose people see each other's customers."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may, service_of
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page, sliced
from bailiwick.api.problem import present
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Told
from bailiwick.domain.credential import Team
from bailiwick.domain.ids import PersonId
from bailiwick.domain.right import Right
from bailiwick.engine.people.teaming import NAME_LENGTH_MAX
from bailiwick.wiring.answers import teaming

router = own_router("teams")
Reading = Annotated[Caller, may(Right.READ)]
Staffing = Annotated[Caller, may(Right.STAFF, whole=True)]
TeamName = Annotated[str, Path(alias="team", min_length=1, max_length=80)]
PersonName = Annotated[str, Path(alias="person_id", min_length=1, max_length=80)]


class TeamBody(Told):
    """A team and its people."""

    team_id: str
    name: str
    members: list[str]


class NewTeam(Given):
    """A team that is to be."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)]


@router.get("/teams", responses={200: {"model": PageOf}})
def list_teams(caller: Reading, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List the teams and their people, by name."""
    with caller.units.read() as unit:
        teams = unit.teams.list()
    return page(sliced(teams, key=lambda t: t.team_id, cursor=cursor, size=size))


@router.post("/teams", status_code=201, responses={201: {"model": TeamBody}})
def add_team(caller: Staffing, body: NewTeam) -> Response:
    """Make an empty team."""
    made = teaming(caller.application).add(body.name, by=caller.person_id)
    return ready(made, status=HTTPStatus.CREATED)


@router.delete("/teams/{team}", responses={200: {"model": TeamBody}})
def remove_team(request: Request, caller: Staffing, team: TeamName) -> Response:
    """End a team: its people see each other's customers no more."""
    found = _found(caller, team)
    gone = teaming(caller.application).remove(found.team_id, by=caller.person_id)
    service_of(request).forget()
    return ready(gone)


@router.put("/teams/{team}/members/{person_id}", responses={200: {"model": TeamBody}})
def join_team(request: Request, caller: Staffing, team: TeamName, whom: PersonName) -> Response:
    """Put somebody in a team; again changes nothing."""
    found = _found(caller, team)
    teaming(caller.application).join(found.team_id, PersonId(whom), by=caller.person_id)
    service_of(request).forget()
    return ready(_found(caller, team))


@router.delete("/teams/{team}/members/{person_id}", responses={200: {"model": TeamBody}})
def leave_team(request: Request, caller: Staffing, team: TeamName, whom: PersonName) -> Response:
    """Take somebody out of a team; again changes nothing."""
    found = _found(caller, team)
    teaming(caller.application).leave(found.team_id, PersonId(whom), by=caller.person_id)
    service_of(request).forget()
    return ready(_found(caller, team))


def _found(caller: Caller, team: str) -> Team:
    with caller.units.read() as unit:
        found = next((one for one in unit.teams.list() if one.team_id == team), None)
    return present(found, "team", team)
