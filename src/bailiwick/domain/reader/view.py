"""Foreign text folded for matching, with the way back to where each character stood.

Clues are written against the folded form (lower case, no accents, single spaces) so that
full-width, accented, zero-width and look-alike spellings of one word are one word. Every clue has
a stem that is looked up first; a pattern runs only where its stem occurs, and every gap in a
pattern is bounded, so reading is linear in the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

TEXT_LENGTH_MAX: Final = 8_000  # ours: about four printed pages; later text is not read
FOLDED_LENGTH_MAX: Final = 16_000  # ours: compatibility forms may expand, at most to double
_HITS_PER_CLUE_MAX: Final = 4  # ours: a second match matters when the first one is negated
_CHARACTERS_CACHED_MAX: Final = 4_096  # ours: more than the characters of any one script in use

_DROPPED: Final = frozenset({"Cf", "Cc", "Cs", "Co", "Cn", "Mn", "Me"})
_PLAIN: Final = {
    "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u2032": "'", "\u0060": "'", "\u00b4": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u3002": ".", "\u0640": "", "\u061f": "?", "\u060c": ",", "\u3001": ",", "\u0142": "l",
    "\u00f8": "o", "\u0111": "d", "\u0131": "i",
}  # fmt: skip

_LOOKALIKES: Final = str.maketrans(
    # Cyrillic, Greek and small-capital letters and the Latin letter each is drawn like (UTS 39).
    "\u0430\u0432\u0441\u0435\u0455\u0456\u0458\u043a\u043c\u043d\u043e\u0440\u0442\u0443\u0445"
    "\u0501\u051b\u051d\u04bb\u04cf\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5"
    "\u03c7\u03b7\u1d1c\u0274\u1d04\u0280\u026a\u0299\u1d07\ua731\u1d1b\u1d0f\u1d18\u0251\u0261",
    "abcesijkmhoptyxdqwhlabeikvoptuxnuncribestopag",
)
_DIGIT_LETTERS: Final = str.maketrans("013457@$", "oieastas")
_SPACED: Final = re.compile(r"(?<!\w)(?:\w[ .\-_*/|]){3,40}\w(?!\w)")
_MIXED: Final = re.compile(r"[a-z@$]{1,20}[0-9@$][a-z0-9@$]{0,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One text in the forms that clues are looked for in."""

    source: str
    """At most TEXT_LENGTH_MAX characters, unchanged."""
    folded: str
    """Compatibility-folded, lower case, no accents or invisible characters, single spaces."""
    latin: str
    """`folded` with look-alike letters replaced, character for character."""
    offsets: tuple[int, ...] | None
    """Where each folded character stood in `source`; None when they are the same."""

    def where(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in `source` of a place in `folded`."""
        if self.offsets is None or start >= end:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """A pattern that runs only when its stem is in the text."""

    label: str
    stem: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where a clue matched, in the folded form."""

    label: str
    start: int
    end: int
    matched: str


def clues(label: str, entries: Iterable[tuple[str, str]]) -> tuple[Clue, ...]:
    """Compile (stem, pattern) pairs; a space in a pattern matches a line break too."""
    return tuple(
        Clue(
            label=label,
            stem=folded_text(stem),
            pattern=re.compile(folded_text(pattern).replace(" ", "\\s")),
        )
        for stem, pattern in entries
    )


def phrases(label: str, *words: str) -> tuple[Clue, ...]:
    """Compile literal phrases that must stand as whole words (no boundary beside other scripts)."""
    return clues(label, ((word, _bounded(word)) for word in words))


def hits(table: Iterable[Clue], view: View) -> Iterator[Hit]:
    """Yield the first matches of every clue, in either form of the text."""
    for clue in table:
        for form in (view.folded, view.latin):
            if clue.stem not in form:
                continue
            found = tuple(islice(clue.pattern.finditer(form), _HITS_PER_CLUE_MAX))
            for match in found:
                yield Hit(
                    label=clue.label, start=match.start(), end=match.end(), matched=match.group()
                )
            if found:
                break


def view(text: str) -> View:
    """Fold a text for matching, keeping the way back to its characters."""
    source = text[:TEXT_LENGTH_MAX]
    characters: list[str] = []
    offsets: list[int] = []
    for place, character in enumerate(source):
        for piece in _fold(character):
            if piece in " \n" and characters and characters[-1] in " \n":
                if piece == "\n":
                    characters[-1] = "\n"
                continue
            characters.append(piece)
            offsets.append(place)
        if len(characters) >= FOLDED_LENGTH_MAX:
            break
    folded = "".join(characters)
    same = len(offsets) == len(source)
    return View(
        source=source,
        folded=folded,
        latin=folded if folded.isascii() else folded.translate(_LOOKALIKES),
        offsets=None if same else tuple(offsets),
    )


def folded_text(text: str) -> str:
    """Fold a clue's own words the way `view` folds text, spaces kept as they are."""
    return "".join(_fold(character) for character in text)


def squeezed(latin: str) -> str:
    """Return the words that were written with gaps or digits for letters, joined by spaces."""
    spaced = (re.sub(r"[ .\-_*/|]", "", match.group()) for match in _SPACED.finditer(latin))
    mixed = (match.group().translate(_DIGIT_LETTERS) for match in _MIXED.finditer(latin))
    return " ".join((*spaced, *mixed))


@lru_cache(maxsize=_CHARACTERS_CACHED_MAX)
def _fold(character: str) -> str:
    if character in "\n\r\u2028\u2029":
        return "\n"
    if character.isspace():
        return " "
    if character in _PLAIN:
        return _PLAIN[character]
    decomposed = unicodedata.normalize("NFKD", character)
    kept = (c for c in decomposed if unicodedata.category(c) not in _DROPPED)
    folded = "".join(_PLAIN.get(c, c) for c in "".join(kept).casefold())
    return "".join(" " if c.isspace() else c for c in folded)


def _bounded(word: str) -> str:
    """Stand words of spaced scripts apart; Chinese and Japanese have no space to look for."""
    plain = folded_text(word)
    escaped = re.escape(plain).replace("\\ ", " ")
    first = r"(?<!\w)" if _is_spaced(plain[0]) else ""
    last = r"(?!\w)" if _is_spaced(plain[-1]) else ""
    return f"{first}{escaped}{last}"


def _is_spaced(character: str) -> bool:
    return character.isalnum() and character < "\u0e00"
