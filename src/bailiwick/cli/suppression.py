"""`bailiwick suppression`: who is left alone, and lists of them in and out."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import As, Json, application, person
from bailiwick.cli.wording import moment, utc
from bailiwick.domain.consent import Bar
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from bailiwick.engine.permission.opt_out_lists import Taken

app = App(name="suppression", help="Who is left alone; lists of them in and out.")
Topic = Annotated[str, Parameter(help="A topic's name; everything when left out.")]
Asked = Annotated[
    datetime | None,
    Parameter(help="When they asked, as 2026-11-20T09:00 (UTC); now, or when the message came."),
]
Despite = Annotated[
    tuple[Bar, ...], Parameter(negative=(), help="What is lifted, too; once for each.")
]


class UnableToReadFile(InputFault):
    """The list cannot be read, or not written."""


@app.command
def add(address: str, *, topic: Topic = "", as_: As = "", json: Json = False) -> int:
    """Leave one address alone, and all others of the same person; a rep does that.

    Parameters
    ----------
    address
        A mail address, or its SHA-256 in hex.
    """
    from bailiwick.domain.opt_out_list import one_of
    from bailiwick.wiring.permission import opt_out_lists

    output = Output(as_json=json)
    with application() as bailiwick:
        by = person(bailiwick, as_).person_id
        taken = opt_out_lists(bailiwick).take(one_of(address), topic=topic, by=by)
    return _tell(output, taken)


@app.command
def lift(
    address: str,
    *,
    reason: str,
    evidence: str,
    topic: Topic = "",
    asked: Asked = None,
    despite: Despite = (),
    as_: As = "",
    json: Json = False,
) -> int:
    """Write again to somebody who asked to come back; an admin does that, on record.

    A consent goes with it. Everything is lifted, but topics that they left stay left; with
    `--topic` that topic alone is.

    Parameters
    ----------
    address
        Id or mail address of the contact.
    reason
        Why; it is recorded.
    evidence
        What proves that they asked: the form's entry, a file, or `message:<id>` of their mail.
    """
    from bailiwick.engine.permission.lifting import Wish
    from bailiwick.engine.whom import found_contact
    from bailiwick.wiring.permission import lifting

    output = Output(as_json=json)
    with application() as bailiwick:
        by = person(bailiwick, as_).person_id
        with bailiwick.units.read() as unit:
            contact_id = found_contact(unit, address)
        wish = Wish(
            contact_id=contact_id,
            topic=topic,
            reason=reason,
            evidence=evidence,
            asked_at=utc(asked) if asked else None,
            despite=frozenset(despite),
        )
        lifted = lifting(bailiwick).lift(wish, by=by)
    output.answer(plain(lifted))
    about = f"about {topic} " if topic else ""
    output.say(f"{contact_id} may be written to {about}again, as the law allows.", mark="ok")
    return Exit.OK


@app.command(name="import")
def import_(file: Path, *, topic: Topic = "", as_: As = "", json: Json = False) -> int:
    """Leave everybody on a list alone; the same list again changes nothing. A rep does that.

    Parameters
    ----------
    file
        CSV with a column `address` or `address_hash`, and `topic` if there are some; or one
        address a line.
    """
    from bailiwick.domain.opt_out_list import list_of
    from bailiwick.wiring.permission import opt_out_lists

    output = Output(as_json=json)
    try:
        content = file.read_bytes()
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise UnableToReadFile(message) from error
    with application() as bailiwick:
        by = person(bailiwick, as_).person_id
        taken = opt_out_lists(bailiwick).take(list_of(content), topic=topic, by=by)
    return _tell(output, taken)


@app.command
def export(*, topic: Topic = "", out: Path | None = None, json: Json = False) -> int:
    """Give out who is left alone as CSV, by hash; `import` reads it back.

    Parameters
    ----------
    out
        File to write; standard output when left out.
    """
    from bailiwick.engine.permission.opt_out_lists import lines_of
    from bailiwick.wiring.permission import opt_out_lists

    output, count = Output(as_json=json), -1  # the head is no row
    with application() as bailiwick:
        lines = lines_of(opt_out_lists(bailiwick).all(topic=topic))
        if out is None and not json:
            sys.stdout.writelines(lines)
            return Exit.OK
        if out is None:
            output.answer({"csv": "".join(lines)})
            return Exit.OK
        try:
            with out.open("w", encoding="utf-8", newline="") as file:
                for line in lines:
                    file.write(line)
                    count += 1
        except OSError as error:
            message = f"{out} cannot be written: {error.strerror}"
            raise UnableToReadFile(message) from error
    output.answer({"file": str(out), "rows": count})
    output.say(f"{count} rows are in {out}.", mark="ok")
    return Exit.OK


@app.command(name="list")
def list_(*, topic: Topic = "", cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List who is left alone, oldest first."""
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = unit.opt_outs.list(topic=topic, cursor=cursor or None, size=checked(size))
    output.answer(plain(page))
    rows = [(one.address_hash, one.reason, one.source, moment(one.at)) for one in page.items]
    output.table("Left alone", ("address, as SHA-256", "reason", "source", "since"), rows)
    tell_more(output, page.next_cursor)
    return Exit.OK


def _tell(output: Output, taken: "Taken") -> int:
    output.answer(plain(taken))
    output.say(f"{taken.new_count} are left alone now, {taken.known_count} were.", mark="ok")
    output.say(*(f"line {one.line}: {one.wrong}" for one in taken.wrong), mark="refused")
    if taken.wrong_count > len(taken.wrong):
        output.say(f"… {taken.wrong_count} lines name nobody", mark="refused")
    return Exit.INPUT if taken.wrong_count else Exit.OK
