"""`bailiwick schedule`: chores that come back by themselves, in the pools."""

from typing import TYPE_CHECKING

from cyclopts import App

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import Json, application
from bailiwick.cli.wording import moment
from bailiwick.kit.plain import plain
from bailiwick.ports.queue import JobKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from bailiwick.kit.json_value import Json as JsonValue
    from bailiwick.ports.schedules import Schedule
    from bailiwick.ports.unit import Unit

app = App(name="schedule", help="Chores that come back by themselves.")


@app.command
def add(name: str, *, chore: str, cron: str, zone: str = "UTC", json: Json = False) -> int:
    """Put a chore on a schedule, in the place of the one of that name.

    Parameters
    ----------
    name
        What to call it: lower-case letters, digits, `.`, `_` and `-`.
    chore
        `sweep` plans for who is due, `mail` reads the mailbox, `retention` removes what is too
        old, `threads` mends and tidies threads.
    cron
        Five fields, as in "0 7 * * mon-fri".
    zone
        The IANA zone that the fields are read in, such as Europe/Berlin.
    """
    from bailiwick.engine.pool.scheduling import put_chore

    return _change(
        lambda unit: put_chore(unit, name, chore=chore, cron=cron, zone=zone), "is kept", json=json
    )


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List schedules, oldest first; those of clients' crons, too."""
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = unit.schedules.list(cursor=cursor or None, size=checked(size))
    items: list[JsonValue] = [_plain(found) for found in page.items]
    output.answer({"items": items, "next_cursor": page.next_cursor})
    rows = [
        (
            found.name,
            found.subject if found.kind is JobKind.CHORE else f"cron {found.subject}",
            found.cron,
            found.zone,
            "paused" if found.paused else moment(found.next_at),
            moment(found.last_at) if found.last_at else "never",
        )
        for found in page.items
    ]
    output.table("Schedules", ("name", "chore", "cron", "zone", "next", "last"), rows)
    if not rows:
        output.say('Nothing here. Add one: bailiwick schedule add NAME --chore sweep --cron "…"')
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def pause(name: str, *, json: Json = False) -> int:
    """Let occurrences pass until it is resumed.

    Parameters
    ----------
    name
        See `bailiwick schedule list`.
    """
    from bailiwick.engine.pool.scheduling import pause_chore

    return _change(lambda unit: pause_chore(unit, name), "is paused", json=json)


@app.command
def resume(name: str, *, json: Json = False) -> int:
    """Go on with the next occurrence from now.

    Parameters
    ----------
    name
        See `bailiwick schedule list`.
    """
    from bailiwick.engine.pool.scheduling import resume_chore

    return _change(lambda unit: resume_chore(unit, name), "goes on", json=json)


@app.command
def remove(name: str, *, json: Json = False) -> int:
    """Take a chore off its schedule; what it has queued stays.

    Parameters
    ----------
    name
        See `bailiwick schedule list`. `events`, `retention` and `threads` come back when the core
        pool starts: pause them instead.
    """
    from bailiwick.engine.pool.scheduling import remove_chore

    return _change(lambda unit: remove_chore(unit, name), "is removed", json=json)


def _change(change: "Callable[[Unit], Schedule]", told: str, *, json: bool) -> int:
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.write(records=False) as unit:
        found = change(unit)
        unit.commit()
    output.answer(_plain(found))
    output.say(f"{found.name} {told}.", mark="ok")
    return Exit.OK


def _plain(found: "Schedule") -> "dict[str, JsonValue]":
    return {
        "name": found.name,
        "kind": found.kind.value,
        "chore": found.subject,
        "cron": found.cron,
        "zone": found.zone,
        "pool": found.pool.value,
        "paused": found.paused,
        "next_at": plain(found.next_at),
        "last_at": plain(found.last_at),
    }
