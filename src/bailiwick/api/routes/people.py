"""Who works here: people, agents, their roles, their passwords, and the end of their access."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Path, Request
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may, service_of
from bailiwick.api.giving import require_covers
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page, sliced
from bailiwick.api.problem import present
from bailiwick.api.reply import ready
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Given, Told
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import PersonId
from bailiwick.domain.reach import Reach
from bailiwick.domain.right import Right
from bailiwick.engine.people import staffing

router = own_router("people")
Reading = Annotated[Caller, may(Right.READ)]
Staffing = Annotated[Caller, may(Right.STAFF, whole=True)]
PersonName = Annotated[str, Path(alias="person_id", min_length=1, max_length=80)]
RoleName = Literal["viewer", "rep", "approver", "supervisor", "admin"]


class PersonBody(Told):
    """Somebody who works here."""

    person_id: str
    name: str
    email: str
    role: str
    reach: str


class NewPerson(Given):
    """Somebody who is to work here."""

    email: Annotated[str, Field(min_length=1, max_length=254)]
    role: RoleName
    name: Annotated[str, Field(max_length=200)] = ""
    """The first part of the address when left out."""


class NewAgent(Given):
    """A program that is to call with keys of its own; it never decides."""

    name: Annotated[str, Field(min_length=1, max_length=100)]


class Standing(Given):
    """A person's role, and whose customers they see; what is left out stays."""

    role: RoleName | None = None
    reach: Reach | None = None


class NewPassword(Given):
    """A password that somebody is given."""

    password: Annotated[str, Field(min_length=1, max_length=256)]


@router.get("/people", responses={200: {"model": PageOf}})
def list_people(caller: Reading, cursor: Cursor = None, size: Size = PAGE_SIZE) -> Response:
    """List people and agents, in the order in which they came."""
    with caller.units.read() as unit:
        people = unit.authority.people()
    return page(sliced(people, key=lambda p: p.person_id, cursor=cursor, size=size))


@router.post("/people", status_code=201, responses={201: {"model": PersonBody}})
def add_person(caller: Staffing, body: NewPerson) -> Response:
    """Add a person, who enters once a password or a key is given."""
    require_covers(caller, Role(body.role))
    newcomer = staffing.Newcomer(email=body.email, name=body.name, role=Role(body.role))
    application = caller.application
    added = staffing.add_person(
        application.units,
        application.ids,
        newcomer,
        by=caller.person_id,
        clock=application.clock,
    )
    return _made(added)


@router.post("/agents", status_code=201, responses={201: {"model": PersonBody}})
def add_agent(caller: Staffing, body: NewAgent) -> Response:
    """Add an agent: a principal of its own for a program's keys."""
    require_covers(caller, Role.AGENT)
    application = caller.application
    added = staffing.add_agent(
        application.units,
        application.ids,
        body.name,
        by=caller.person_id,
        clock=application.clock,
    )
    return _made(added)


@router.get("/people/{person_id}", responses={200: {"model": PersonBody}})
def read_person(caller: Reading, whom: PersonName) -> Response:
    """Show one person."""
    with caller.units.read() as unit:
        return ready(present(unit.authority.person(PersonId(whom)), "person", whom))


@router.patch("/people/{person_id}", responses={200: {"model": PersonBody}})
def restaff(request: Request, caller: Staffing, whom: PersonName, body: Standing) -> Response:
    """Give a person another role or reach; somebody stays an administrator."""
    person = _found(caller, whom)
    if body.role is not None:
        require_covers(caller, Role(body.role))
    application = caller.application
    changed = staffing.restaff(
        application.units,
        person.person_id,
        role=Role(body.role) if body.role else None,
        reach=body.reach,
        by=caller.person_id,
        clock=application.clock,
    )
    service_of(request).forget()
    return ready(changed)


@router.put("/people/{person_id}/password", status_code=204)
def set_password(
    request: Request, caller: Staffing, whom: PersonName, body: NewPassword
) -> Response:
    """Give a person a password, which logs them out everywhere."""
    person = _found(caller, whom)
    require_covers(caller, person.role)
    caller.application.entrance.logins.set_password(
        person.person_id, body.password, by=caller.person_id
    )
    service_of(request).forget()
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/people/{person_id}/dismiss", responses={200: {"model": PersonBody}})
def dismiss(request: Request, caller: Staffing, whom: PersonName) -> Response:
    """Take every way in from somebody at once; what they did keeps their name."""
    person = _found(caller, whom)
    application = caller.application
    dismissed = staffing.dismiss(
        application.units, person.person_id, by=caller.person_id, clock=application.clock
    )
    service_of(request).forget()
    return ready(dismissed)


def _found(caller: Caller, whom: str) -> Person:
    with caller.units.read() as unit:
        return present(unit.authority.person(PersonId(whom)), "person", whom)


def _made(person: Person) -> Response:
    place = {"location": f"/api/v1/people/{person.person_id}"}
    return ready(person, status=HTTPStatus.CREATED, headers=place)
