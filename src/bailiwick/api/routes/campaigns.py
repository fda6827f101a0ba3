"""Campaigns: made, changed, foretold, filled, started, paused, stopped, and counted."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.etag import IfMatch, require_match, tagged
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size
from bailiwick.api.problem import missing
from bailiwick.api.reply import ready
from bailiwick.api.routes.filters import Conditions, conditions_given
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Changed, Given, Id, Reasoned, Told
from bailiwick.domain.campaign.campaign import NAME_LENGTH_MAX, Campaign, CampaignStatus
from bailiwick.domain.campaign.pace import Over
from bailiwick.domain.campaign.series import DEFAULT, TOUCHES_COUNT_MAX, Gaps, Series
from bailiwick.domain.campaign.series_text import series_args, series_with
from bailiwick.domain.campaign.window import BLOCKS_COUNT_MAX
from bailiwick.domain.filter.filter import Condition
from bailiwick.domain.ids import ContactId
from bailiwick.domain.right import Right
from bailiwick.domain.topic import NAME_CHARS_MAX as TOPIC_CHARS_MAX
from bailiwick.engine.campaign.changing import found_campaign
from bailiwick.engine.campaign.enrolling import CONTACTS_COUNT_MAX
from bailiwick.engine.campaign.filtering import found_filter

router = own_router("campaigns")
Reading = Annotated[Caller, may(Right.READ)]
Writing = Annotated[Caller, may(Right.WRITE)]
Changing = Annotated[Caller, may(Right.WRITE, whole=True)]
Deciding = Annotated[Caller, may(Right.DECIDE, whole=True)]
Operating = Annotated[Caller, may(Right.OPERATE, whole=True)]
Which = Annotated[str, Path(alias="campaign", min_length=1, max_length=NAME_LENGTH_MAX)]


class CampaignBody(Told):
    """A campaign."""

    campaign_id: str
    name: str
    status: str
    version: int


class TouchGiven(Given):
    """One message of a series."""

    gap_days: Annotated[int, Field(ge=0)]
    angle: Annotated[str, Field(max_length=40)] = ""


class WindowGiven(Given):
    """Named blocks of a week: weekday from 0 (Monday), first and last minute of the day."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)]
    blocks: Annotated[
        list[Annotated[list[int], Field(min_length=3, max_length=3)]],
        Field(min_length=1, max_length=BLOCKS_COUNT_MAX),
    ]


class LimitGiven(Given):
    """At most so many mails within so many seconds."""

    over: Over
    count: Annotated[int, Field(ge=1)]
    seconds: Annotated[int, Field(ge=1)]


class SeriesGiven(Given):
    """What a campaign sends; what is left out stays as it is, or as it comes."""

    touches: Annotated[list[TouchGiven], Field(max_length=TOUCHES_COUNT_MAX)] | None = None
    window: WindowGiven | None = None
    limits: Annotated[list[LimitGiven], Field(max_length=20)] | None = None
    stops: Annotated[list[str], Field(max_length=20)] | None = None
    tail_seconds: Annotated[int, Field(ge=1)] | None = None
    topic: Annotated[str, Field(max_length=TOPIC_CHARS_MAX)] | None = None
    gaps: Gaps | None = None


class NewCampaign(Given):
    """A campaign that is to be, as a draft."""

    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)]
    series: SeriesGiven = SeriesGiven()


class ChangedSeries(Given):
    """Another version of what is sent."""

    series: SeriesGiven
    in_flight: bool = False
    """Whether those who are under way go on with it, too; that takes an approver."""


class Selection(Given):
    """Whom: a saved filter, by id or name, or conditions."""

    filter: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)] | None = None
    conditions: Conditions | None = None


class Foretold(Selection):
    """An enrolment that is looked at before it is done."""

    campaign: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)] | None = None
    """Whose series counts; the published one when left out."""


class Enrolment(Given):
    """Whom to enrol: contacts by id, or whom a saved filter selects."""

    contacts: Annotated[list[Id], Field(max_length=CONTACTS_COUNT_MAX)] | None = None
    filter: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)] | None = None
    cursor: Annotated[str, Field(max_length=80)] | None = None
    """Of the answer before: a filter is enrolled in pages."""


@router.get("/campaigns", responses={200: {"model": PageOf}})
def list_campaigns(
    caller: Reading,
    *,
    status: Annotated[CampaignStatus | None, Query()] = None,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> Response:
    """List campaigns, oldest first."""
    with caller.units.read() as unit:
        found = unit.campaigns.list(status=status, cursor=cursor, size=size)
    return ready({"items": found.items, "next_cursor": found.next_cursor})


@router.post("/campaigns", status_code=201, responses={201: {"model": CampaignBody}})
def add_campaign(caller: Writing, body: NewCampaign) -> Response:
    """Make a draft; nobody is touched before it is started."""
    made = caller.application.campaigns.administration.create(
        body.name, _series(DEFAULT, body.series), by=caller.person_id
    )
    return ready(made, status=201, headers=tagged(made.row_version))


@router.post("/campaigns/preview", responses={200: {"model": Told}})
def preview_campaign(caller: Reading, body: Foretold) -> Response:
    """Tell what enrolling whom a filter selects would do: who, who not, cost and dates."""
    told = caller.application.campaigns.previewing.preview(
        _selected(caller, body), campaign=body.campaign or "", within=caller.units
    )
    shown = {"enrolled_count": told.reception.enrolled_count, **vars_of(told.reception)}
    return ready({**vars_of(told), "reception": shown})


@router.post("/campaigns/tick", responses={200: {"model": Told}})
def tick_campaigns(caller: Operating) -> Response:
    """Settle what ended and begin what is due, as the pools do each minute."""
    settled, ticked = caller.application.campaigns.keep_going()
    return ready({"settled": settled, "ticked": ticked})


@router.get("/campaigns/{campaign}", responses={200: {"model": CampaignBody}})
def read_campaign(caller: Reading, which: Which) -> Response:
    """Show a campaign, by id or name, with what it sends to new recipients."""
    with caller.units.read() as unit:
        found = found_campaign(unit, which)
        series = unit.campaigns.series(found.campaign_id, found.version)
    shown = {
        **vars_of(found),
        "series": None if series is None else series_args(series),
        "waiting": caller.application.campaigns.lines_of(found),
    }
    return ready(shown, headers=tagged(found.row_version))


@router.post("/campaigns/{campaign}/series", responses={200: {"model": Changed}})
def change_series(
    caller: Changing, which: Which, body: ChangedSeries, if_match: IfMatch = None
) -> Response:
    """Send something else from now on: to new recipients, or also to those under way."""
    found, seen = _matched(caller, which, if_match)
    with caller.units.read() as unit:
        before = unit.campaigns.series(found.campaign_id, found.version)
    done = caller.application.campaigns.administration.change(
        found.campaign_id,
        _series(before or DEFAULT, body.series),
        in_flight=body.in_flight,
        by=caller.person_id,
        seen=seen,
    )
    return _told(done.campaign, "changed", recipients_count=done.recipients_count)


@router.post("/campaigns/{campaign}/start", responses={200: {"model": Changed}})
def start_campaign(caller: Deciding, which: Which, if_match: IfMatch = None) -> Response:
    """Let a draft run."""
    found, seen = _matched(caller, which, if_match)
    now = caller.application.campaigns.administration.start(
        found.campaign_id, by=caller.person_id, seen=seen
    )
    return _told(now, "started")


@router.post("/campaigns/{campaign}/pause", responses={200: {"model": Changed}})
def pause_campaign(
    caller: Changing, which: Which, body: Reasoned, if_match: IfMatch = None
) -> Response:
    """Begin nothing new until it is resumed."""
    found, seen = _matched(caller, which, if_match)
    now = caller.application.campaigns.administration.pause(
        found.campaign_id, by=caller.person_id, reason=body.reason, seen=seen
    )
    return _told(now, "paused")


@router.post("/campaigns/{campaign}/resume", responses={200: {"model": Changed}})
def resume_campaign(caller: Deciding, which: Which, if_match: IfMatch = None) -> Response:
    """Go on after a pause; what was due meanwhile is planned anew."""
    found, seen = _matched(caller, which, if_match)
    now = caller.application.campaigns.administration.resume(
        found.campaign_id, by=caller.person_id, seen=seen
    )
    return _told(now, "resumed")


@router.post("/campaigns/{campaign}/stop", responses={200: {"model": Changed}})
def stop_campaign(
    caller: Changing, which: Which, body: Reasoned, if_match: IfMatch = None
) -> Response:
    """End a campaign and every recipient in it, for good."""
    found, seen = _matched(caller, which, if_match)
    done = caller.application.campaigns.administration.stop(
        found.campaign_id, by=caller.person_id, reason=body.reason, seen=seen
    )
    return _told(done.campaign, "stopped", recipients_count=done.recipients_count)


@router.post("/campaigns/{campaign}/enrol", responses={200: {"model": Changed}})
def enrol(caller: Writing, which: Which, body: Enrolment) -> Response:
    """Make contacts recipients: by id, or whom a saved filter selects among those you see."""
    campaigns = caller.application.campaigns
    with caller.units.read() as unit:
        found = found_campaign(unit, which)
    if body.filter is not None:
        with caller.units.read() as unit:
            chosen = found_filter(unit, body.filter)
        done = campaigns.enrolling.matching(
            found.campaign_id,
            chosen.conditions,
            source=chosen.filter_id,
            by=caller.person_id,
            cursor=body.cursor,
            within=caller.units,
        )
    else:
        contacts = [ContactId(one) for one in body.contacts or ()]
        _require_seen(caller, contacts)
        done = campaigns.administration.enrol(found.campaign_id, contacts, by=caller.person_id)
    return _told(
        done.campaign,
        "enrolled",
        new_count=done.new_count,
        left_out=done.left_out,
        next_cursor=done.next_cursor,
    )


@router.get("/campaigns/{campaign}/funnel", responses={200: {"model": Told}})
def read_funnel(caller: Reading, which: Which) -> Response:
    """Count the recipients whom you see: each is in one place, and each touch has its row."""
    return ready(caller.application.campaigns.tallying.funnel(which, within=caller.units))


def vars_of(value: object) -> dict[str, object]:
    """Return the fields of one of our dataclasses by name."""
    return {name: getattr(value, name) for name in getattr(value, "__dataclass_fields__", ())}


def _series(base: Series, given: SeriesGiven) -> Series:
    """Return a series with what came in. Raises UnableToReadSeries."""
    return series_with(base, given.model_dump(mode="json", exclude_none=True))


def _selected(caller: Caller, given: Selection) -> tuple[Condition, ...]:
    """Return the conditions that came in, or those of the filter. Raises UnableToFindFilter."""
    if given.filter is None:
        return conditions_given(given.conditions or [])
    with caller.units.read() as unit:
        return found_filter(unit, given.filter).conditions


def _require_seen(caller: Caller, contacts: list[ContactId]) -> None:
    """Let go on who names contacts that they see. Raises Refusal (404)."""
    with caller.units.read() as unit:
        seen = unit.funnels.people(contacts)
    unseen = next((one for one in contacts if one not in seen), None)
    if unseen is not None:
        what = "contact"
        raise missing(what, unseen)


def _matched(caller: Caller, which: str, if_match: str | None) -> tuple[Campaign, int | None]:
    """Return a campaign that is as the caller read it, and the version they read, if they said.

    Raises Refusal (412), UnableToFindCampaign.
    """
    with caller.units.read() as unit:
        found = found_campaign(unit, which)
    require_match(if_match, found.row_version)
    return found, None if if_match is None else found.row_version


def _told(campaign: Campaign, result: str, **more: object) -> Response:
    body = {"result": result, "campaign": campaign, **more}
    return ready(body, headers=tagged(campaign.row_version))
