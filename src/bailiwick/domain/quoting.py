"""Splits a mail's text into the sender's own words, what they quote, and their signature.

Decided line by line: every line lands in exactly one of the three, in order. In doubt a line is the
sender's own, because an opt-out that is taken for a quote would be missed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from bailiwick.domain.quote_mark import (
    ATTRIBUTION_END,
    ATTRIBUTION_START,
    ATTRIBUTION_SURE,
    BLOCK_LABEL,
    CLOSING,
    DEVICE_LINE,
    DIVIDER,
    FROM_LABEL,
)

ATTRIBUTION_LINES_MAX: Final = 3  # ours: clients wrap "On … wrote:" over at most three lines
ATTRIBUTION_CHARS_MAX: Final = 400  # ours: a date, a name and an address, wrapped
BLOCK_LINES_MAX: Final = 8  # ours: From, Sent, To, Cc, Subject and their wraps
BLOCK_LABELS_MIN: Final = 3  # ours: From plus two more make a copied header block
SIGNATURE_LINES_MAX: Final = 12  # ours: name, title, company, phones, address, links
SIGNATURE_CHARS_MAX: Final = 120  # ours: a longer line is a sentence, not a signature
CLOSING_CHARS_MAX: Final = 48  # ours: "Mit freundlichen Grüßen aus Hamburg," and a name
LINES_COUNT_MAX: Final = 50_000  # ours: more than 200,000 characters of real mail hold


class _Kind(Enum):
    OWN = "own"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The three parts of a text, outer blank lines taken off each."""

    own: str
    quoted: str
    signature: str


def split(text: str) -> Split:
    """Part the sender's own words from quotes and signature; linear in the length of the text."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > LINES_COUNT_MAX:
        lines = [*lines[: LINES_COUNT_MAX - 1], "\n".join(lines[LINES_COUNT_MAX - 1 :])]
    kinds = [_Kind.QUOTED if _is_quote(line) else _Kind.OWN for line in lines]
    _mark_copied(lines, kinds)
    _mark_signature(lines, kinds)
    return Split(
        own=_joined(lines, kinds, _Kind.OWN),
        quoted=_joined(lines, kinds, _Kind.QUOTED),
        signature=_joined(lines, kinds, _Kind.SIGNATURE),
    )


def _joined(lines: Sequence[str], kinds: Sequence[_Kind], wanted: _Kind) -> str:
    chosen = [line for line, kind in zip(lines, kinds, strict=True) if kind is wanted]
    return "\n".join(chosen).strip("\n").rstrip() if any(map(str.strip, chosen)) else ""


def _is_quote(line: str) -> bool:
    return line.lstrip(" \t").startswith((">", "|>"))


def _mark_copied(lines: Sequence[str], kinds: list[_Kind]) -> None:
    """Mark attributions, and everything below a copied header, as quoted."""
    at = 0
    while at < len(lines):  # `at` grows each turn
        line = lines[at].strip()
        if not line or kinds[at] is _Kind.QUOTED:
            at += 1
            continue
        if DIVIDER.fullmatch(line) or _opens_block(lines, at):
            _mark_from(kinds, at)
            return
        length = _attribution_length(lines, at)
        if length and _mark_attribution(lines, kinds, at, length):
            return
        at += length or 1


def _mark_from(kinds: list[_Kind], at: int) -> None:
    kinds[at:] = [_Kind.QUOTED] * (len(kinds) - at)


def _mark_attribution(lines: Sequence[str], kinds: list[_Kind], at: int, length: int) -> bool:
    """Mark "On … wrote:"; return whether all that follows is the quoted mail."""
    below = at + length
    while below < len(lines) and not lines[below].strip():
        below += 1
    marked_below = below < len(lines) and _is_quote(lines[below])
    if not marked_below:
        sure = any(ATTRIBUTION_SURE.search(line) for line in lines[at : at + length])
        if sure:
            _mark_from(kinds, at)
        return sure
    kinds[at:below] = [_Kind.QUOTED] * (below - at)
    return False


def _attribution_length(lines: Sequence[str], at: int) -> int:
    """Return how many lines an attribution that starts here takes, or 0."""
    if not ATTRIBUTION_START.match(lines[at].strip()):
        return 0
    joined = ""
    for length, line in enumerate(lines[at : at + ATTRIBUTION_LINES_MAX], start=1):
        if not line.strip() or _is_quote(line):
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > ATTRIBUTION_CHARS_MAX:
            return 0
        if ATTRIBUTION_END.search(joined):
            return length
    return 0


def _opens_block(lines: Sequence[str], at: int) -> bool:
    """Tell whether a copied header (From, Sent, To, Subject) starts here, in any known language."""
    window = [line.strip().replace("*", "") for line in lines[at : at + BLOCK_LINES_MAX]]
    start = 1 if len(window) > 1 and _is_rule(window[0]) else 0
    if not FROM_LABEL.match(window[start]):
        return False
    labels = 0
    for line in window[start:]:
        if not line:
            break
        labels += 1 if BLOCK_LABEL.match(line) else 0
    return labels >= BLOCK_LABELS_MIN


def _is_rule(line: str) -> bool:
    return len(line) >= BLOCK_LINES_MAX and set(line) <= set("_-")


def _mark_signature(lines: Sequence[str], kinds: list[_Kind]) -> None:
    own = [at for at, kind in enumerate(kinds) if kind is _Kind.OWN and lines[at].strip()]
    start = _delimiter(lines, own)
    if start is None:
        start = _closing(lines, own)
    for at in own:
        if (start is not None and at >= start) or DEVICE_LINE.fullmatch(lines[at].strip()):
            kinds[at] = _Kind.SIGNATURE


def _delimiter(lines: Sequence[str], own: Sequence[int]) -> int | None:
    """Return the line of the last `-- ` that has only a signature under it (RFC 3676, 4.3)."""
    for place, at in enumerate(reversed(own)):
        if lines[at].rstrip() == "--":
            below = [lines[n] for n in own[len(own) - place :]]
            return at if _reads_like_signature(below) else None
    return None


def _closing(lines: Sequence[str], own: Sequence[int]) -> int | None:
    """Return the line of "Best regards" and its like near the end, or None."""
    for place in range(len(own) - 1, max(len(own) - SIGNATURE_LINES_MAX - 1, 0), -1):
        line = lines[own[place]].strip()
        if len(line) <= CLOSING_CHARS_MAX and CLOSING.match(line):
            below = [lines[n] for n in own[place + 1 :]]
            return own[place] if _reads_like_signature(below) else None
    return None


_POSTSCRIPT: Final = re.compile(r"\s*p\.?\s?s\b", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"[?!\uff1f\uff01]\s*$")


def _reads_like_signature(lines: Sequence[str]) -> bool:
    return len(lines) <= SIGNATURE_LINES_MAX and not any(
        len(line) > SIGNATURE_CHARS_MAX or _POSTSCRIPT.match(line) or _SENTENCE.search(line)
        for line in lines
    )
