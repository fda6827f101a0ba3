"""The one canonical encoding, and the digests made from it.

Approval, permit, outbox row and record carry one hash of one encoding (decision 0004): sorted keys,
no floats, UTF-8, no insignificant space. A second encoder anywhere is a defect.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, TypeGuard

Canonical: TypeAlias = "bool | int | str | Sequence[Canonical] | Mapping[str, Canonical] | None"
"""A value the canonical encoding accepts. Floats are refused: quantities are scaled integers."""

DEPTH_MAX: Final = 32  # decision 0004: deeper than any payload we make


def canonical_bytes(value: Canonical) -> bytes:
    """Encode a value in the one canonical form.

    Raises TypeError on a float or an unknown type and ValueError beyond 32 levels.
    """
    _check(value, depth=0)
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_thaw
    ).encode("utf-8", "surrogatepass")


def digest(value: Canonical) -> str:
    """Return the SHA-256 of the canonical form, as 64 hex digits."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def digest_bytes(content: bytes) -> str:
    """Return the SHA-256 of bytes, as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def _check(value: Canonical, *, depth: int) -> None:
    if depth > DEPTH_MAX:
        message = f"canonical value is nested deeper than {DEPTH_MAX} levels"
        raise ValueError(message)
    if value is None or isinstance(value, (bool, int, str)):
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance] - untyped callers
                message = f"canonical mapping key {key!r} is not a string"
                raise TypeError(message)
            _check(inner, depth=depth + 1)
        return
    if _is_list(value):
        for inner in value:
            _check(inner, depth=depth + 1)
        return
    message = f"canonical encoding takes no {type(value).__name__}; scale numbers to integers"
    raise TypeError(message)


def _is_list(value: object) -> TypeGuard[Sequence[Canonical]]:
    return isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray))


def _thaw(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    if isinstance(value, Sequence):
        return list(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    message = f"canonical encoding takes no {type(value).__name__}"
    raise TypeError(message)
