"""`bailiwick people`: who works here, and in which role."""

from typing import Literal

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.session import As, Json, application, person
from bailiwick.kit.plain import plain

app = App(name="people", help="The people of the workspace and their roles.")

RoleName = Literal["viewer", "rep", "approver", "supervisor", "admin"]

ReachName = Literal["own", "team", "workspace"]


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
    from bailiwick.engine.people.staffing import Newcomer, add_person

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


@app.command(name="add-agent")
def add_agent(name: str, *, as_: As = "", json: Json = False) -> int:
    """Add an agent: a principal of its own for a program, which never decides; an admin does that.

    Parameters
    ----------
    name
        What the program is called; `bailiwick keys add NAME --of ADDRESS` then issues its key.
    """
    from bailiwick.engine.people import staffing

    output = Output(as_json=json)
    with application() as bailiwick:
        by = person(bailiwick, as_).person_id
        added = staffing.add_agent(
            bailiwick.units, bailiwick.ids, name, by=by, clock=bailiwick.clock
        )
    output.answer(plain(added))
    output.say(f"{added.name} is an agent here now: {added.email}.", mark="ok")
    return Exit.OK


@app.command(name="set-password")
def set_password(email: str, *, as_: As = "", json: Json = False) -> int:
    """Give a person a password, read from the terminal or from standard input, and log them out.

    Parameters
    ----------
    email
        Whose password; another's takes an admin.
    """
    from bailiwick.cli.asking import secret

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        chosen = person(bailiwick, email)
        bailiwick.entrance.logins.set_password(
            chosen.person_id, secret(f"New password for {chosen.email}: "), by=asking.person_id
        )
    output.answer({"email": chosen.email, "changed": True})
    output.say(f"{chosen.email} has a new password; older sessions are ended.", mark="ok")
    return Exit.OK


@app.command(name="set")
def set_(
    email: str,
    *,
    role: RoleName | None = None,
    reach: ReachName | None = None,
    team: str = "",
    leave: str = "",
    as_: As = "",
    json: Json = False,
) -> int:
    """Give a person another role, or let them see more or fewer customers; an admin does that.

    Parameters
    ----------
    email
        Who.
    role
        Each includes those before it.
    reach
        Whose customers they see: their own, their teams', or all of the workspace.
    team
        A team that they are put in.
    leave
        A team that they are taken out of.
    """
    from bailiwick.domain.crm import Role
    from bailiwick.domain.reach import Reach
    from bailiwick.engine.people.staffing import restaff
    from bailiwick.wiring.answers import teaming

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        whose = person(bailiwick, email).person_id
        if team:
            teaming(bailiwick).join(team, whose, by=asking.person_id)
        if leave:
            teaming(bailiwick).leave(leave, whose, by=asking.person_id)
        changed = restaff(
            bailiwick.units,
            whose,
            role=Role(role) if role else None,
            reach=Reach(reach) if reach else None,
            by=asking.person_id,
            clock=bailiwick.clock,
        )
    output.answer(plain(changed))
    output.say(f"{changed.email}: {changed.role.value}, sees {changed.reach.value}.", mark="ok")
    return Exit.OK


@app.command
def dismiss(email: str, *, as_: As = "", json: Json = False) -> int:
    """Take every way in from a person or agent at once; an admin does that.

    Sessions end, keys are revoked, the password is forgotten, teams are left. What they did keeps
    their name, and `set-password` lets them in again.

    Parameters
    ----------
    email
        Who.
    """
    from bailiwick.engine.people import staffing

    output = Output(as_json=json)
    with application() as bailiwick:
        by, whom = person(bailiwick, as_).person_id, person(bailiwick, email).person_id
        dismissed = staffing.dismiss(bailiwick.units, whom, by=by, clock=bailiwick.clock)
    output.answer(plain(dismissed))
    output.say(f"{dismissed.email} has no way in any more.", mark="ok")
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the people of the workspace."""
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = sliced(unit.authority.people(), key=lambda p: p.person_id, cursor=cursor, size=size)
    output.answer(plain(page))
    rows = [(p.email, p.role.value, p.reach.value, p.name, p.person_id) for p in page.items]
    output.table("People", ("address", "role", "sees", "name", "id"), rows)
    tell_more(output, page.next_cursor)
    return Exit.OK
