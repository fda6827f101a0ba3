"""What a JSON answer looks like without what it says, and how two answers differ.

Ids, times and texts are replaced by their kind, so that recordings of two servers can be compared
key by key. A few closed words (a status, an event's name) are part of the shape and stay.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from bailiwick.kit.json_value import Json

Shape: TypeAlias = "str | int | list[Shape] | dict[str, Shape]"

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")
_DIGEST: Final = re.compile(r"[0-9a-f]{32}")
_WORDS: Final = frozenset({"status", "event", "error_class", "code", "kind", "graph_id"})
"""Keys whose text belongs to the shape."""
_OPAQUE: Final = frozenset({"kwargs", "configurable"})
"""What a server keeps beside a run for itself."""


def shape(value: Json, *, key: str = "") -> Shape:
    """Return the shape of a JSON value."""
    if key in _OPAQUE and value is not None:
        return f"<{type(value).__name__}>"
    if isinstance(value, Mapping):
        return {_key(name): shape(inner, key=name) for name, inner in sorted(value.items())}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _distinct([shape(inner, key=key) for inner in value])
    return _scalar(value, key)


def _distinct(shapes: Sequence[Shape]) -> list[Shape]:
    found: list[Shape] = []
    for one in shapes:
        if one not in found:
            found.append(one)
    return found


def _key(name: str) -> str:
    return "<id>" if _UUID.fullmatch(name) or _DIGEST.fullmatch(name) else name


def _scalar(value: Json, key: str) -> Shape:
    if isinstance(value, str):
        if key in _WORDS:
            return value
        if _UUID.fullmatch(value):
            return "<uuid>"
        return "<instant>" if _INSTANT.fullmatch(value) else "<text>"
    if value is None:
        return "<null>"
    return f"<{type(value).__name__}>"


def differences(oracle: Shape, ours: Shape, *, path: str) -> Iterator[str]:
    """Yield what is missing, extra or of another kind in ours, as `path: what`.

    A list that one side left empty says nothing about its elements, and null may stand for a value.
    """
    if isinstance(oracle, dict) and isinstance(ours, dict):
        yield from (f"{path}.{name}: missing" for name in oracle if name not in ours)
        yield from (f"{path}.{name}: extra" for name in ours if name not in oracle)
        for name in oracle.keys() & ours.keys():
            yield from differences(oracle[name], ours[name], path=f"{path}.{name}")
        return
    if isinstance(oracle, list) and isinstance(ours, list):
        if oracle and ours:
            yield from differences(oracle[0], ours[0], path=f"{path}[]")
        return
    if oracle != ours and "<null>" not in {str(oracle), str(ours)}:
        yield f"{path}: {oracle} became {ours}"
