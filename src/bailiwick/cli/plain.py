"""Turns what the application answers into plain JSON values, field by field."""

import dataclasses
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailiwick.kit.hashing import Canonical


def plain(value: object) -> "Canonical":
    """Return dataclasses as mappings, instants as ISO text and collections as lists."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - checked piece by piece
    if isinstance(value, AbstractSet):
        return sorted(str(word) for word in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - sets hold words
    if isinstance(value, Sequence):
        return [plain(inner) for inner in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - checked piece by piece
    message = f"{type(value).__name__} has no plain form"
    raise AssertionError(message)


def moment(at: datetime | None) -> str:
    """Show an instant in UTC to the minute; a dash when there is none."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at is not None else "-"


def percent(permille: int) -> str:
    """Show a permille as the decimal fraction that the law's texts use, such as 0.60."""
    return f"{permille // 1000}.{permille % 1000:03d}".rstrip("0").ljust(4, "0")
