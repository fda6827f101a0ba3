"""Decoding header text: encoded words (RFC 2047), parameters (RFC 2231), stray bytes."""

import binascii
import re
from typing import Final
from urllib.parse import unquote_to_bytes

from bailiwick.connectors.mailbox.charset import decoded
from bailiwick.connectors.mailbox.limits import HEADER_CHARS_MAX
from bailiwick.kit.text import one_line

_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\s]*)\?=")
_PARAMETER: Final = re.compile(
    r';\s*([^\s;="*]{1,60})(\*\d{1,3})?(\*)?\s*=\s*("(?:[^"\\]|\\.)*"|[^;"]*)'
)
_NOT_BASE64: Final = bytes(
    b for b in range(256) if not (chr(b).isascii() and (chr(b).isalnum() or chr(b) in "+/"))
)
_PARAMETERS_COUNT_MAX: Final = 100  # ours


def header_text(value: str) -> str:
    """Decode a header value for people: one line of visible characters, at most 1,000.

    A line break inside an encoded word becomes a space: it can never start another header.
    """
    return one_line(_words_decoded(value[: 8 * HEADER_CHARS_MAX]))[:HEADER_CHARS_MAX].rstrip()


def hides_line_break(value: str) -> bool:
    """Tell whether an encoded word carries a line break, as header injection does."""
    decoded_value = _words_decoded(value[: 8 * HEADER_CHARS_MAX])
    return "\n" in decoded_value or "\r" in decoded_value


def header_string(raw: bytes) -> str:
    """Read the bytes of a header value: ASCII, else UTF-8, else Windows-1252; folds undone."""
    return decoded(raw, "utf-8")[0].replace("\n", " ")


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Split `text/plain; charset=…` into the lower-case head and its parameters, first one wins."""
    head, _, _ = value.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(value[: 8 * HEADER_CHARS_MAX])):
        if count >= _PARAMETERS_COUNT_MAX:
            break
        name, index, starred, content = match.group(1).lower(), match[2], match[3], match[4]
        content = _unquoted(content)
        if index is None and starred is None:
            plain.setdefault(name, content)
        else:
            number = int(index[1:]) if index else 0
            pieces.setdefault(name, []).append((number, starred is not None, content))
    return head.strip().lower(), {**plain, **{n: _extended(p) for n, p in pieces.items()}}


def _unquoted(content: str) -> str:
    content = content.strip()
    if len(content) > 1 and content[0] == content[-1] == '"':
        return re.sub(r"\\(.)", r"\1", content[1:-1])
    return content


def _extended(pieces: list[tuple[int, bool, str]]) -> str:
    """Join the numbered pieces of an RFC 2231 parameter and decode their charset."""
    content = bytearray()
    charset = "utf-8"
    for place, (_, starred, text) in enumerate(sorted(pieces)):
        part = text
        if starred and place == 0 and part.count("'") > 1:
            charset, _, part = part.split("'", 2)
        content += unquote_to_bytes(part) if starred else part.encode("utf-8", "replace")
    return decoded(bytes(content), charset)[0]


def _words_decoded(value: str) -> str:
    """Decode every encoded word; adjacent ones of one charset are joined before decoding."""
    if "=?" not in value:
        return value
    result: list[str] = []
    pending = bytearray()
    charset = ""
    end = 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        adjacent = end > 0 and not between.strip()
        if not adjacent or match[1].lower() != charset:
            result.append(decoded(bytes(pending), charset)[0])
            pending.clear()
            charset = match[1].lower()
        if not adjacent:
            result.append(between)
        pending += _word_bytes(match[2], match[3])
        end = match.end()
    result.append(decoded(bytes(pending), charset)[0])
    result.append(value[end:])
    return "".join(result)


def _word_bytes(encoding: str, content: str) -> bytes:
    raw = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    return base64_bytes(raw)[0]


def base64_bytes(raw: bytes) -> tuple[bytes, bool]:
    """Decode base64 leniently; False tells that it was cut or malformed."""
    clean = raw.partition(b"=")[0].translate(None, _NOT_BASE64)
    whole = len(clean) % 4 != 1
    if not whole:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4)), whole
