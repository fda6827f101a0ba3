"""Whether everything checkable in a draft comes from something it cites.

Checked are numbers with their unit, money, percentages, days and months, links, addresses and
names. Each must occur in the template or in evidence that a claim cites; anything else is named,
so that the draft is repaired or dropped. It does not matter whether a template or a model wrote it.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from bailiwick.domain.drafting.request import Snippet
from bailiwick.domain.fact import Fact
from bailiwick.domain.outbound import Claim
from bailiwick.kit.text import folded

TEXT_LENGTH_MAX: Final = 20_000  # ours: far beyond the longest draft

_UNITS: Final[dict[str, str]] = {
    "%": "%", "percent": "%", "prozent": "%", "pour cent": "%", "por ciento": "%", "€": "eur",
    "eur": "eur", "euro": "eur", "euros": "eur", "$": "usd", "usd": "usd", "dollars": "usd",
    "dollar": "usd", "£": "gbp", "gbp": "gbp", "pounds": "gbp", "chf": "chf", "¥": "jpy",
}  # fmt: skip
_UNIT: Final = "|".join(re.escape(u) for u in sorted(_UNITS, key=len, reverse=True))
_NUMBER: Final = re.compile(
    rf"(?:(?P<before>{_UNIT})\s?)?(?P<number>\d(?:[\d.,:'\u202f\u00a0/-]{{0,30}}\d)?)(?:\s?(?P<after>{_UNIT})(?!\w))?"
)
_LINK: Final = re.compile(
    r"(?i)(?:https?://|www\.)[^\s<>\"']{1,500}|[\w.+-]{1,64}@[\w.-]{1,200}|"
    r"\b[\w-]{1,63}\.(?:com|net|org|io|co|de|fr|es|eu|example|ai|app)\b"
)
_NUMBER_WORDS: Final = frozenset(
    (
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred",
        "hundreds", "thousand", "thousands", "million", "millions", "billion", "half", "double",
        "twice", "triple", "zwei", "drei", "vier", "funf", "fünf", "sechs", "sieben", "acht",
          "neun",
        "zehn", "zwanzig", "dreißig", "fünfzig", "hundert", "tausend", "doppelt", "hälfte", "deux",
        "trois", "quatre", "cinq", "sept", "huit", "neuf", "dix", "vingt", "trente", "cinquante",
        "cent", "mille", "moitié", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho",
        "nueve", "diez", "veinte", "treinta", "cincuenta", "cien", "mil", "mitad",
    )
)  # fmt: skip
_DAY_WORDS: Final = frozenset(
    (
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow",
        "january", "february", "march", "april", "june", "july", "august", "september", "october",
        "november", "december", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
        "samstag", "sonntag", "morgen", "januar", "februar", "märz", "mai", "juni", "juli",
        "oktober", "dezember", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "demain",
        "janvier", "février", "avril", "juin", "juillet", "août", "septembre", "octobre",
        "novembre", "décembre", "lunes", "martes", "miércoles", "jueves", "viernes", "mañana",
        "enero", "febrero", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
        "noviembre", "diciembre",
    )
)  # fmt: skip
_WORD: Final = re.compile(r"[^\W\d_][\w'\u2019&-]{0,60}")
_STARTS: Final = re.compile(r"(?:^|[.!?:;\n]\s{0,3}[\"'(\u00bf\u201c]?|^[-*]\s)$")
TEMPLATES_COUNT_MAX: Final = 512  # ours: each variant of each place in every language
_LEGAL_FORMS: Final = re.compile(
    r"\b(?:[A-Z][\w&-]{1,40}\s){1,3}(?:GmbH|AG|Ltd|Inc|LLC|SE|SA|SAS|SARL|BV|Corp|KG|S\.L)\b"
)
_ORDINARY: Final = frozenset(
    ("i", "i'm", "i'd", "i'll", "i've", "ok", "crm", "pdf", "faq", "stop", "re", "english", "api")
)
_STARTERS: Final = frozenset(
    folded(
        "ask book call check choose join open pick read see try use write "
        "ihnen ihrem ihren ihrer ihres "
        "a about absolutely according additionally after also am an and any apologies are as at "
        "attached based because before best but by can certainly confirm could currently dear "
        "did do does during either every feel first follow following for from given glad good "
        "great had happy has have having he hello here hi how however i if in indeed is it its "
        "just kind kindly let looking many may meanwhile might more most my name naturally "
        "next no not note noted now of on once one or our perhaps per please regarding regards "
        "reply right send shall she should since so some sorry sounds such sure take tell "
        "thank thanks that the their then there these they this those though to today under "
        "understood unfortunately until up very was we well were what when whenever where "
        "whether which while who whoever why will with would yes yet you your "
        "aber alle als also am an auch auf aus bei bis bitte da damit danke das dass dein dem "
        "den der "
        "des die dies diese dieser doch ein eine einen er es falls freundliche für gerade gern "
        "gerne grüße guten haben hallo hat hier ich ihr ihre im in ist ja jede kann können leider "
        "mein meine mit möchten nach nein nicht noch nun nur ob oder schöne sehr sie sind so "
        "sobald "
        "solche sollten um und uns unser unsere unter viele vielen vom von vor wann warum was "
        "welche "
        "wenn wer werden wie wir wird wo wäre würde würden zu zum zur "
        "à afin ainsi après au aucun aujourd'hui auriez aussi avant avec avez bien bonjour "
        "c'est car "
        "ce cela ces cette comme comment cordialement dans de depuis des dès dites-nous "
        "dois-je du elle "
        "en enfin est et faites il ils j'ai je l'équipe la le les leur lors mais merci mon "
        "n'hésitez ne "
        "nos notre nous on ou oui où par pas pour pourriez pouvez pouvons puis-je quand que "
        "quel quelle "
        "qui sans serait-il si sur tout toute très un une vos votre vous y "
        "además ahora al algo antes así aunque buenas buenos cada como con cordial "
        "cordialmente cuando "
        "de del desde el ella en entonces entendido es esta este esto estamos estaremos "
        "gracias ha hasta "
        "hay hemos he hola indíquenos la las le les lo los más me mi mientras muchas muy no "
        "nos nuestra "
        "nuestro o para pero por porque puede puedo que qué quedo quién saludos se según será "
        "si sí sin "
        "sobre su también tenemos todo un una usted y ya"
    ).split()
)
"""Words that ordinarily open a sentence; any other capital there is taken for a name."""


def support(
    *,
    facts: tuple[Fact, ...] = (),
    knowledge: tuple[Snippet, ...] = (),
    rows: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return what each evidence reference says: `fact:…`, `knowledge:…` and given rows."""
    said = {f"fact:{fact.fact_id}": fact.value for fact in facts}
    said.update({f"knowledge:{snippet.snippet_id}": snippet.text for snippet in knowledge})
    said.update(rows or {})
    return said


def unsupported(
    text: str,
    claims: tuple[Claim, ...],
    supported: Mapping[str, str],
    *,
    template: str,
    language: str,
) -> tuple[str, ...]:
    """Return each checkable part that nothing cited says, and each claim without evidence.

    `supported` maps evidence references to what they say, `template` is the static text.
    """
    if len(text) > TEXT_LENGTH_MAX:
        return ("text too long to check",)
    missing = [claim.text for claim in claims if claim.evidence not in supported]
    cited = [supported[claim.evidence] for claim in claims if claim.evidence in supported]
    known = _said(template, language)
    if cited:
        known |= {
            key for _, key in _checkable("\n".join(cited), language=language, every_word=True)
        }
    for shown, key in _checkable(text, language=language, every_word=False):
        if key not in known:
            missing.append(shown)
    return tuple(dict.fromkeys(missing))


@lru_cache(maxsize=TEMPLATES_COUNT_MAX)
def _said(template: str, language: str) -> frozenset[str]:
    """Return what static text says; it is the same for thousands of mails."""
    return frozenset(key for _, key in _checkable(template, language=language, every_word=True))


def _checkable(text: str, *, language: str, every_word: bool) -> Iterator[tuple[str, str]]:
    """Yield what must be supported, as shown and as compared."""
    rest = text
    for match in _LINK.finditer(text):
        yield match.group(), "link:" + match.group().casefold().rstrip(".,;:?")
        rest = rest.replace(match.group(), " " * len(match.group()), 1)
    for match in _NUMBER.finditer(rest.casefold()):
        yield match.group(), _number_key(match)
        if every_word:
            yield match.group(), "number:" + _digits(match.group("number"))
    yield from _words(rest, language=language, every_word=every_word)


def _number_key(match: re.Match[str]) -> str:
    unit = match.group("before") or match.group("after") or ""
    kind = f"{_UNITS[unit]}:" if unit else "number:"
    return kind + _digits(match.group("number"))


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdigit())


def _words(text: str, *, language: str, every_word: bool) -> Iterator[tuple[str, str]]:
    for match in _WORD.finditer(text):
        word = match.group()
        key = folded(word).removesuffix("'s").removesuffix("\u2019s")
        if (
            every_word
            or key in _NUMBER_WORDS
            or key in _DAY_WORDS
            or (_is_name(text, match, language=language) and key not in _ORDINARY)
        ):
            yield word, "word:" + key
    if every_word:
        return
    for match in _LEGAL_FORMS.finditer(text):
        for word in match.group().split()[:-1]:
            yield match.group(), "word:" + folded(word)


def _is_name(text: str, match: re.Match[str], *, language: str) -> bool:
    """Whether a word looks like a name: capital inside a sentence, or capitals inside the word.

    German writes every noun with a capital, so there a name needs a second one beside it.
    """
    word = match.group()
    if any(c.isupper() for c in word[1:]):
        return True
    if not word[0].isupper():
        return False
    if _STARTS.search(text[max(0, match.start() - 6) : match.start()]):
        return language != "de" and folded(word) not in _STARTERS
    if language != "de":
        return True
    if folded(word) in _STARTERS:
        return False
    spaced = text[: match.start()].endswith(" ")
    before = text[: match.start()].rpartition(" ")[0].rpartition(" ")[2] if spaced else ""
    following = _WORD.match(text, match.end() + 1)
    after = following.group() if following and text[match.end()] == " " else ""
    return _is_capital(before) or _is_capital(after)


def _is_capital(word: str) -> bool:
    return word[:1].isupper() and word[-1:].isalpha() and folded(word) not in _STARTERS
