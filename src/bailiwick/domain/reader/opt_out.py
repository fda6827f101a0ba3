"""Does the writer ask for no more mail? Recall beats precision; doubt goes to a person.

A sure request is an imperative or wish about mail to the writer. Everything that only mentions the
matter is doubtful: nothing is sent until a person has looked. A request for somebody else never
suppresses that person; it is a concern.
"""

import re
from dataclasses import dataclass
from typing import Final

from bailiwick.domain.reader.opt_out_slips import mended
from bailiwick.domain.reader.opt_out_words import CERTAIN, DOUBTFUL, HARMLESS, THIRD_PARTY
from bailiwick.domain.reader.view import Hit, View, folded_text, hits, squeezed

_LINES_READ_MAX: Final = 60  # ours: a request on a line of its own comes early
_EXACT_LENGTH_MAX: Final = 60  # ours: longest text that is nothing but a request
_NAMED_WORDS_MAX: Final = 4  # ours: longest personal name in "remove … from your list"

_POLITE: Final = re.compile(
    r"\b(?:please|pls|plz|thanks?|thank you|hi|hello|hey|dear|all|team|kindly|now|immediately|asap|"
    r"bitte|danke|hallo|merci|svp|bonjour|gracias|hola|por favor|grazie|obrigad[oa]|bedankt|aub|"
    r"regards|best|cheers|everyone|sir|madam|request|again)\b|[^\w ]"
)
_EXACT: Final = frozenset(
    folded_text(
        "unsubscribe|unsub|unsubscribe me|unsubscribe us|unsubscribed|stop|stop it|stop all|"
        "stopall|"
        "stop mail|stop mails|stop emails|stop email|stop emailing|stop writing|stop this|"
        "remove|remove me|"
        "remove us|remove my email|remove my address|opt out|optout|opt me out|cancel|end|quit|"
        "cancel subscription|take me off|take me off this list|take me off your list|no more|"
        "no more emails|no more mail|do not contact|do not contact me|do not email|do not email me|"
        "leave me alone|delete me|signoff|off|unfollow|abmelden|abmeldung|abbestellen|austragen|"
        "newsletter abmelden|newsletter abbestellen|stopp|keine mails mehr|keine e mails mehr|"
        "keine emails mehr|keine werbung|desinscription|desinscrire|desabonner|desabonnement|"
        "me desinscrire|me desabonner|désabonnez moi|baja|dar de baja|darme de baja|darse de baja|"
        "cancelar suscripción|no más correos|disiscrivimi|disiscrizione|cancellami|cancellazione|"
        "annulla iscrizione|descadastrar|cancelar inscrição|remover|sair|cancelar subscrição|"
        "uitschrijven|afmelden|stoppen|wypisz|wypisz mnie|wypisać|rezygnuję|avregistrera|"
        "avprenumerera|"
        "afmeld|avmeld|avmelding|avslutt|poista|odhlásit|odhlasit|odhlas|leiratkozás|"
        "leiratkozas|dezabonare|iptal|"
        "abonelikten cik|отписаться|отписка|отпишите|стоп|відписатися|διαγραφή|配信停止|解除|停止|"
        "退会|取消订阅|退订|取消訂閱|退訂|"
        "수신거부|구독취소|الغاء الاشتراك|إلغاء الاشتراك|توقف|הסר|הסרה|"
        "berhenti berlangganan|hủy đăng ký|ยกเลิก"
    ).split("|")
)
_HIDDEN: Final = re.compile(
    r"unsubscribe|unsubme|optout|optmeout|removeme|takemeoff|stopmail|stopemail|^stop$|\bstop\b|"
    r"abmelden|abbestellen|austragen|desinscri|desabonn|debaja|disiscriv|uitschrijven|leavemealone"
)
_REPLY: Final = re.compile(r"^(?:(?:re|aw|fw|fwd|wg|sv|vs|rif|res|tr|antw|odp|ref) ?: ?){1,6}")
_NEGATED: Final = re.compile(
    r"(?:\b(?:don't|do not|dont|never|not|without|didn't|did not|won't|why|who|hasn't|"
    r"isn't|wasn't|cannot|can't|why did|have you) (?:want |wanting |wish |need |asked |ask )?"
    r"(?:you |to |please |did |i |we ){0,3})$"
)
_FOOTER: Final = re.compile(
    r"\bif you(?:'d|'re)?\b(?! can\b| could\b)[^.!?]{0,30}$|"
    r"\bto (?:indicate|no longer)\b[^.!?]{0,30}$"
)
"""What a newsletter tells its readers; said by a writer it is at most doubtful."""
_NEGATED_INSIDE: Final = re.compile(
    r"\bnicht (?:ab|aus|von|vom|austragen|abmelden|abbestellen)\b|\bniet uit\b"
)
_NAMED: Final = re.compile(
    r"\b(?:remove|unsubscribe|take|delete) ((?:[^\W\d_][\w'.-]{0,24} ){1,4})(?:from|off)(?: of)? "
    r"(?:this|your|the|all|any)(?: [a-z]{1,14}){0,3} (?:lists?|mailings?|newsletters?|"
    r"e-?mails?|database)\b"
)
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_SELF_WORDS: Final = frozenset(
    (
        "me", "us", "myself", "my", "our", "this", "please", "email", "mail", "e-mail",
        "address", "name", "these", "it", "you",
        "yourself",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """What was found about getting no more mail."""

    asked: bool = False
    certain: bool = False
    third_party: bool = False
    start: int = 0
    """In the folded form of the own text; equal to `end` when found elsewhere."""
    end: int = 0


def opt_out(own: View, subject: View, *, from_address: str, from_name: str) -> OptOut:
    """Decide whether a mail asks for no more mail to its writer, or to somebody else."""
    third_party = _third_party(own, from_address=from_address, from_name=from_name) or _third_party(
        subject, from_address=from_address, from_name=from_name
    )
    sure = _certain(own) or _own_named(own, from_address=from_address, from_name=from_name)
    if sure is not None:
        return OptOut(
            asked=True, certain=True, third_party=third_party, start=sure.start, end=sure.end
        )
    if _subject_certain(subject) or _is_exact(own.latin) or _is_exact(own.folded):
        return OptOut(asked=True, certain=True, third_party=third_party, end=len(own.folded))
    doubtful = _doubtful(own) or _doubtful_subject(subject) or _slipped(own)
    if doubtful is None or (third_party and not _hidden(own)):
        return OptOut(third_party=third_party)
    return OptOut(asked=True, third_party=third_party, start=doubtful.start, end=doubtful.end)


def _certain(own: View) -> Hit | None:
    for hit in hits(CERTAIN, own):
        before = own.latin[max(0, hit.start - 40) : hit.start]
        voided = _NEGATED.search(before) or _NEGATED_INSIDE.search(hit.matched)
        if not voided and not _FOOTER.search(before):
            return hit
    lines = own.latin.split("\n")[:_LINES_READ_MAX]
    if lines and _is_exact(lines[0]):
        return Hit(label="line", start=0, end=len(lines[0]), matched=lines[0])
    if _hidden(own):
        return Hit(label="hidden", start=0, end=0, matched="")
    return None


def _hidden(own: View) -> bool:
    """Whether a request was written with gaps or digits between its letters."""
    found = squeezed(own.latin)
    return bool(found) and _HIDDEN.search(found) is not None


def _subject_certain(subject: View) -> bool:
    line = _REPLY.sub("", subject.latin.strip())
    if _is_exact(line) or _is_exact(_REPLY.sub("", subject.folded.strip())) or _hidden(subject):
        return True
    return line == subject.latin.strip() and any(True for _ in _surely(subject))


def _surely(subject: View) -> list[Hit]:
    return [
        hit
        for hit in hits(CERTAIN, subject)
        if not _NEGATED.search(subject.latin[max(0, hit.start - 40) : hit.start])
    ]


def _is_exact(text: str) -> bool:
    if len(text) > _EXACT_LENGTH_MAX:
        return False
    if " ".join(re.sub(r"[^\w ]", " ", text).split()) in _EXACT:
        return True
    return " ".join(_POLITE.sub(" ", text.replace("\n", " ")).split()) in _EXACT


def _doubtful(own: View) -> Hit | None:
    folded, latin = _without_harmless(own.folded), _without_harmless(own.latin)
    left = View(source=own.source, folded=folded, latin=latin, offsets=own.offsets)
    for hit in hits(DOUBTFUL, left):
        if hit.matched.strip("_ "):
            return hit
    for hit in hits(CERTAIN, own):
        if _FOOTER.search(own.latin[max(0, hit.start - 40) : hit.start]):
            return hit
    for line in own.latin.split("\n")[:_LINES_READ_MAX]:
        if line and _is_exact(line):
            return Hit(label="line", start=0, end=0, matched=line)
    return None


def _slipped(own: View) -> Hit | None:
    """Return a request whose words were mistyped; where it stands is not told."""
    latin = mended(_without_harmless(own.latin))
    if latin == own.latin:
        return None
    right = View(source=own.source, folded=latin, latin=latin, offsets=own.offsets)
    hit = _certain(right) or _doubtful(right)
    return None if hit is None else Hit(label=hit.label, start=0, end=0, matched=hit.matched)


def _without_harmless(text: str) -> str:
    for clue in HARMLESS:
        if clue.stem in text:
            text = clue.pattern.sub(lambda match: "_" * len(match.group()), text)
    return text


def _doubtful_subject(subject: View) -> Hit | None:
    """Look in a fresh subject only: that of a reply is ours as a rule."""
    if _REPLY.match(subject.latin.strip()):
        return None
    hit = _doubtful(subject)
    return None if hit is None else Hit(label=hit.label, start=0, end=0, matched=hit.matched)


def _third_party(text: View, *, from_address: str, from_name: str) -> bool:
    for hit in hits(THIRD_PARTY, text):
        address = _ADDRESS.search(hit.matched)
        if address is None or address.group() != from_address.casefold():
            return True
    match = _NAMED.search(text.latin)
    return match is not None and not _names_self(match.group(1), from_name)


def _own_named(text: View, *, from_address: str, from_name: str) -> Hit | None:
    match = _NAMED.search(text.latin)
    if match is not None and from_name and _names_self(match.group(1), from_name):
        return Hit(label="named", start=match.start(), end=match.end(), matched=match.group())
    for hit in hits(THIRD_PARTY, text):
        address = _ADDRESS.search(hit.matched)
        if address is not None and address.group() == from_address.casefold():
            return hit
    return None


def _names_self(named: str, from_name: str) -> bool:
    words = named.replace("'s", "").split()[:_NAMED_WORDS_MAX]
    own = frozenset(folded_text(from_name).split()) | _SELF_WORDS
    return bool(words) and (words[0] in _SELF_WORDS or all(word in own for word in words))
