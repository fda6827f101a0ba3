"""Edited arguments, brought back to the types that were shown, only where nothing is lost.

Forms in a browser give numbers, lists and objects back as text. Such a text becomes the value it
was made from if reading it loses nothing; otherwise the edit is refused, and nothing is guessed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from bailiwick.kit.json_value import Json

TEXT_LENGTH_MAX: Final = 100_000  # ours: one argument, as text
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_BOOLEANS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why an edit cannot be taken; names the argument, never its value."""

    reason: str


class _Repeated(ValueError):
    """A JSON object names a key twice, so reading it would lose one."""


def edited_as_shown(
    edited: Mapping[str, Json], shown: Mapping[str, Json]
) -> "dict[str, Json] | Unusable":
    """Return edited arguments of the shown names and types, or why that is not possible."""
    missing, unknown = sorted(shown.keys() - edited.keys()), sorted(edited.keys() - shown.keys())
    if missing or unknown:
        wrong = ", ".join(repr(name)[:60] for name in (missing or unknown)[:10])
        return Unusable(f"an edit {'lacks' if missing else 'adds'} arguments: {wrong}")
    found: dict[str, Json] = {}
    for name, before in shown.items():
        value = _as_shown(edited[name], before)
        if isinstance(value, Unusable):
            return Unusable(f"argument {name!r}: {value.reason}")
        found[name] = value
    return found


def _as_shown(value: Json, shown: Json) -> "Json | Unusable":
    kind = type(shown)
    if shown is None or _same_kind(value, shown):
        return value
    if not isinstance(value, str) or len(value) > TEXT_LENGTH_MAX:
        return Unusable(f"it was {kind.__name__}, and must stay so")
    found = _read(value.strip(), shown)
    return Unusable(f"the text cannot be read as {kind.__name__}") if found is None else found


def _same_kind(value: Json, shown: Json) -> bool:
    if isinstance(shown, bool) or isinstance(value, bool):
        return isinstance(shown, bool) and isinstance(value, bool)
    if isinstance(shown, float):
        return isinstance(value, (int, float))
    if isinstance(shown, (int, str)):
        return type(value) is type(shown)
    if isinstance(shown, Mapping):
        return isinstance(value, Mapping)
    return not isinstance(value, (str, int, float, Mapping)) and value is not None


def _read(text: str, shown: Json) -> Json:
    """Return the value that a text stands for; None when reading it would lose something."""
    if isinstance(shown, bool):
        return _BOOLEANS.get(text)
    if isinstance(shown, int):
        return int(text) if _WHOLE.fullmatch(text) and text != "-0" else None
    if isinstance(shown, float):
        return _decimal(text)
    return _structure(text, shown)


def _decimal(text: str) -> float | None:
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return None
    if not exact.is_finite():
        return None
    value = float(exact)
    return value if Decimal(repr(value)) == exact else None


def _structure(text: str, shown: Json) -> Json:
    try:
        value: Json = json.loads(text, object_pairs_hook=_once, parse_float=_exact)
    except (ValueError, RecursionError):
        return None
    return value if _same_kind(value, shown) else None


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Repeated
    return found


def _exact(text: str) -> float:
    value = _decimal(text)
    if value is None:
        message = "a number that no float holds exactly"
        raise ValueError(message)
    return value
