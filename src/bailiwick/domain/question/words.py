"""Questions cut into words, and words brought to the form in which they are compared."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

QUESTION_LENGTH_MAX: Final = 4_000  # capabilities 8: in
WORDS_COUNT_MAX: Final = 200  # ours: the longest of the given questions has under 60
_WORD: Final = re.compile(
    r"'(?P<single>[^'\n]{1,80})'(?!\w)|\"(?P<double>[^\"\n]{1,80})\"|“(?P<curly>[^”\n]{1,80})”"
    r"|(?P<number>\d[\d,]*(?:\.\d+)?%?)(?![\w])"
    r"|(?P<word>[^\W_][\w@.+-]*[^\W_]|[^\W_])|(?P<mark>[^\s\w])"
)
_IRREGULAR: Final = {
    "people": "person", "men": "man", "women": "woman", "children": "child",
    "diagnoses": "diagnosis",
    "indices": "index", "media": "media", "data": "data", "status": "status", "statuses": "status",
    "has": "have", "had": "have", "does": "do", "did": "do", "is": "be", "are": "be", "was": "be",
    "were": "be", "been": "be", "this": "this", "its": "its", "his": "his", "yes": "yes",
    "won": "won", "wins": "win", "sold": "sold", "series": "series", "mails": "mail",
    "emails": "email", "e-mails": "email", "sms": "sms", "us": "us", "details": "details",
    "ids": "id",
}  # fmt: skip
_FILLER_WORDS: Final = (
    "a an the this that these those of in on at to for from with by and or as is be do have i "
    "we us our ours me my you your it its they their them all any each every please tell show "
    "list give return find get display what which who whose whom where when how there here "
    "can s re about into over up so just also only "
    "than then now respective respectively along together out name named called value values "
    "result results calculate compute determine see want need know let currently overall "
    "across total totals both using use used based was were are am been being"
)
FILLER: Final = frozenset(_FILLER_WORDS.split())
"""Words that say nothing about what is wanted, unless something else reads them first."""


SOFT: Final = frozenset(
    {"have", "make", "made", "record", "list", "do", "exist", "grouped", "split", "broken", "down"}
)
"""Words that only say that rows belong together."""
DEEDS: Final = frozenset(
    {
        "occurred", "happened", "placed", "issued", "prescribed", "received", "sent", "bought",
        "paid", "took", "given", "used", "booked", "held", "recorded", "reported",
    }
)  # fmt: skip
"""Deeds that only join rows, unless a column is named by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word, number, quotation or mark of a question."""

    text: str
    stem: str
    """As it is compared; the mark itself for a mark."""
    start: int
    end: int
    quoted: bool = False
    number: float | None = None
    mark: bool = False


def cut(question: str) -> tuple[Word, ...]:
    """Return the words of a question, at most as many as are read."""
    found: list[Word] = []
    for match in _WORD.finditer(question):
        quoted = match["single"] or match["double"] or match["curly"]
        text = quoted or match[0]
        number = None
        if match["number"] and not match[0].endswith("%"):
            number = float(match["number"].replace(",", ""))
        found.append(
            Word(
                text=text,
                stem=text if match["mark"] else stem(text),
                start=match.start(),
                end=match.end(),
                quoted=quoted is not None,
                number=number,
                mark=match["mark"] is not None,
            )
        )
        if len(found) > WORDS_COUNT_MAX:
            break
    return tuple(found)


def plain(text: str) -> str:
    """Return text without case and accents."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c))


def stem(word: str) -> str:
    """Return a word without its plural and possessive; nothing else is cut."""
    text = plain(word).removesuffix("'s").removesuffix("’s").strip(".")
    if text in _IRREGULAR:
        return _IRREGULAR[text]
    if len(text) > 4 and text.endswith("ies"):  # noqa: PLR2004 - "ties" is no plural of "ty"
        return text[:-3] + "y"
    if text.endswith(("sses", "shes", "ches", "xes", "zes")):
        return text[:-2]
    if len(text) > 3 and text.endswith("s") and not text.endswith(("ss", "us", "is")):  # noqa: PLR2004 - "gas"
        return text[:-1]
    return text


def stems(phrase: str) -> tuple[str, ...]:
    """Return the stems of a phrase's words."""
    return tuple(word.stem for word in cut(phrase) if not word.mark)


def name_stems(name: str) -> tuple[str, ...]:
    """Return the stems of an identifier: `sbCustId` is sb, cust, id."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])", " ", name)
    return tuple(stem(part) for part in spaced.split())


def trigrams(text: str) -> frozenset[str]:
    """Return the runs of three letters of a text, its ends included."""
    padded = f"  {plain(text)} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def nearest(text: str, among: Sequence[str], count: int = 3) -> tuple[str, ...]:
    """Return the names that look most like a text, the most alike first."""
    wanted = trigrams(text)
    scored = [(len(wanted & trigrams(one)) / len(wanted | trigrams(one)), one) for one in among]
    scored.sort(key=lambda pair: (-pair[0], pair[1]))
    return tuple(dict.fromkeys(one for _, one in scored))[:count]
