"""`bailiwick teams`: who sees whose customers."""

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.session import As, Json, application, person
from bailiwick.kit.plain import plain

app = App(name="teams", help="The teams, whose people see each other's customers.")


@app.command
def add(name: str, *, as_: As = "", json: Json = False) -> int:
    """Make an empty team; an admin does that. `bailiwick people set --team` puts people in.

    Parameters
    ----------
    name
        What the team is called.
    """
    from bailiwick.wiring.answers import teaming

    output = Output(as_json=json)
    with application() as bailiwick:
        team = teaming(bailiwick).add(name, by=person(bailiwick, as_).person_id)
    output.answer(plain(team))
    output.say(f"The team {team.name!r} is there now.", mark="ok")
    return Exit.OK


@app.command
def remove(name: str, *, as_: As = "", json: Json = False) -> int:
    """End a team: its people see each other's customers no more; an admin does that.

    Parameters
    ----------
    name
        Which team.
    """
    from bailiwick.wiring.answers import teaming

    output = Output(as_json=json)
    with application() as bailiwick:
        team = teaming(bailiwick).remove(name, by=person(bailiwick, as_).person_id)
    output.answer(plain(team))
    output.say(f"The team {team.name!r} is gone.", mark="ok")
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the teams and their people."""
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = sliced(unit.teams.list(), key=lambda t: t.team_id, cursor=cursor, size=size)
        names = {p.person_id: p.email for p in unit.authority.people()}
    output.answer(plain(page))
    rows = [(t.name, ", ".join(names[m] for m in t.members), t.team_id) for t in page.items]
    output.table("Teams", ("name", "people", "id"), rows)
    tell_more(output, page.next_cursor)
    return Exit.OK
