"""Length and tone of a draft: what a person would strike out before sending."""

import re
from typing import Final

from bailiwick.domain.drafting.place import INITIAL_WORDS_MAX, Place
from bailiwick.domain.drafting.request import Kind
from bailiwick.domain.drafting.subject import SUBJECT_LENGTH_MAX, SUBJECT_LENGTH_MIN
from bailiwick.kit.text import folded

WORDS_MAX: Final[dict[Kind, int]] = {
    Kind.REPLY: 120,  # capabilities 18.2
    Kind.INITIAL: INITIAL_WORDS_MAX,
    Kind.FOLLOWUP: 100,  # capabilities 32, send: words 120/100/80; the middle outside a series
}
BODY_LENGTH_MIN: Final = 20  # capabilities 18.2
OPENING_SENTENCES_MAX: Final = 3  # capabilities 18.2
_SENTENCE_END: Final = re.compile(r"[.?!\u2026](?=\s|$)")

AI_MARKERS: Final = (
    "as an ai", "i hope this email finds you well", "i hope this message finds you well",
    "in today's fast-paced", "delve into", "unlock the power", "game-changer", "seamlessly",
    "als ki-sprachmodell", "ich hoffe, diese e-mail erreicht sie", "en tant qu'ia",
    "como modelo de lenguaje",
)  # fmt: skip
"""Phrases that mark text as written by a machine (capabilities 18.2; the list is ours)."""


def words_max(kind: Kind, place: Place | None) -> int:
    """Return how many words a mail may have without its footer."""
    return WORDS_MAX[kind] if place is None else place.words_max


def faults(kind: Kind, subject: str, body: str, *, place: Place | None = None) -> tuple[str, ...]:
    """Name each rule of length and tone that a draft breaks; the body is without its footer."""
    found: list[str] = []
    if not SUBJECT_LENGTH_MIN <= len(subject) <= SUBJECT_LENGTH_MAX or "\n" in subject:
        found.append("subject_length")
    if len(body.split()) > words_max(kind, place):
        found.append("words")
    if len(body) < BODY_LENGTH_MIN:
        found.append("too_short")
    if _sentences_count(_opening(body)) > OPENING_SENTENCES_MAX:
        found.append("opening")
    return (*found, *tone_faults(subject + "\n" + body))


def tone_faults(text: str) -> tuple[str, ...]:
    """Name each rule of tone that a text breaks."""
    found: list[str] = []
    if "!" in text or "\u00a1" in text:
        found.append("exclamation")
    if "\u2014" in text or "\u2013 " in text:
        found.append("dash")
    plain = folded(text)
    if any(marker in plain for marker in AI_MARKERS):
        found.append("marker")
    return tuple(found)


def _opening(body: str) -> str:
    """Return the first paragraph after the greeting."""
    paragraphs = body.split("\n\n")
    return paragraphs[min(1, len(paragraphs) - 1)]


def _sentences_count(text: str) -> int:
    return len(_SENTENCE_END.findall(text))
