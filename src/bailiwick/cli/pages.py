"""Long lists in pages: the parameters every list has, and the hint that leads to the next page."""

from collections.abc import Callable, Sequence
from typing import Annotated, Final, TypeVar

from cyclopts import Parameter

from bailiwick.cli.output import Output
from bailiwick.domain.fault import InputFault
from bailiwick.kit import paging
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page

T = TypeVar("T")

SIZE: Final = 50  # ours: a screen or two

Cursor = Annotated[
    str, Parameter(name="--cursor", help="Continue after the page that ended with this.")
]
Size = Annotated[int, Parameter(name="--size", help="Rows a page, at most 500.")]


class UnableToPage(InputFault):
    """The size of a page cannot be used."""


def checked(size: int) -> int:
    """Return a size of page. Raises UnableToPage."""
    if not 1 <= size <= PAGE_SIZE_MAX:
        message = f"--size takes 1 to {PAGE_SIZE_MAX}, not {size}"
        raise UnableToPage(message)
    return size


def sliced(items: Sequence[T], *, key: Callable[[T], str], cursor: str, size: int) -> Page[T]:
    """Return one page of a list that is at hand; the cursor is the key of the last item shown."""
    found = paging.sliced(items, key=key, cursor=cursor, size=checked(size))
    if found is None:
        message = f"--cursor {cursor!r} is not in this list; leave it out to start at the top"
        raise UnableToPage(message)
    return found


def tell_more(output: Output, next_cursor: str | None) -> None:
    """Say how to see the next page, when there is one."""
    if next_cursor is not None:
        output.say(f"There is more: repeat with --cursor {next_cursor}")
