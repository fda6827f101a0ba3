"""One page of a long list."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE_MAX: Final = 500  # ours: bounds one answer; the next cursor gives the rest


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items in order, and the cursor that continues after them (None at the end)."""

    items: tuple[T, ...]
    next_cursor: str | None = None
