"""Terms that people define: "ASP = average sale price", "Total Sales = SUM(sale_price)"."""

import re
from collections.abc import Mapping
from typing import Final

from bailiwick.domain.question.words import name_stems

TERM_LENGTH_MAX: Final = 80  # ours: a term is a few words
ROUNDS_COUNT_MAX: Final = 3  # ours: terms defined by terms
_TOLD: Final = re.compile(
    r"(?:^|[\n.]\s*)[-*\s]*(?P<term>[A-Za-z][\w %()/-]{0,79}?) = "
    r"(?P<meaning>[^\n=]+?)\.?(?=\n|\. |\.?$)"
)
_FIGURE: Final = re.compile(
    r"(?P<function>SUM|AVG|MIN|MAX)\((?:\w+\.)?(?P<column>\w+)\)(?: from [`\w]+(?: table)?)?"
)
_WORDS: Final = re.compile(r"[A-Za-z][\w -]*")
_SAID: Final[Mapping[str, str]] = {
    "SUM": "total", "AVG": "average", "MIN": "minimum", "MAX": "maximum",
}  # fmt: skip


def terms_told(text: str) -> Mapping[str, str]:
    """Return the terms that a text defines, each with its meaning."""
    found: dict[str, str] = {}
    for match in _TOLD.finditer(text):
        term = match["term"].strip()
        if len(term) <= TERM_LENGTH_MAX:
            found[term] = match["meaning"].strip()
    return found


def spelled_out(question: str, terms: Mapping[str, str]) -> str:
    """Return the question with terms replaced by the words or the figure that they mean.

    A definition that is neither is left alone, so that its term stays unknown and is told.
    """
    for _ in range(ROUNDS_COUNT_MAX):
        before = question
        for term, meaning in terms.items():
            said = _in_words(meaning)
            if said is None:
                continue
            for name in _names(term):
                flags = re.NOFLAG if name.isupper() else re.IGNORECASE
                pattern = rf"\b{re.escape(name)}\b(?! count| number)"
                question = re.sub(pattern, said, question, flags=flags)
        if question == before:
            break
    return question


def _names(term: str) -> tuple[str, ...]:
    """Return the names of a term: "ADV (Average Daily Volume)" has two."""
    short, _, long = term.partition("(")
    names = (short.strip(), long.strip(" )"))
    return tuple(name for name in names if name)


def _in_words(meaning: str) -> str | None:
    figure = _FIGURE.fullmatch(meaning)
    if figure is not None:
        return f"{_SAID[figure['function']]} {' '.join(name_stems(figure['column']))}"
    plain = meaning.split(",", maxsplit=1)[0]
    return plain if _WORDS.fullmatch(plain) else None
