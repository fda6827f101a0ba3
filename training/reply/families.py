"""Template families of replies by language and label: `families/<language>.txt`, all our own.

A line is a family. Whole families are held out, so that a figure says how a label is told in words
that training never saw, not how well a template is remembered.
"""

import random
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from bailiwick.domain.reading import Intent

FOLDER: Final = Path(__file__).parent / "families"
LANGUAGES: Final = ("en", "de", "fr", "es", "it", "pt", "nl", "pl")
_SHARES: Final = (0.6, 0.8)  # ours: three fifths train, a fifth calibrates, a fifth is held out
_CHOICE: Final = re.compile(r"\(([^()]*\|[^()]*)\)")
_MAYBE: Final = re.compile(r"\[([^\[\]]*)\]")
_SLOT: Final = re.compile(r"\{(\w+)\}")


class Part(StrEnum):
    """What a family is used for."""

    TRAIN = "train"
    CALIBRATE = "calibrate"
    HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One template."""

    language: str
    label: Intent
    mention: bool
    """Speaks of opting out without asking for it."""
    text: str
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """The families of one language and what fills them."""

    language: str
    families: tuple[Family, ...]
    slots: dict[str, tuple[str, ...]]


def tongue(language: str, *, seed: int) -> Tongue:
    """Read one language and deal its families to the parts; the seed decides which go where."""
    slots: dict[str, tuple[str, ...]] = {}
    lines: dict[tuple[Intent, bool], list[str]] = {}
    key = (Intent.OTHER, False)
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            name, _, values = line[1:].partition(" = ")
            slots[name] = tuple(value.replace("\\n", "\n") for value in values.split(" | "))
        elif line.startswith("["):
            label, _, kind = line.strip("[]").partition(":")
            key = (Intent(label), kind == "mention")
            assert key not in lines, line
        else:
            lines.setdefault(key, []).append(line)
    families = tuple(
        Family(language=language, label=key[0], mention=key[1], text=text, part=part)
        for key, texts in lines.items()
        for text, part in _dealt(texts, seed=f"{seed}/{language}/{key}")
    )
    assert len({one.text for one in families}) == len(families), f"{language}: a family twice"
    return Tongue(language=language, families=families, slots=slots)


def filled(template: str, slots: dict[str, tuple[str, ...]], dice: random.Random) -> str:
    """Return one sentence of a family: choices made, options taken or left, slots filled."""
    text = template
    while found := _CHOICE.search(text):
        text = text[: found.start()] + dice.choice(found[1].split("|")) + text[found.end() :]
    text = _MAYBE.sub(lambda match: match[1] if dice.random() < 0.5 else "", text)  # noqa: PLR2004 - a fair coin
    text = _SLOT.sub(lambda match: dice.choice(slots[match[1]]), text)
    return re.sub(r" +([.,?!]|$)", r"\1", re.sub(r"  +", " ", text)).strip()


def _dealt(texts: list[str], *, seed: str) -> list[tuple[str, Part]]:
    order = sorted(texts)
    random.Random(seed).shuffle(order)
    first, second = (round(len(order) * share) for share in _SHARES)
    parts = [
        *[Part.TRAIN] * first,
        *[Part.CALIBRATE] * (second - first),
        *[Part.HELD_OUT] * (len(order) - second),
    ]
    return list(zip(order, parts, strict=True))
