"""Instants, fractions and foreign words as people are shown them."""

import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bailiwick.kit.text import without_controls

if TYPE_CHECKING:
    from bailiwick.domain.reader.score import Warmth


def moment(at: datetime | None) -> str:
    """Show an instant in UTC to the minute; a dash when there is none."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at is not None else "-"


def utc(given: datetime) -> datetime:
    """Return an instant without a zone as one of UTC."""
    return given if given.tzinfo is not None else given.replace(tzinfo=UTC)


def percent(permille: int) -> str:
    """Show a permille as the decimal fraction that the law's texts use, such as 0.60."""
    return f"{permille // 1000}.{permille % 1000:03d}".rstrip("0").ljust(4, "0")


def visible(text: str) -> str:
    """Spell out every character that cannot be seen or that reorders what is read."""
    return "".join(c if c == "\n" else _spelled(c) for c in text)


def warmth_said(warmth: "Warmth") -> str:
    """Say how near to a purchase somebody is, and by which words of theirs; empty when cold."""
    if not warmth.permille:
        return ""
    said = ", ".join(f'"{visible(words)}"' for words in warmth.words)
    return f"{percent(warmth.permille)}{f' by {said}' if said else ''}"


def _spelled(character: str) -> str:
    if without_controls(character, keep=""):
        return character
    name = unicodedata.name(character, "control")
    return f"⟨U+{ord(character):04X} {name.lower()}⟩"
