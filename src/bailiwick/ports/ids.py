"""Fresh identifiers."""

from typing import Protocol


class Ids(Protocol):
    """Makes sortable ids with a type prefix."""

    def new(self, prefix: str) -> str:
        """Return a fresh id that starts with this prefix."""
        ...
