"""Any value of ours turned into JSON, for what is shown of a graph's state."""

import math
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from bailiwick.kit.json_value import Json
from bailiwick.kit.narrowing import is_mapping, is_sequence, is_set

DEPTH_MAX: Final = 64  # ours: deeper than any state; bounds the recursion


class UnableToShow(ValueError):
    """A value has no JSON form; the message names its type, never the value."""


def plain(value: object, *, depth: int = 0) -> Json:
    """Return a value as JSON: dataclasses and models as objects, sets sorted, enums by value.

    Raises UnableToShow for what has no such form.
    """
    if depth > DEPTH_MAX:
        message = f"a value is nested deeper than {DEPTH_MAX} levels"
        raise UnableToShow(message)
    if isinstance(value, Enum):
        return plain(value.value, depth=depth + 1)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (float, datetime, date, UUID, timedelta, bytes, bytearray)):
        return _simple(value)
    return _compound(value, depth=depth + 1)


def _simple(value: float | datetime | date | UUID | timedelta | bytes | bytearray) -> Json:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    return str(value)


def _compound(value: object, *, depth: int) -> Json:
    if is_mapping(value):
        return {str(key): plain(one, depth=depth) for key, one in value.items()}
    if is_set(value):
        return sorted((plain(one, depth=depth) for one in value), key=str)
    if is_sequence(value):
        return [plain(one, depth=depth) for one in value]
    if is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name), depth=depth) for field in fields(value)
        }
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        return plain(dump(mode="python"), depth=depth)
    message = f"a value of type {type(value).__name__} has no JSON form"
    raise UnableToShow(message)
