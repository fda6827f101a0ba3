"""Cursor paging: `?cursor=&size=` in, `{"items", "next_cursor"}` out."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Final, TypeVar

from fastapi import Query
from pydantic import BaseModel
from starlette.responses import Response

from bailiwick.api.problem import refuse
from bailiwick.api.reply import ready
from bailiwick.kit import paging
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


T = TypeVar("T")


class PageOf(BaseModel):
    """The shape of every list, for the OpenAPI document."""

    items: list[object]
    next_cursor: str | None


def page(found: Page[T]) -> Response:
    """Return a page as a ready response."""
    return ready({"items": found.items, "next_cursor": found.next_cursor})


def sliced(
    items: Sequence[T], *, key: Callable[[T], str], cursor: str | None, size: int
) -> Page[T]:
    """Return one page of a list that is at hand; the cursor is the key of the last item shown.

    Raises Refusal (422).
    """
    found = paging.sliced(items, key=key, cursor=cursor, size=size)
    if found is None:
        detail = "the cursor is not in this list; leave it out to begin"
        raise refuse(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    return found
