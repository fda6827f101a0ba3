"""`bailiwick campaign recipients|recipient|move|skip|missing`: who is where, and moving them."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import As, Json, application, person
from bailiwick.cli.wording import moment
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bailiwick.domain.ids import ContactId
    from bailiwick.engine.campaign.tallying import TableRow
    from bailiwick.kit.json_value import Json as JsonValue
    from bailiwick.kit.paging import Page
    from bailiwick.ports.campaigns import Kept
    from bailiwick.wiring.application import Application


class UnableToReadInstant(InputFault):
    """What was typed is no date and time."""


def recipients(name: str, *, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the recipients of a campaign, each with where they are.

    Parameters
    ----------
    name
        The campaign.
    """
    with application() as bailiwick:
        page = bailiwick.campaigns.tallying.table(name, cursor=cursor or None, size=checked(size))
    return _listed(Output(as_json=json), page)


def recipient(name: str, contact: str, *, json: Json = False) -> int:
    """Show one recipient with every try of every touch.

    Parameters
    ----------
    name
        The campaign.
    contact
        An id or a mail address.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        story = bailiwick.campaigns.tallying.story(name, _whom(bailiwick, contact))
    enrolment = story.kept.enrolment
    shown: dict[str, JsonValue] = {
        "row": plain(story.row),
        "recipient": plain(enrolment),
        "row_version": story.kept.row_version,
        "touches_count": story.touches_count,
        "tries": plain(story.tries),
    }
    output.answer(shown)
    output.pairs(
        f"{story.row.name} in {story.campaign.name}",
        {
            "where": story.row.truth.value.replace("_", " "),
            "touches": f"{enrolment.touches_count} of {story.touches_count}",
            "next": moment(enrolment.wake_at),
            "why": enrolment.reason or "-",
        },
    )
    output.table(
        "Tries",
        ("touch", "try", "begun", "what became of it", "run"),
        [
            (
                str(one.number),
                str(one.attempt + 1),
                moment(one.begun_at),
                "under way" if one.fate is None else one.fate.value.replace("_", " "),
                one.run_id,
            )
            for one in story.tries
        ],
    )
    return Exit.OK


def move(name: str, contact: str, *, at: str, as_: As = "", json: Json = False) -> int:
    """Let the next touch of a recipient come at another time; window and limits hold then, too.

    Parameters
    ----------
    name
        The campaign.
    contact
        An id or a mail address.
    at
        Such as 2026-12-01T09:30, by the workspace's clock unless it says another zone.
    """
    with application() as bailiwick:
        asking, when = person(bailiwick, as_).person_id, instant_of(bailiwick, at)
        return steered(
            bailiwick,
            contact,
            lambda whom: bailiwick.campaigns.steering.move(name, whom, when, by=asking),
            "is moved",
            json=json,
        )


def skip(name: str, contact: str, *, as_: As = "", json: Json = False) -> int:
    """Leave the next touch of a recipient out.

    Parameters
    ----------
    name
        The campaign.
    contact
        An id or a mail address.
    """
    with application() as bailiwick:
        asking = person(bailiwick, as_).person_id
        return steered(
            bailiwick,
            contact,
            lambda whom: bailiwick.campaigns.steering.skip(name, whom, by=asking),
            "skips a touch",
            json=json,
        )


def missing(
    name: str,
    *,
    send: Annotated[
        bool, Parameter(name="--send", negative=(), help="Try them again; takes an approver.")
    ] = False,
    reason: Annotated[str, Parameter(name="--reason", help="With --send: why.")] = "",
    cursor: Cursor = "",
    size: Size = SIZE,
    as_: As = "",
    json: Json = False,
) -> int:
    """List the recipients whom their touch did not reach, or try them again.

    Parameters
    ----------
    name
        The campaign.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        if not send:
            page = bailiwick.campaigns.tallying.missing(
                name, cursor=cursor or None, size=checked(size)
            )
            return _listed(output, page)
        count = bailiwick.campaigns.steering.send_to_missing(
            name, by=person(bailiwick, as_).person_id, reason=reason
        )
    output.answer({"recipients_count": count})
    output.say(f"{count} recipients are tried again.", mark="ok" if count else "")
    return Exit.OK


def steered(
    bailiwick: "Application",
    contact: str,
    act: "Callable[[ContactId], Kept]",
    told: str,
    *,
    json: bool,
) -> int:
    """Do something with one recipient and print how they stand."""
    now = act(_whom(bailiwick, contact))
    output = Output(as_json=json)
    output.answer({"recipient": plain(now.enrolment), "row_version": now.row_version})
    output.say(f"{contact} {told}; next: {moment(now.enrolment.wake_at)}.", mark="ok")
    return Exit.OK


def instant_of(bailiwick: "Application", text: str) -> "datetime":
    """Return an instant that was typed, by the workspace's clock. Raises UnableToReadInstant."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is no date and time; write such as 2026-12-01T09:30"
        raise UnableToReadInstant(message) from error
    if found.tzinfo is None:
        return found.replace(tzinfo=ZoneInfo(bailiwick.workspace.timezone))
    return found


def _whom(bailiwick: "Application", contact: str) -> "ContactId":
    from bailiwick.engine.whom import found_contact

    with bailiwick.units.read() as unit:
        return found_contact(unit, contact)


def _listed(output: Output, page: "Page[TableRow]") -> int:
    output.answer(plain(page))
    rows = [
        (
            one.name or one.contact_id,
            one.truth.value.replace("_", " "),
            str(one.touches_passed),
            moment(one.wake_at),
            one.reason,
        )
        for one in page.items
    ]
    output.table("Recipients", ("name", "where", "touches", "next", "why"), rows)
    if not rows:
        output.say("Nobody.")
    tell_more(output, page.next_cursor)
    return Exit.OK
