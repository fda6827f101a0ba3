"""`bailiwick people`: who works here, and in which role."""

from typing import Literal

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.plain import plain
from bailiwick.cli.session import As, Json, application, person

app = App(name="people", help="The people of the workspace and their roles.")

RoleName = Literal["viewer", "rep", "approver", "supervisor", "admin"]


@app.command
def add(email: str, *, role: RoleName, name: str = "", as_: As = "", json: Json = False) -> int:
    """Add a person; an administrator does that.

    Parameters
    ----------
    email
        The person's mail address, by which commands name them (`--as`).
    role
        Each includes those before it: an approver may do what a rep may.
    name
        How the person is shown; the first part of the address when left out.
    """
    from bailiwick.domain.crm import Role
    from bailiwick.engine.staffing import Newcomer, add_person

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        added = add_person(
            bailiwick.units,
            bailiwick.ids,
            Newcomer(email=email, name=name, role=Role(role)),
            by=asking.person_id,
            clock=bailiwick.clock,
        )
    output.answer(plain(added))
    output.say(f"{added.email} is {added.role.value} here now.", mark="ok")
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the people of the workspace."""
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = sliced(unit.authority.people(), key=lambda p: p.person_id, cursor=cursor, size=size)
    output.answer(plain(page))
    rows = [(p.email, p.role.value, p.name, p.person_id) for p in page.items]
    output.table("People", ("address", "role", "name", "id"), rows)
    tell_more(output, page.next_cursor)
    return Exit.OK
