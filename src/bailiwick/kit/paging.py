"""One page of a long list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE_MAX: Final = 500  # ours: bounds one answer; the next cursor gives the rest


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items in order, and the cursor that continues after them (None at the end)."""

    items: tuple[T, ...]
    next_cursor: str | None = None


def page_of(found: Sequence[T], *, size: int, key: Callable[[T], str]) -> Page[T]:
    """Return the first `size` of what was found when one more was looked for.

    Whether that one was there tells whether to go on after the last.
    """
    items = tuple(found[:size])
    return Page(items=items, next_cursor=key(items[-1]) if len(found) > size else None)


def sliced(
    items: Sequence[T], *, key: Callable[[T], str], cursor: str | None, size: int
) -> Page[T] | None:
    """Return one page of a list that is at hand; the cursor is the key of the last item shown.

    None when the cursor is no key of the list: each surface says so in its own way.
    """
    keys = [key(item) for item in items]
    if cursor and cursor not in keys:
        return None
    start = keys.index(cursor) + 1 if cursor else 0
    shown = tuple(items[start : start + size])
    more = start + len(shown) < len(items)
    return Page(items=shown, next_cursor=keys[start + len(shown) - 1] if more else None)
