"""How the parsing child and its parent talk: length-prefixed frames, JSON for results.

No pickle: the child has read hostile bytes, so what it says is checked like any other input.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Final

from pydantic import TypeAdapter

from bailiwick.domain.message import ParsedMail

_LENGTH: Final = struct.Struct(">I")
LENGTH_BYTES: Final = _LENGTH.size
FRAME_BYTES_MAX: Final = 64 * 1024 * 1024  # ours: one mail of 25 MB, or one result in JSON


def batch_frame(raws: Sequence[bytes]) -> bytes:
    """Return the frame that asks for these messages to be parsed."""
    parts = [_LENGTH.pack(len(raws))]
    for raw in raws:
        parts += (_LENGTH.pack(len(raw)), raw)
    content = b"".join(parts)
    return _LENGTH.pack(len(content)) + content


def batch_content(content: bytes) -> list[bytes]:
    """Read the messages of a frame back."""
    (count,) = _LENGTH.unpack_from(content)
    at = LENGTH_BYTES
    raws: list[bytes] = []
    for _ in range(count):
        (length,) = _LENGTH.unpack_from(content, at)
        at += LENGTH_BYTES
        raws.append(content[at : at + length])
        at += length
    return raws


def frame_length(prefix: bytes) -> int:
    """Return the length that the first four bytes of a frame announce."""
    (length,) = _LENGTH.unpack(prefix)
    return int(length)


def result_frame(mail: ParsedMail) -> bytes:
    """Return the frame that carries one result."""
    content = json.dumps(asdict(mail), default=str, ensure_ascii=False).encode("utf-8", "replace")
    return _LENGTH.pack(len(content)) + content


def result_content(content: bytes) -> ParsedMail:
    """Read a result back.

    Raises pydantic.ValidationError when it has another shape.
    """
    return _adapter().validate_json(content)


@cache
def _adapter() -> TypeAdapter[ParsedMail]:
    return TypeAdapter(ParsedMail)
