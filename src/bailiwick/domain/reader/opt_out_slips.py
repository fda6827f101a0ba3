"""Words that requests to stop are made of, mended where a finger slipped while they were written.

A mended text is never quoted and proves nothing: what is heard in it only is doubtful, so a person
looks and nothing is sent meanwhile.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

WORD_LENGTH_MIN: Final = 4  # ours: of shorter ones too many others are a letter away
OTHER_LETTER_LENGTH_MIN: Final = 6  # ours: "main" is no "mail", "unsubxcribe" nothing else
WORDS_COUNT_MAX: Final = 300  # ours: two printed pages; a request comes early

_WORD: Final = re.compile(r"[^\W\d_]{4,24}")
_TOLD: Final = """
abmelden abbestellen adres adresse afmelden again alone anymore arretez baja basta bazy
berichten bezwaar bitte borrenme cancel cancelar cancellarmi cancellatemi cease cessez
communication contact contactem contacten contactez contacting contattatemi correo correos
dalla darme database dejen delete denme desabonner descadastrem desinscrivez discontinue
disiscrivermi distribution ecrire eliminenme email emailing emails endereco enviem envien
envoyer erase escrever escribirme favor favore further gebruik geen graag haal halen hear ihnen
ihrem ihrer indirizzo inscricao keine kontaktieren kontaktowac leave lijst list lista liste
listy loschen maak mail mailen mailing mailinglijst mailings mails mais mandatemi meer mehr
meine meiner mensajes merci messages mich mijn mnie mochte mojego more nachrichten nehmen
newsletter nicht nous nutzung oponho opongo oppongo oppose otrzymywac panstwa parem pisac please
plus prospection prosze przestancie publicidade publicitarios quero quiero quitenme receber
receive recevoir recibir reclame reklamy remove removed retirem retirer retirez ricevere
rimuovermi saquennos schreiben schrijf schrijven scrivermi send sending smettete spamming
sprzeciwiam stop stopping streichen supprimer supprimez take these this those tirem togliermi
toglieteci touch tragen unsubscribe unterlassen usunac usuncie utilisation verteiler verwijder
veux voglio votre vostra want weitere weiteren werbung wiadomosci widerspreche wiecej wish
write writing wykreslic wypisac wypiszcie wysylac your zusendungen
"""
_WORDS: Final = frozenset(_TOLD.split())
_OTHER_WORDS: Final = frozenset(
    {"anmelden", "contract", "heard", "heart", "listen", "spending", "taken", "waiting"}
)
"""A letter away from ours, and no slip: `anmelden` is the opposite of `abmelden`."""


def mended(latin: str) -> str:
    """Return a folded text with each word that is one slip away from one of ours set right."""
    count = 0

    def right(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return _meant(match.group()) if count <= WORDS_COUNT_MAX else match.group()

    return _WORD.sub(right, latin)


def _meant(word: str) -> str:
    if word in _WORDS or word in _OTHER_WORDS:
        return word
    shorter = _shorter()
    if word in shorter:  # a letter was left out
        return shorter[word]
    for left in _without_one(word):
        if len(left) >= WORD_LENGTH_MIN and left in _WORDS:  # a letter came twice
            return left
    for left in _without_one(word):
        meant = shorter.get(left, "")
        if meant and _is_slip(word, meant):
            return meant
    return word


def _is_slip(word: str, meant: str) -> bool:
    """Tell whether two letters changed places, or one of a long word is another."""
    if len(word) != len(meant):
        return False
    differ = [place for place, letter in enumerate(word) if letter != meant[place]]
    swapped = len(differ) == 2 and sorted(word) == sorted(meant) and differ[1] - differ[0] == 1  # noqa: PLR2004 - two letters
    return swapped or (len(differ) == 1 and len(meant) >= OTHER_LETTER_LENGTH_MIN)


@cache
def _shorter() -> dict[str, str]:
    """Return each of our words with one letter left out, and which word that was."""
    return {left: word for word in sorted(_WORDS, reverse=True) for left in _without_one(word)}


def _without_one(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))
