"""Subjects: our own where a thread is ours or its subject is harmless, a template's otherwise.

A stored thread subject is foreign text. It is used again only as a reply's subject to the person
it came from, on one line, short, and without links, addresses or marks that mean something.
"""

import re
from typing import Final

from bailiwick.kit.text import folded, one_line

SUBJECT_LENGTH_MIN: Final = 3  # capabilities 18.2: 3-70 hard
SUBJECT_LENGTH_MAX: Final = 70
SUBJECT_LENGTH_GOOD: Final = 50  # capabilities 18.2: soft; a phone shows no more
SUBJECTS_REMEMBERED_MAX: Final = 5  # capabilities 18.2: last 5 subjects
PREFIX: Final = "Re: "

_PREFIXES: Final = re.compile(
    r"(?i)^(?:\s{0,3}(?:re|aw|fw|fwd|wg|sv|vs|antw|rif|tr|ref|rv|enc|odp)(?:\[\d{1,3}\])?\s?[:\uff1a]\s{0,3}){1,9}"
)
_UNFIT: Final = re.compile(
    r"(?i)[<>{}|\\@!\u2014`$]|://|www\.|\b[\w-]{2,40}\.(?:com|net|org|io|example)\b"
)


def plain_subject(subject: str) -> str:
    """Return a subject on one line without its reply prefixes."""
    return _PREFIXES.sub("", one_line(subject)).strip()


def reply_subject(thread_subject: str, *, ours: bool) -> str:
    """Return `Re: …` for a thread, or empty when its subject is not fit to be used again."""
    plain = plain_subject(thread_subject)
    if len(plain) < SUBJECT_LENGTH_MIN or _UNFIT.search(plain):
        return ""
    if len(PREFIX) + len(plain) > SUBJECT_LENGTH_MAX:
        return PREFIX + _shortened(plain, SUBJECT_LENGTH_MAX - len(PREFIX)) if ours else ""
    return PREFIX + plain


def is_repeated(subject: str, previous: tuple[str, ...]) -> bool:
    """Whether one of the last subjects was the same."""
    recent = previous[-SUBJECTS_REMEMBERED_MAX:]
    return any(folded(plain_subject(old)) == folded(subject) for old in recent)


def _shortened(text: str, length_max: int) -> str:
    return text[:length_max].rsplit(" ", 1)[0].rstrip(" ,;:-") or text[:length_max]
