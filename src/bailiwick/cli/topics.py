"""`bailiwick topics`: what campaigns are about, which recipients may leave one by one."""

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.session import As, Json, application, person
from bailiwick.kit.plain import plain

app = App(name="topics", help="What campaigns are about, which recipients may leave.")


@app.command
def add(name: str, title: str, *, as_: As = "", json: Json = False) -> int:
    """Offer a topic on the page behind the link in each mail; a supervisor does that.

    Parameters
    ----------
    name
        What campaigns call it: letters a-z, digits, - and _.
    title
        What recipients read.
    """
    from bailiwick.wiring.permission import topic_keeping

    output = Output(as_json=json)
    with application() as bailiwick:
        by = person(bailiwick, as_).person_id
        topic = topic_keeping(bailiwick).add(name, title, by=by)
    output.answer(plain(topic))
    output.say(f"Recipients may leave {topic.title!r} now.", mark="ok")
    return Exit.OK


@app.command
def remove(name: str, *, as_: As = "", json: Json = False) -> int:
    """Offer a topic no more; who left it stays known. A supervisor does that.

    Parameters
    ----------
    name
        Which topic.
    """
    from bailiwick.wiring.permission import topic_keeping

    output = Output(as_json=json)
    with application() as bailiwick:
        topic_keeping(bailiwick).remove(name, by=person(bailiwick, as_).person_id)
    output.answer({"name": name, "removed": True})
    output.say(f"{name} is offered no more.", mark="ok")
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the topics."""
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = sliced(unit.topics.list(), key=lambda t: t.name, cursor=cursor, size=size)
    output.answer(plain(page))
    output.table("Topics", ("name", "title"), [(t.name, t.title) for t in page.items])
    tell_more(output, page.next_cursor)
    return Exit.OK
