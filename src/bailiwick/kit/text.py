"""Text that came from anywhere, made safe to compare and to show."""

import unicodedata
from typing import Final

_INVISIBLE: Final = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})


def capped(text: str, length_max: int) -> str:
    """Return at most `length_max` characters, the last one an ellipsis when text was cut."""
    return text if len(text) <= length_max else text[: length_max - 1] + "…"


def without_controls(text: str, *, keep: str = "\n\t") -> str:
    """Drop control, format and surrogate characters, except those in `keep`."""
    return "".join(c for c in text if c in keep or unicodedata.category(c) not in _INVISIBLE)


def one_line(text: str) -> str:
    """Fold text to one line of visible characters with single spaces, fit for a header value."""
    return " ".join(without_controls(text, keep=" \n\t\r").split())


def folded(text: str) -> str:
    """Return the form used to compare: NFKC, case-folded, visible, single-spaced."""
    return " ".join(without_controls(unicodedata.normalize("NFKC", text)).casefold().split())
