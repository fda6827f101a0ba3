"""The recipients of a campaign: where each is, and what people do with them."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from bailiwick.api.caller import Caller, may
from bailiwick.api.etag import IfMatch, require_match, tagged
from bailiwick.api.paging import SIZE as PAGE_SIZE
from bailiwick.api.paging import Cursor, PageOf, Size, page
from bailiwick.api.reply import ready
from bailiwick.api.routes.campaigns import Which, vars_of
from bailiwick.api.routing import own_router
from bailiwick.api.shapes import Changed, Given, Reason, Reasoned, Told
from bailiwick.domain.ids import ContactId
from bailiwick.domain.right import Right
from bailiwick.engine.campaign.steering import found_recipient
from bailiwick.engine.campaign.tallying import table_csv
from bailiwick.ports.campaigns import Kept

router = own_router("campaigns")
Reading = Annotated[Caller, may(Right.READ)]
Writing = Annotated[Caller, may(Right.WRITE)]
Deciding = Annotated[Caller, may(Right.DECIDE, whole=True)]
Whom = Annotated[str, Path(alias="contact_id", min_length=1, max_length=80)]


class Paused(Given):
    """A pause: until an instant, or until somebody lets them go on."""

    reason: Reason
    until: datetime | None = None


class Moved(Given):
    """When the next touch comes."""

    at: datetime


@router.get("/campaigns/{campaign}/recipients", responses={200: {"model": PageOf}})
def list_recipients(
    caller: Reading, which: Which, cursor: Cursor = None, size: Size = PAGE_SIZE
) -> Response:
    """List the recipients whom you see, each with where they are, by id."""
    return page(
        caller.application.campaigns.tallying.table(
            which, cursor=cursor, size=size, within=caller.units
        )
    )


@router.get(
    "/campaigns/{campaign}/recipients.csv",
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def export_recipients(
    caller: Reading, which: Which, cursor: Cursor = None, size: Size = PAGE_SIZE
) -> Response:
    """Give out the same rows as CSV; `x-pagination-next` is the cursor of the next page.

    Only the first page has a line of names.
    """
    found = caller.application.campaigns.tallying.table(
        which, cursor=cursor, size=size, within=caller.units
    )
    headers = {"x-pagination-next": found.next_cursor} if found.next_cursor else None
    text = table_csv(found.items, header=cursor is None)
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/campaigns/{campaign}/missing", responses={200: {"model": PageOf}})
def list_missing(
    caller: Reading, which: Which, cursor: Cursor = None, size: Size = PAGE_SIZE
) -> Response:
    """List the recipients whom their touch did not reach, and why, by id."""
    return page(
        caller.application.campaigns.tallying.missing(
            which, cursor=cursor, size=size, within=caller.units
        )
    )


@router.post("/campaigns/{campaign}/missing", responses={200: {"model": Changed}})
def send_to_missing(caller: Deciding, which: Which, body: Reasoned) -> Response:
    """Try those again whom nothing reached."""
    count = caller.application.campaigns.steering.send_to_missing(
        which, by=caller.person_id, reason=body.reason
    )
    return ready({"result": "tried again", "recipients_count": count})


@router.get("/campaigns/{campaign}/recipients/{contact_id}", responses={200: {"model": Told}})
def read_recipient(caller: Reading, which: Which, whom: Whom) -> Response:
    """Show one recipient with every try of every touch."""
    story = caller.application.campaigns.tallying.story(which, ContactId(whom), within=caller.units)
    shown = {
        **vars_of(story.row),
        "campaign_id": story.campaign.campaign_id,
        "stage": story.kept.enrolment.stage,
        "put_offs_count": story.kept.enrolment.put_offs_count,
        "touches_count": story.touches_count,
        "tries": story.tries,
    }
    return ready(shown, headers=tagged(story.kept.row_version))


@router.post(
    "/campaigns/{campaign}/recipients/{contact_id}/pause", responses={200: {"model": Changed}}
)
def pause_recipient(
    caller: Writing, which: Which, whom: Whom, body: Paused, *, if_match: IfMatch = None
) -> Response:
    """Send them nothing until an instant, or until somebody lets them go on."""
    seen = _seen(caller, which, whom, if_match)
    now = caller.application.campaigns.steering.pause(
        which,
        ContactId(whom),
        by=caller.person_id,
        reason=body.reason,
        until=body.until,
        seen=seen,
    )
    return _told(now, "paused")


@router.post(
    "/campaigns/{campaign}/recipients/{contact_id}/resume", responses={200: {"model": Changed}}
)
def resume_recipient(
    caller: Writing, which: Which, whom: Whom, if_match: IfMatch = None
) -> Response:
    """Let somebody who is paused go on."""
    seen = _seen(caller, which, whom, if_match)
    now = caller.application.campaigns.steering.resume(
        which, ContactId(whom), by=caller.person_id, seen=seen
    )
    return _told(now, "resumed")


@router.post(
    "/campaigns/{campaign}/recipients/{contact_id}/move", responses={200: {"model": Changed}}
)
def move_recipient(
    caller: Writing, which: Which, whom: Whom, body: Moved, *, if_match: IfMatch = None
) -> Response:
    """Let the next touch come at another time; window and limits hold then, too."""
    seen = _seen(caller, which, whom, if_match)
    now = caller.application.campaigns.steering.move(
        which, ContactId(whom), body.at, by=caller.person_id, seen=seen
    )
    return _told(now, "moved")


@router.post(
    "/campaigns/{campaign}/recipients/{contact_id}/skip", responses={200: {"model": Changed}}
)
def skip_touch(caller: Writing, which: Which, whom: Whom, if_match: IfMatch = None) -> Response:
    """Leave the next touch out."""
    seen = _seen(caller, which, whom, if_match)
    now = caller.application.campaigns.steering.skip(
        which, ContactId(whom), by=caller.person_id, seen=seen
    )
    return _told(now, "skipped")


@router.post(
    "/campaigns/{campaign}/recipients/{contact_id}/stop", responses={200: {"model": Changed}}
)
def stop_recipient(
    caller: Writing, which: Which, whom: Whom, body: Reasoned, *, if_match: IfMatch = None
) -> Response:
    """End the campaign for one recipient, for good."""
    seen = _seen(caller, which, whom, if_match)
    now = caller.application.campaigns.steering.stop(
        which, ContactId(whom), by=caller.person_id, reason=body.reason, seen=seen
    )
    return _told(now, "stopped")


def _seen(caller: Caller, which: str, whom: str, if_match: str | None) -> int | None:
    """Return the row version that the caller read, if they said. Raises Refusal (412)."""
    with caller.units.read() as unit:
        kept = found_recipient(unit, which, ContactId(whom))
    require_match(if_match, kept.row_version)
    return None if if_match is None else kept.row_version


def _told(now: Kept, result: str) -> Response:
    return ready({"result": result, "recipient": now.enrolment}, headers=tagged(now.row_version))
