"""Mails made of families: greeting, sentences of one label, closing, and the noise of real mail."""

import hashlib
import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bailiwick.domain.message import Parse, ParsedMail
from bailiwick.domain.reading import Intent
from training.reply.families import LANGUAGES, Family, Part, Tongue, filled, tongue

SEED: Final = 20_261_120
MAILS_PER_FAMILY: Final = {"en": 14}
MAILS_PER_FAMILY_ELSE: Final = 10  # ours: fewer families elsewhere, told as often
_MACHINES: Final = frozenset({Intent.BOUNCED, Intent.AUTO_REPLY})
_SUBJECTS: Final = ("Re: A question for {company}", "Re: {company}", "AW: {company}", "")
_QUOTED: Final = (
    "> Shall I send you a short outline?\n> Kind regards",
    "> Would a short call be useful?",
    "> I wanted to follow up on my earlier message.",
    "",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One made mail and what it says."""

    mail: ParsedMail
    label: Intent
    language: str
    family: str
    part: Part
    mention: bool = False
    slipped: bool = False
    """A finger slipped while it was written."""


def samples(*, seed: int = SEED, languages: tuple[str, ...] = LANGUAGES) -> tuple[Sample, ...]:
    """Return every mail of every part; the same seed gives the same mails."""
    return tuple(
        one for language in languages for one in _of_tongue(tongue(language, seed=seed), seed=seed)
    )


def digest(made: tuple[Sample, ...]) -> str:
    """Return the hash that names a set of mails."""
    running = hashlib.sha256()
    for one in made:
        texts = (one.label.value, one.part.value, one.mail.subject, one.mail.own_text)
        running.update("\x1f".join((*texts, one.mail.quoted_text, "\x1e")).encode())
    return running.hexdigest()


def _of_tongue(spoken: Tongue, *, seed: int) -> Iterator[Sample]:
    count = MAILS_PER_FAMILY.get(spoken.language, MAILS_PER_FAMILY_ELSE)
    for family in spoken.families:
        for number in range(count):
            dice = random.Random(f"{seed}/{spoken.language}/{family.text}/{number}")
            yield _sample(family, spoken, dice, bare=number == 0)
    for part in Part:
        for number in range(count * 3):  # ours: courtesies alone say nothing, and are common
            dice = random.Random(f"{seed}/{spoken.language}/courtesy/{part}/{number}")
            yield _courtesy(spoken, part, dice)


def _sample(family: Family, spoken: Tongue, dice: random.Random, *, bare: bool) -> Sample:
    sentences = [filled(family.text, spoken.slots, dice)]
    if not bare and not family.mention:
        same = [
            one
            for one in spoken.families
            if (one.label, one.part, one.mention) == (family.label, family.part, False)
        ]
        if dice.random() < 0.3:  # noqa: PLR2004 - ours: a third of all mails says it twice
            sentences.append(filled(dice.choice(same).text, spoken.slots, dice))
        if dice.random() < 0.35 and family.label not in _MACHINES:  # noqa: PLR2004 - ours
            sentences.insert(0, dice.choice(spoken.slots["filler"]))
    text = " ".join(dict.fromkeys(sentences))
    if not bare:
        text = _noisy(_framed(text, spoken, family.label, dice), dice)
    intact = text
    text = text if bare else _slip(text, dice)
    return Sample(
        mail=_mail(text, family.label, spoken, dice),
        label=family.label,
        language=spoken.language,
        family=f"{spoken.language}/{family.label.value}/{family.text}",
        part=family.part,
        mention=family.mention,
        slipped=text != intact,
    )


def _courtesy(spoken: Tongue, part: Part, dice: random.Random) -> Sample:
    said = dice.sample(spoken.slots["filler"], dice.choice((0, 1, 1, 2)))
    text = _noisy(_framed(" ".join(said), spoken, Intent.OTHER, dice), dice)
    return Sample(
        mail=_mail(text, Intent.OTHER, spoken, dice),
        label=Intent.OTHER,
        language=spoken.language,
        family=f"{spoken.language}/courtesy/{part}",
        part=part,
    )


def _framed(text: str, spoken: Tongue, label: Intent, dice: random.Random) -> str:
    share = 0.2 if label in _MACHINES else 0.6  # ours: machines greet less
    if dice.random() < share:
        text = filled(dice.choice(spoken.slots["greeting"]), spoken.slots, dice) + "\n\n" + text
    if dice.random() < share:
        text = text + "\n\n" + filled(dice.choice(spoken.slots["closing"]), spoken.slots, dice)
    return text


def _noisy(text: str, dice: random.Random) -> str:
    """Write as people do: no capitals, no marks, no accents."""
    if dice.random() < 0.12:  # noqa: PLR2004 - ours, as are the shares below
        text = text.lower()
    if dice.random() < 0.12:  # noqa: PLR2004
        text = text.replace(".", "").replace(",", "")
    if dice.random() < 0.12:  # noqa: PLR2004
        decomposed = unicodedata.normalize("NFD", text)
        text = "".join(one for one in decomposed if not unicodedata.combining(one))
    return text


def _slip(text: str, dice: random.Random) -> str:
    """Let a finger slip now and then: a letter left out, twice, or before its time."""
    if dice.random() < 0.15 and len(text) > 12:  # noqa: PLR2004 - ours
        place = dice.randrange(1, len(text) - 1)
        text = dice.choice(
            (
                text[:place] + text[place + 1 :],
                text[: place - 1] + text[place] + text[place - 1] + text[place + 1 :],
                text[:place] + text[place] + text[place:],
            )
        )
    return text


def _mail(text: str, label: Intent, spoken: Tongue, dice: random.Random) -> ParsedMail:
    subject = filled(dice.choice(_SUBJECTS), spoken.slots, dice)
    machine = label in _MACHINES or label is Intent.SPAM
    return ParsedMail(
        raw_sha256="0" * 64,
        parse=Parse.CLEAN,
        from_address="dana@acme.example",
        from_name="Dana Whitfield",
        subject="" if machine and dice.random() < 0.5 else subject,  # noqa: PLR2004 - a fair coin
        own_text=text,
        quoted_text="" if machine else dice.choice(_QUOTED),
    )
