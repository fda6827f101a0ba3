"""`bailiwick campaign`: make, change, start, pause and stop campaigns, and turn them."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from bailiwick.cli.campaign_series import AS_IT_IS, Typed, UnableToReadOption, series_changed
from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, tell_more
from bailiwick.cli.session import As, Json, Reason, application, person
from bailiwick.cli.wording import moment
from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from bailiwick.domain.campaign.campaign import Campaign
    from bailiwick.engine.campaign.in_line import Waiting
    from bailiwick.kit.json_value import Json as JsonValue

app = App(name="campaign", help="Series of mails to many, over weeks, each touch judged.")
for _place, _help in (
    ("campaign_audience:preview", "Tell what enrolling whom a filter selects would do."),
    ("campaign_audience:enrol", "Make contacts recipients, by id or by a saved filter."),
    ("campaign_recipients:recipients", "List the recipients, each with where they are."),
    ("campaign_recipients:recipient", "Show one recipient with every try of every touch."),
    ("campaign_recipients:move", "Let a recipient's next touch come at another time."),
    ("campaign_recipients:skip", "Leave a recipient's next touch out."),
    ("campaign_recipients:missing", "List whom nothing reached, or try them again."),
    ("campaign_figures:funnel", "Count recipients by where they are, and touches by fate."),
    ("campaign_figures:export", "Write the table of all recipients to a CSV file."),
):
    app.command(f"bailiwick.cli.{_place}", name=_place.partition(":")[2], help=_help)

Contact = Annotated[
    str, Parameter(name="--contact", help="Only this recipient: an id or a mail address.")
]


@app.command
def new(
    name: str,
    *,
    typed: Typed = AS_IT_IS,
    as_: As = "",
    json: Json = False,
) -> int:
    """Make a draft; nobody is touched before it is started.

    Parameters
    ----------
    name
        What to call it.
    """
    from bailiwick.domain.campaign.series import DEFAULT

    output = Output(as_json=json)
    with application() as bailiwick:
        sends = series_changed(DEFAULT, typed)
        made = bailiwick.campaigns.administration.create(
            name, sends, by=person(bailiwick, as_).person_id
        )
    output.answer(campaign_shown(made))
    output.say(
        f"{made.name!r} is a draft of {len(sends.touches)} touches.",
        f'Next: bailiwick campaign preview "{made.name}" --filter NAME',
        mark="ok",
    )
    return Exit.OK


@app.command(name="list")
def list_(
    *,
    status: CampaignStatus | None = None,
    cursor: Cursor = "",
    size: Size = SIZE,
    json: Json = False,
) -> int:
    """List campaigns, oldest first.

    Parameters
    ----------
    status
        Only those.
    """
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = unit.campaigns.list(status=status, cursor=cursor or None, size=checked(size))
    items: list[JsonValue] = [campaign_shown(one) for one in page.items]
    output.answer({"items": items, "next_cursor": page.next_cursor})
    rows = [(one.name, one.status.value, str(one.version), one.campaign_id) for one in page.items]
    output.table("Campaigns", ("name", "status", "version", "id"), rows)
    if not rows:
        output.say("Nothing here. Make one: bailiwick campaign new NAME")
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def show(name: str, *, json: Json = False) -> int:
    """Show a campaign and what it sends to new recipients.

    Parameters
    ----------
    name
        Its name or id.
    """
    from bailiwick.domain.campaign.series_text import series_args
    from bailiwick.domain.campaign.window_text import window_text
    from bailiwick.engine.campaign.changing import found_campaign

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        found = found_campaign(unit, name)
        sends = unit.campaigns.series(found.campaign_id, found.version)
        count = unit.campaigns.open_count(found.campaign_id)
        waiting = bailiwick.campaigns.lines_of(found)
    shown: dict[str, JsonValue] = {
        **campaign_shown(found), "open_count": count, "waiting": plain(waiting)
    }  # fmt: skip
    if sends is not None:
        shown["series"] = plain(series_args(sends))
    output.answer(shown)
    output.pairs(
        found.name,
        {
            "status": f"{found.status.value} {found.status_reason}".strip(),
            "recipients without an end": str(count),
            "version": str(found.version),
            "made": moment(found.created_at),
            **{f"version {one.line.version} waits": _waits(one) for one in waiting},
            **({} if sends is None else {
                "gaps, working days": ", ".join(str(one.gap_days) for one in sends.touches),
                "window": window_text(sends.window),
                "topic": sends.topic or "-",
                "stops": ", ".join(sorted(sends.stops)),
            }),
        },
    )  # fmt: skip
    return Exit.OK


@app.command
def change(
    name: str,
    *,
    typed: Typed = AS_IT_IS,
    in_flight: Annotated[
        bool,
        Parameter(
            name="--in-flight",
            negative=(),
            help="Those who are under way go on with it, too; else only new recipients get it.",
        ),
    ] = False,
    as_: As = "",
    json: Json = False,
) -> int:
    """Send something else from now on; a version that was sent stays as it was.

    Parameters
    ----------
    name
        Its name or id.
    """
    from bailiwick.domain.campaign.series import DEFAULT
    from bailiwick.engine.campaign.changing import found_campaign

    output = Output(as_json=json)
    with application() as bailiwick:
        with bailiwick.units.read() as unit:
            found = found_campaign(unit, name)
            before = unit.campaigns.series(found.campaign_id, found.version) or DEFAULT
        done = bailiwick.campaigns.administration.change(
            found.campaign_id,
            series_changed(before, typed),
            in_flight=in_flight,
            by=person(bailiwick, as_).person_id,
            seen=found.row_version,
        )
    output.answer({
        **campaign_shown(done.campaign), "recipients_count": done.recipients_count
    })  # fmt: skip
    whom = f"{done.recipients_count} under way" if in_flight else "new recipients only"
    output.say(f"{found.name!r} sends version {done.campaign.version}: {whom}.", mark="ok")
    return Exit.OK


@app.command
def start(name: str, *, as_: As = "", json: Json = False) -> int:
    """Let a draft run; that takes an approver.

    Parameters
    ----------
    name
        Its name or id.
    """
    with application() as bailiwick:
        asking = person(bailiwick, as_).person_id
        now = bailiwick.campaigns.administration.start(name, by=asking)
    return _told(Output(as_json=json), now, "runs")


@app.command
def pause(
    name: str,
    *,
    contact: Contact = "",
    until: Annotated[
        str, Parameter(name="--until", help="With --contact: an instant to go on at by itself.")
    ] = "",
    reason: Reason,
    as_: As = "",
    json: Json = False,
) -> int:
    """Begin nothing new until it is resumed, or send one recipient nothing.

    Parameters
    ----------
    name
        Its name or id.
    """
    from bailiwick.cli.campaign_recipients import instant_of, steered

    with application() as bailiwick:
        asking = person(bailiwick, as_).person_id
        desk = bailiwick.campaigns
        if contact:
            at = instant_of(bailiwick, until) if until else None
            return steered(
                bailiwick,
                contact,
                lambda whom: desk.steering.pause(name, whom, by=asking, reason=reason, until=at),
                "is paused",
                json=json,
            )
        if until:
            message = "--until is for one recipient; give --contact, too"
            raise UnableToReadOption(message)
        now = desk.administration.pause(name, by=asking, reason=reason)
    return _told(Output(as_json=json), now, "is paused")


@app.command
def resume(name: str, *, contact: Contact = "", as_: As = "", json: Json = False) -> int:
    """Go on after a pause: the campaign, which takes an approver, or one recipient.

    Parameters
    ----------
    name
        Its name or id.
    """
    from bailiwick.cli.campaign_recipients import steered

    with application() as bailiwick:
        asking = person(bailiwick, as_).person_id
        desk = bailiwick.campaigns
        if contact:
            return steered(
                bailiwick,
                contact,
                lambda whom: desk.steering.resume(name, whom, by=asking),
                "goes on",
                json=json,
            )
        now = desk.administration.resume(name, by=asking)
    return _told(Output(as_json=json), now, "goes on")


@app.command
def stop(
    name: str, *, contact: Contact = "", reason: Reason, as_: As = "", json: Json = False
) -> int:
    """End a campaign and every recipient in it, or one recipient, for good.

    Parameters
    ----------
    name
        Its name or id.
    """
    from bailiwick.cli.campaign_recipients import steered

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_).person_id
        desk = bailiwick.campaigns
        if contact:
            return steered(
                bailiwick,
                contact,
                lambda whom: desk.steering.stop(name, whom, by=asking, reason=reason),
                "has an end",
                json=json,
            )
        done = desk.administration.stop(name, by=asking, reason=reason)
    output.answer({
        **campaign_shown(done.campaign), "recipients_count": done.recipients_count
    })  # fmt: skip
    output.say(f"{done.campaign.name!r} is stopped; it ended for {done.recipients_count}.")
    return Exit.OK


@app.command
def tick(*, json: Json = False) -> int:
    """Turn everything once, without pools: settle, begin what is due, draft, deliver."""
    import asyncio

    output = Output(as_json=json)
    with application() as bailiwick:
        done = asyncio.run(bailiwick.campaigns.turn())
    output.answer(plain(done))
    output.say(
        f"{done.tick.begun_count} touches begun, {done.tick.moved_count} planned anew, "
        f"{done.runs_count} drafted; {done.drained.delivered_count} mails delivered."
    )
    for one in done.tick.waiting:
        output.say(f"Version {one.line.version} of {one.line.campaign_id} waits {_waits(one)}.")
    return Exit.OK


def campaign_shown(campaign: "Campaign") -> "dict[str, JsonValue]":
    """Return a campaign as JSON."""
    found = plain(campaign)
    assert isinstance(found, dict), "a dataclass is an object"
    return found


def _waits(line: "Waiting") -> str:
    return f"for room in the mailbox until {moment(line.until)}: {line.reason}"


def _told(output: Output, campaign: "Campaign", told: str) -> int:
    output.answer(campaign_shown(campaign))
    output.say(f"{campaign.name!r} {told}.", mark="ok")
    return Exit.OK
