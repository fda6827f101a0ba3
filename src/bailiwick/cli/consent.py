"""`bailiwick consent`: what people said about being written to."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import As, Json, application, person
from bailiwick.cli.wording import moment, utc
from bailiwick.domain.consent import Basis, Channel, Consent, ConsentPurpose, ConsentState
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

app = App(name="consent", help="What people said about being written to.")

HEADS: Final = ("said", "purpose", "channel", "state", "ground", "source", "evidence")
Since = Annotated[
    datetime | None,
    Parameter(help="When it was said, as 2026-11-20T09:00 (UTC); now when left out."),
]
Until = Annotated[datetime | None, Parameter(help="When it ends; it does not when left out.")]


@app.command
def add(  # noqa: PLR0913 - a statement has this many parts
    contact: str,
    state: ConsentState,
    *,
    source: str,
    purpose: ConsentPurpose = ConsentPurpose.MARKETING,
    channel: Channel = Channel.MAIL,
    ground: Basis = Basis.NONE,
    evidence: str = "",
    since: Since = None,
    until: Until = None,
    as_: As = "",
    json: Json = False,
) -> int:
    """Take down what somebody said; a rep does that. No statement is ever changed or removed.

    Parameters
    ----------
    contact
        Id or mail address of the contact.
    state
        What was said.
    source
        Where: a form, a list, an event.
    purpose
        What they may be written to for.
    channel
        How they are reached.
    ground
        The legal ground of a grant.
    evidence
        What proves it; a grant needs it.
    """
    from bailiwick.engine.whom import found_contact
    from bailiwick.wiring.permission import consenting

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        with bailiwick.units.read() as unit:
            contact_id = found_contact(unit, contact)
        stored = consenting(bailiwick).state(
            Consent(
                contact_id=contact_id,
                purpose=purpose,
                channel=channel,
                state=state,
                lawful_basis=ground,
                source=source,
                evidence=evidence,
                valid_from=utc(since) if since else bailiwick.clock.now(),
                valid_to=utc(until) if until else None,
            ),
            by=asking.person_id,
        )
    output.answer(plain(stored))
    output.say(f"{contact_id}: {purpose.value} by {channel.value} is {state.value}.", mark="ok")
    return Exit.OK


@app.command
def show(contact: str, *, json: Json = False) -> int:
    """Show what holds for somebody now, which is what the law is told.

    Parameters
    ----------
    contact
        Id or mail address of the contact.
    """
    from bailiwick.engine.whom import found_contact

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        contact_id = found_contact(unit, contact)
        holds = unit.consents.current(contact_id, at=bailiwick.clock.now())
    output.answer({"contact_id": contact_id, "items": plain(holds)})
    output.table("Consent", HEADS, _rows(holds))
    if not holds:
        output.say("Nothing was said; what the law says then depends on where they live.")
    return Exit.OK


@app.command(name="list")
def list_(*, contact: str = "", cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List every statement, in the order in which they were taken down.

    Parameters
    ----------
    contact
        Id or mail address of a contact; of everybody when left out.
    """
    from bailiwick.engine.whom import found_contact

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        whose = found_contact(unit, contact) if contact else None
        page = unit.consents.list(whose, cursor=cursor or None, size=checked(size))
    output.answer(plain(page))
    output.table("Statements", HEADS, _rows(page.items))
    tell_more(output, page.next_cursor)
    return Exit.OK


def _rows(statements: "Sequence[Consent]") -> list[tuple[str, ...]]:
    return [
        (
            f"{moment(one.valid_from)}\n{one.contact_id}",
            one.purpose.value,
            one.channel.value,
            one.state.value + (f" until {moment(one.valid_to)}" if one.valid_to else ""),
            one.lawful_basis.value or "-",
            one.source or "-",
            one.evidence or "-",
        )
        for one in statements
    ]
