"""Cursor paging: `?cursor=&size=` in, `{"items", "next_cursor"}` out."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from bailiwick.api.reply import ready
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page

SIZE: Final = 50  # ours, as on the command line
CURSOR_LENGTH_MAX: Final = 512  # ours: a cursor is an id, or two and a number

Cursor = Annotated[
    str | None,
    Query(
        max_length=CURSOR_LENGTH_MAX,
        description="Continue after the page that ended with this; leave it out to begin.",
    ),
]
Size = Annotated[int, Query(ge=1, le=PAGE_SIZE_MAX, description="Rows a page.")]


class PageOf(BaseModel):
    """The shape of every list, for the OpenAPI document."""

    items: list[object]
    next_cursor: str | None


def page(found: Page[object]) -> Response:
    """Return a page as a ready response."""
    return ready({"items": found.items, "next_cursor": found.next_cursor})
