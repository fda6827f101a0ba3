"""`bailiwick halt`: the kill switch."""

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.session import As, Json, Reason, application, person
from bailiwick.cli.wording import moment
from bailiwick.kit.plain import plain
from bailiwick.wiring.stops import A_PERSON, stops

app = App(name="halt", help="Stop and resume effects: the kill switch.")


@app.default
def halt(scope: str = "*", *, reason: Reason, as_: As = "", json: Json = False) -> int:
    """Stop effects at once; a supervisor or an administrator does that.

    Parameters
    ----------
    scope
        `*` for everything, `model`, `purpose:marketing`, `capability:NAME` or `action:NAME`.
    """
    from bailiwick.wiring.answers import halting

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        changed = halting(bailiwick).halt(scope, person_id=asking.person_id, reason=reason)
    output.answer({"scope": scope, "halted": True, "changed": changed})
    output.say(
        f"Stopped: {scope}" + ("" if changed else " (it was stopped already)"),
        f"Resume with: bailiwick halt lift {scope!r} --reason …",
        mark="held",
    )
    return Exit.OK


@app.command
def lift(scope: str, *, reason: Reason, as_: As = "", json: Json = False) -> int:
    """Resume what was stopped; a supervisor or an administrator does that.

    Parameters
    ----------
    scope
        As it was stopped; see `bailiwick halt list`.
    """
    from bailiwick.wiring.answers import halting

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        halting(bailiwick).lift(scope, person_id=asking.person_id, reason=reason)
        still = stops(bailiwick)
    output.answer({"scope": scope, "halted": False, "still_stopped_by": list(still)})
    output.say(f"Resumed: {scope}", mark="ok")
    output.say(*(f"Everything is still stopped by {name}" for name in still), mark="held")
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List what is stopped, by whom and why."""
    from bailiwick.wiring.answers import halting

    output = Output(as_json=json)
    with application() as bailiwick:
        halts = halting(bailiwick).list()
        outside = tuple(name for name in stops(bailiwick) if name != A_PERSON)
    page = sliced(halts, key=lambda h: h.scope, cursor=cursor, size=size)
    output.answer(
        {
            "items": plain(page.items),
            "next_cursor": page.next_cursor,
            "stopped_by_settings": list(outside),
        }
    )
    rows = [(h.scope, h.reason or "-", h.by or "-", moment(h.at)) for h in page.items]
    output.table("Stopped", ("scope", "reason", "by", "since"), rows)
    if not rows:
        output.say("Nobody has stopped anything.")
    output.say(*(f"Everything is stopped by {name}" for name in outside), mark="held")
    tell_more(output, page.next_cursor)
    return Exit.OK
