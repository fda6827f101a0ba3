"""JSON as callers write it, floats among it: for states that are stored and never hashed."""

import json
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""Any JSON value. What is approved, recorded or hashed is Canonical instead (`kit/hashing.py`)."""


def json_text(value: Json) -> str:
    """Return the text of a value, in ASCII, so that every database stores every string of it.

    Raises ValueError on infinity and NaN, which JSON does not have, and TypeError on anything that
    is not JSON.
    """
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
