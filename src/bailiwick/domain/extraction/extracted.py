"""One value that was found in a text, with where it stands and how sure we are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """A value and its place: the text between `start` and `end` contains it, as written."""

    field: str
    value: str
    confidence_permille: int
    method: str
    start: int
    end: int
