"""What the classifier of replies sees of a mail: words in context, and marks that rules left.

The trainer and the reader call the same function, so that a weight means the same to both. Words
stand for their share of the text; a mark stands for itself, however long the mail is.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from bailiwick.domain.message import ParsedMail
from bailiwick.domain.reader.concepts import ideas_of
from bailiwick.domain.reader.intent_words import AFFIRMATIVE, STRONG, WEAK
from bailiwick.domain.reader.view import View, hits
from bailiwick.domain.reading import Intent

WORDS_READ_MAX: Final = 250  # ours: what an answer says stands in its first page
SUBJECT_WORDS_MAX: Final = 20  # ours: longer subjects say nothing more
STRONG_COUNT_MAX: Final = 3  # ours: a fourth strong phrase adds nothing
AFFIRMATIVE_WORDS_MAX: Final = 50  # ancestor: reply rules, capabilities 32
REACH: Final = 3  # ours: words between which one idea still bears on the next
_STEM_LENGTH: Final = 5  # ours: what inflected languages share at the front of a word
_WORD_LENGTH_MAX: Final = 16  # ours: longer words are told apart by their front
BARE_YES: Final = "bare_yes"
"""The mark of a yes that answers nothing we asked."""
_SHORT: Final = 6  # ours: words of a bare answer
_LONG: Final = 60  # ours: words of a mail that explains itself

_WORD: Final = re.compile(r"[^\W\d_]{1,40}|\d{1,12}|[?!]")
_REPLIED: Final = re.compile(r"^(?:(?:re|aw|fw|fwd|wg|sv|vs|rif|res|tr|antw|odp|ref) ?: ?){1,6}")
_SHAPES: Final = (
    ("money", re.compile(r"[$€£]|\b(?:eur|usd|euro|euros|zl)\b")),
    ("hour", re.compile(r"\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2} ?(?:am|pm|uhr|h)\b")),
    ("date", re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})\b|\b\d{4}-\d{2}-\d{2}\b")),
    ("link", re.compile(r"https?://|\bwww\.")),
    ("calendar", re.compile(r"calendly\.com|cal\.com/|meet\.google|teams\.microsoft|zoom\.us")),
    ("address", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.")),
    ("code", re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b|\b5\d\d\b")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """One mail as the classifier sees it."""

    words: tuple[str, ...]
    """Words, their fronts and pairs, each once."""
    ideas: tuple[str, ...]
    """What the words speak of in any language, and which ideas stand close together."""
    marks: tuple[str, ...]
    """What rules and the shape of the mail say, each once."""
    points: Counter[Intent]
    """How many strong phrases of each label were found."""


def features_of(mail: ParsedMail, own: View, subject: View) -> Features:
    """Return what speaks for a label in the sender's own words and, if it is theirs, the subject.

    The subject of an answer is our own as a rule, so only what rules find in it counts.
    """
    points: Counter[Intent] = Counter()
    marks: dict[str, None] = {}
    _rule_marks(own, subject, points=points, marks=marks)
    words = _WORD.findall(own.latin)[:WORDS_READ_MAX]
    size = len(words)
    asked = "?" in mail.quoted_text
    if size < AFFIRMATIVE_WORDS_MAX and any(True for _ in hits(AFFIRMATIVE, own)):
        # A short yes counts only where our own quoted text asked something.
        marks.update({"affirmed": None} if asked else {BARE_YES: None} if size <= _SHORT else {})
    if asked:
        marks["asked"] = None
    marks["short" if size <= _SHORT else "long" if size > _LONG else "middling"] = None
    marks.update(dict.fromkeys(n for n, pattern in _SHAPES if pattern.search(own.latin)))
    terms = _terms(words, prefix="")
    if subject.latin and not _REPLIED.match(subject.latin.strip()):
        terms.update(_terms(_WORD.findall(subject.latin)[:SUBJECT_WORDS_MAX], prefix="s:"))
    return Features(
        words=tuple(terms), ideas=tuple(_ideas(words)), marks=tuple(marks), points=points
    )


def _terms(words: list[str], *, prefix: str) -> dict[str, None]:
    found: dict[str, None] = {}
    before = "^"
    for word in words:
        term = "#" if word[0].isdigit() else word[:_WORD_LENGTH_MAX]
        found[f"{prefix}{term}"] = None
        found[f"{prefix}{before} {term}"] = None
        if len(term) > _STEM_LENGTH:
            found[f"{prefix}{term[:_STEM_LENGTH]}*"] = None
        before = term
    return found


def _ideas(words: list[str]) -> dict[str, None]:
    """Name the ideas of a text, and each pair of which the second follows the first closely."""
    found: dict[str, None] = {}
    near: list[tuple[str, ...]] = []
    for word in words:
        spoken = ideas_of(word)
        found.update(dict.fromkeys(f"@{one}" for one in spoken))
        found.update(
            {f"@{first}+{one}": None for before in near for first in before for one in spoken}
        )
        near = [*near[1 - REACH :], spoken]
    return found


def _rule_marks(
    own: View, subject: View, *, points: Counter[Intent], marks: dict[str, None]
) -> None:
    seen: set[tuple[str, int]] = set()
    for hit in hits(STRONG, own):
        if (hit.label, hit.start) not in seen:
            seen.add((hit.label, hit.start))
            points[Intent(hit.label)] += 1
    for hit in hits(STRONG, subject):
        if hit.label in {Intent.AUTO_REPLY, Intent.BOUNCED, Intent.SPAM}:
            points[Intent(hit.label)] += 1
    for intent, count in points.items():
        marks.update({f"{intent.value}>{n}": None for n in range(min(count, STRONG_COUNT_MAX))})
    marks.update(dict.fromkeys(f"{hit.label}~" for hit in hits(WEAK, own)))
