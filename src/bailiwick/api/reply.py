"""Ready responses: bytes that orjson wrote once, without a second pass over the answer."""

import json
from collections.abc import Mapping

import orjson
from starlette.responses import Response

from bailiwick.kit.plain import plain

JSON = "application/json"


def encoded(value: object) -> bytes:
    """Return JSON for what the application answers: dataclasses, instants, sets, enums.

    Raises UnableToShow for what has no such form.
    """
    try:
        return orjson.dumps(value, default=plain, option=orjson.OPT_NON_STR_KEYS)
    except orjson.JSONEncodeError:  # a lone surrogate, a number beyond 64 bits: rare, and stored
        return json.dumps(plain(value), separators=(",", ":")).encode("ascii")


def ready(
    value: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a response whose body is written already; for every route that may be hot."""
    found = dict(headers) if headers else None
    return Response(encoded(value), status, found, media_type=JSON)
