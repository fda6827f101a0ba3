"""Which language a text is written in, by script and stop-words; `und` when unsure."""

import re
from typing import Final

from bailiwick.domain.reader.view import View, folded_text

UNDETERMINED: Final = "und"
_WORDS_READ_MAX: Final = 400  # ours: enough to tell any of the languages apart
_SHORT_COUNT: Final = 6  # ours: in so few words one stop-word already tells
_SCRIPT_SHARE_PERMILLE: Final = 300  # ours: a name or a quotation stays below this

_STOP_WORDS: Final[dict[str, frozenset[str]]] = {
    language: frozenset(folded_text(words).split())
    for language, words in {
        "en": "the and you your is are we our for with this that please have what can would not of "
        "to from it be me my about us thanks hi hello yes when how do does",
        "de": "der die das und ist nicht ich sie wir mit für bitte auf ein eine von zu den dem im "
        "haben uns mich auch wie kein keine danke hallo sehr gern ihre ihr am um bei wann",
        "fr": "le la les et est pas je vous nous avec pour votre une des du sur dans merci bonjour "
        "ne que qui au ce cette plus veuillez votre mes par oui sommes êtes",
        "es": "el los las y es usted nosotros con para por favor una del que su gracias hola no me "
        "se lo como más pero este esta sus nuestro nos muy cuando quiero",
        "it": "il lo gli e è non io voi noi con per una della che grazie buongiorno mi si come più "
        "questo questa sono vi nostro vostra del favore quando di ciao",
        "pt": "o os as e é não eu você nós com para por uma da do que obrigado obrigada olá me se "
        "como mais este esta são nosso em um dos das na quero",
        "nl": "de het een en is niet ik u wij met voor van op dat dit graag bedankt hallo ons mij "
        "ook hoe geen jullie je we aan naar zijn kunt wanneer",
        "pl": "i nie jest się na z do proszę dziękuję dzień dobry że mnie nas państwa czy jak o w "
        "za mi są ale tego od pan pani",
        "sv": "och är inte jag ni vi med för på det en ett som tack hej mig oss kan vill till av",
        "da": "og er ikke jeg i vi med til på det en et som tak hej mig os kan vil af venligst",
        "cs": "a je není se na z do prosím děkuji dobrý den že mě nás jak v o pro jsem jsme",
        "tr": "ve bir bu için ile değil lütfen teşekkürler merhaba ben biz siz bana bize çok daha",
    }.items()
}
_SCRIPTS: Final = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ko", re.compile("[\u1100-\u11ff\uac00-\ud7af]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
)
_UKRAINIAN: Final = re.compile("[\u0454\u0456\u0457\u0491]")
_WORD: Final = re.compile(r"[^\W\d_]{1,30}")


def language_of(view: View) -> str:
    """Return the ISO 639-1 code of the language a text is written in, or `und`."""
    letters_count = sum(c.isalpha() for c in view.folded)
    if not letters_count:
        return UNDETERMINED
    return _by_script(view, letters_count) or _by_words(view)


def _by_script(view: View, letters_count: int) -> str:
    for language, pattern in _SCRIPTS:
        found_count = len(pattern.findall(view.folded))
        share = found_count * 1000 // letters_count
        floor = _SCRIPT_SHARE_PERMILLE // 3 if language == "ja" else _SCRIPT_SHARE_PERMILLE
        if share >= floor:
            ukrainian = language == "ru" and _UKRAINIAN.search(view.source.casefold())
            return "uk" if ukrainian else language
    return ""


def _by_words(view: View) -> str:
    words = _WORD.findall(view.folded)[:_WORDS_READ_MAX]
    scores = sorted(
        ((sum(word in stop for word in words), code) for code, stop in _STOP_WORDS.items()),
        reverse=True,
    )
    best, second = scores[0], scores[1]
    needed = 1 if len(words) <= _SHORT_COUNT else 2
    return best[1] if best[0] >= needed and best[0] > second[0] else UNDETERMINED
