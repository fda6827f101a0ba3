"""The unsubscribe link of our mails (RFC 8058): looking at it changes nothing, posting to it does.

No login, no cookie, no second question for a mail program; a link scanner that only looks opts
nobody out. Who holds the token may opt out whom it names, and no more.
"""

from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from bailiwick.api import opt_out_page
from bailiwick.api.caller import public, service_of
from bailiwick.api.opt_out_page import words_for
from bailiwick.api.routing import DetailRoute
from bailiwick.domain.topic import TOPICS_COUNT_MAX

_HTML: Final = {"text/html": {"schema": {"type": "string"}}}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A page in the reader's language", "content": _HTML},
    404: {"description": "The link is not one of ours", "content": _HTML},
    429: {"description": "Too much at once; see Retry-After"},
    503: {"description": "A part does not answer; nothing was done, ask again"},
}
_BOXES: Final[dict[str, Any]] = {
    "requestBody": {
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {"topic": {"type": "array", "items": {"type": "string"}}},
                }
            }
        }
    }
}
router = APIRouter(
    prefix="/u", tags=["unsubscribe"], route_class=DetailRoute, dependencies=[public()]
)
Languages = Annotated[str, Header(alias="accept-language")]


@router.get(
    "/{token}", operation_id="unsubscribe_page", response_class=Response, responses=_ANSWERS
)
def look(request: Request, token: str, languages: Languages = "") -> Response:
    """Show a page with a button; changes nothing."""
    return _question(request, token, languages, path=token)


@router.post("/{token}", operation_id="unsubscribe", response_class=Response, responses=_ANSWERS)
def leave(request: Request, token: str, languages: Languages = "") -> Response:
    """Opt out whom the token names, at once and for good; again is the same.

    The body may be what RFC 8058 has a mail program send, or anything: an opt-out is never lost
    to its form.
    """
    words = words_for(languages)
    sender = service_of(request).one_click.opt_out(token)
    if sender is None:
        return opt_out_page.unknown(words)
    return opt_out_page.done(words, sender.company or sender.mailbox)


@router.post(
    "/{token}/topics",
    operation_id="leave_topics",
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra=_BOXES,
)
async def leave_topics(request: Request, token: str, languages: Languages = "") -> Response:
    """Send no more of the ticked topics to whom the token names; unknown ones are left out.

    Whoever was forwarded the mail holds the token, too, and opens no door that it did not close.
    """
    words = words_for(languages)
    body = await request.body()
    links = service_of(request).one_click
    sender = await run_in_threadpool(links.leave, token, _ticked(body))
    if sender is None:
        return opt_out_page.unknown(words)
    return opt_out_page.topics_left(words, sender.company or sender.mailbox)


@router.post(
    "/{token}/topics/return",
    operation_id="join_topics_again",
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra=_BOXES,
)
async def join_again(request: Request, token: str, languages: Languages = "") -> Response:
    """Write again about the ticked topics to whom the token names, who left them by this link.

    That is a consent. Where anything else stands in the way, nothing changes.
    """
    body = await request.body()
    return await run_in_threadpool(_joined, request, token, languages, _ticked(body))


def _joined(request: Request, token: str, languages: str, names: frozenset[str]) -> Response:
    links = service_of(request).one_click
    sender = links.sender(token)
    if sender is None or not links.rejoin(token, names):
        return _question(request, token, languages, path=f"../../{token}")
    return opt_out_page.topics_joined(words_for(languages), sender.company or sender.mailbox)


def _question(request: Request, token: str, languages: str, *, path: str) -> Response:
    words = words_for(languages)
    links = service_of(request).one_click
    sender = links.sender(token)
    if sender is None:
        return opt_out_page.unknown(words)
    return opt_out_page.question(
        words,
        sender.company or sender.mailbox,
        path=path,
        choices=links.topics(token),
    )


def _ticked(body: bytes) -> frozenset[str]:
    """Return the topics that a form names; a body of another shape names none."""
    try:
        fields = parse_qsl(body.decode("ascii"), max_num_fields=TOPICS_COUNT_MAX)
    except ValueError:  # not text, or more fields than there can be topics
        return frozenset()
    return frozenset(value for name, value in fields if name == opt_out_page.FIELD)
