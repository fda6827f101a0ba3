"""`bailiwick followups`: who is owed a word outside campaigns, since when, and what to do."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.session import Json, application
from bailiwick.cli.wording import moment, warmth_said
from bailiwick.domain.followup.owed import Wanted
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from bailiwick.domain.followup.owed import Owed

Only = Annotated[Wanted | None, Parameter(name="--wanted", help="Only what needs this done.")]


def followups(
    *, wanted: Only = None, cursor: Cursor = "", size: Size = SIZE, json: Json = False
) -> int:
    """List who is owed an answer, a follow-up or a plan, the most urgent first.

    Who wrote last is owed an answer; who was asked and is silent a follow-up, sooner the more they
    engage; an open deal with no next step a plan. Times are working days of the other side; the
    warmth says how near to a purchase their words are, faded by age and ended by a no.
    """
    from bailiwick.engine.followups import followups as owed
    from bailiwick.engine.followups import quoted

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        found = owed(unit, at=bailiwick.clock.now())
        due = [one for one in found if wanted is None or one.wanted is wanted]
        page = sliced(due, key=lambda one: one.about, cursor=cursor, size=size)
        page = replace(page, items=quoted(unit, page.items))
    output.answer(plain(page))
    output.table(
        "Follow-ups", ("who", "what to do", "why", "since"), [_row(one) for one in page.items]
    )
    output.say("Next: bailiwick plan CONTACT" if page.items else "Nobody waits for us.")
    tell_more(output, page.next_cursor)
    return Exit.OK


def _row(one: "Owed") -> tuple[str, ...]:
    who = f"{one.name} <{one.address}>" if one.contact_id else one.company or "-"
    days = "today" if one.waiting_days == 0 else f"{one.waiting_days} working days"
    return (
        f"{who}\n{one.contact_id or one.about}",
        one.wanted.value.replace("_", " "),
        f"{one.subject}\n{one.why}{_warm(one)}",
        f"{moment(one.owed_since)}\n{days}",
    )


def _warm(one: "Owed") -> str:
    said = warmth_said(one.warmth)
    return f"\nwarmth {said}" if said else ""
