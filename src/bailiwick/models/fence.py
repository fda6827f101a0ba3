"""A fence round foreign text that the text cannot close.

The nonce is fresh for each call and 128 bits wide, so no text written earlier holds it;
look-alikes of fences, control tokens and chat roles are made harmless as well (security, T2). This
is one layer among others: the judge never reads prose.
"""

import re
import unicodedata
from typing import Final

from bailiwick.kit.text import capped, without_controls

FOREIGN_CHARACTERS_MAX: Final = 4_000  # ours: about 1,000 tokens of the 20,000 of one request
NONCE_BITS: Final = 128  # security, T2
NONCE_PLACEHOLDER: Final = "0" * 32
"""Stands for the nonce in what is hashed and stored, so that a replay finds the same request."""

_OPENERS: Final = "<˂ᐸ‹«《〈⟨⟪❬❮❰⧼⦑⦓⪡≪≮≤⋘"  # noqa: RUF001 - look-alikes are the point
_CLOSERS: Final = ">˃ᐳ›»》〉⟩⟫❭❯❱⧽⦒⦔⪢≫≯≥⋙"  # noqa: RUF001 - look-alikes are the point
_HARMLESS: Final = str.maketrans(
    {
        **dict.fromkeys(_OPENERS, "("),
        **dict.fromkeys(_CLOSERS, ")"),
        # Tag characters are Cf and go with the controls; these invisibles are letters or marks.
        **dict.fromkeys("\u034f\u115f\u1160\u3164\u2800\u17b4\u17b5", ""),
        **{chr(point): "" for point in range(0xFE00, 0xFE10)},
        **{chr(point): "" for point in range(0xE0100, 0xE01F0)},
        "|": "/",
        "`": "'",
        "\u2028": "\n",
        "\u2029": "\n",
    }
)
_JSON_ESCAPES: Final = str.maketrans(
    {c: f"\\u{ord(c):04x}" for c in f"{_OPENERS}{_CLOSERS}＜＞﹤﹥"}  # noqa: RUF001 - look-alikes
)
_ROLE_LINE: Final = re.compile(
    r"(?im)^([^\w\n]*)(system|assistant|user|developer|human|tool|function)([^\S\n]*):"
)
_TEMPLATE_TOKEN: Final = re.compile(
    r"(?i)\[[^\S\n]*(/?)[^\S\n]*(INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)"
    r"[^\S\n]*\]"
)
_RULE_LINE: Final = re.compile(r"(?m)^[^\S\n]*([#=*_~-])\1{2,}")
_FENCE_WORDS: Final = re.compile(r"(?i)(end[\W_]+of[\W_]+foreign)([\W_]+text)")


def neutralised(text: str) -> str:
    """Return at most 4,000 characters without fence-like, control or role tokens."""
    # Cut first, so that work is bounded whatever came; NFKC can make one character many.
    plain = _composed(text[: FOREIGN_CHARACTERS_MAX * 2])
    plain = _TEMPLATE_TOKEN.sub(r"(\1\2)", plain)
    plain = _ROLE_LINE.sub(r"\1\2\3 -", plain)
    plain = _RULE_LINE.sub(r"\1\1", plain)
    plain = _FENCE_WORDS.sub(r"\1-\2", plain)
    return capped(plain, FOREIGN_CHARACTERS_MAX)


def fenced(text: str, *, place: int, nonce: str) -> str:
    """Return foreign text between the one opening and the one closing fence of this nonce."""
    assert len(nonce) * 4 == NONCE_BITS, "a nonce is 32 hex digits"
    return f"{opening(place, nonce)}\n{neutralised(text)}\n{closing(place, nonce)}"


def without_brackets(rows: str) -> str:
    """Escape what looks like a fence's bracket inside the strings of a JSON text."""
    return rows.translate(_JSON_ESCAPES)


def opening(place: int, nonce: str) -> str:
    """Return the line that opens the fence of the foreign text at this place."""
    return f"<<<foreign text {place} {nonce}>>>"


def closing(place: int, nonce: str) -> str:
    """Return the line that closes it."""
    return f"<<<end of foreign text {place} {nonce}>>>"


def _composed(text: str) -> str:
    visible = without_controls(text.replace("\r\n", "\n").replace("\r", "\n"))
    # Dropping a mark can bring two characters together that then compose, and the other way round;
    # the last pass has nothing left to do (property test).
    for _ in range(3):
        visible = unicodedata.normalize("NFKC", visible).translate(_HARMLESS)
        visible = without_controls(visible)
    return visible
