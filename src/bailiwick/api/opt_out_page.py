"""The page behind an unsubscribe link, in the reader's language: one sentence and one button.

It loads nothing, sets no cookie and shows no address: links get forwarded.
"""

from dataclasses import dataclass
from html import escape
from typing import Final

from starlette.responses import Response

LANGUAGE_CHARS_MAX: Final = 200  # ours: a longer header is nobody's list of languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the page says in one language."""

    language: str
    question: str
    button: str
    done: str
    unknown: str


_WORDS: Final = (
    Words(
        language="en",
        question="Do you want no more mail from {company}?",
        button="Unsubscribe",
        done="Done. {company} will not write to you again.",
        unknown="This link is not complete. Answer the mail with the word “unsubscribe” instead.",
    ),
    Words(
        language="de",
        question="Möchten Sie keine E-Mails von {company} mehr erhalten?",
        button="Abmelden",
        done="Erledigt. {company} schreibt Ihnen nicht mehr.",
        unknown="Dieser Link ist nicht vollständig. Antworten Sie stattdessen mit „Abmelden“.",
    ),
    Words(
        language="fr",
        question="Ne plus recevoir de messages de {company} ?",
        button="Se désabonner",
        done="C’est fait. {company} ne vous écrira plus.",
        unknown="Ce lien est incomplet. Répondez plutôt au message par « désabonner ».",
    ),
    Words(
        language="es",
        question="¿No quiere recibir más correos de {company}?",
        button="Darse de baja",
        done="Hecho. {company} no volverá a escribirle.",
        unknown="Este enlace está incompleto. Responda al correo con «darme de baja».",
    ),
)
_PAGE: Final = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
    "<title>{title}</title></head><body><main><h1>{title}</h1>{body}</main></body></html>"
)
_FORM: Final = (
    '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">'
    "<button>{button}</button></form>"
)


def words_for(accepted: str) -> Words:
    """Return the words for an Accept-Language header; English when none of its languages fits."""
    wanted = [part.strip()[:2].lower() for part in accepted[:LANGUAGE_CHARS_MAX].split(",")]
    known = {words.language: words for words in _WORDS}
    return next((known[language] for language in wanted if language in known), _WORDS[0])


def question(words: Words, company: str) -> Response:
    """Ask whether to stop; nothing was changed."""
    return _page(words, words.question, company, _FORM.format(button=escape(words.button)))


def done(words: Words, company: str) -> Response:
    """Tell that it was done."""
    return _page(words, words.done, company, "")


def unknown(words: Words) -> Response:
    """Tell that nobody is named by this link."""
    return _page(words, words.unknown, "", "", status=404)


def _page(words: Words, title: str, company: str, body: str, *, status: int = 200) -> Response:
    # The company's name may hold braces: it is put in by replacement, never by formatting.
    shown = escape(title.replace("{company}", company))
    text = _PAGE.format(language=words.language, title=shown, body=body)
    return Response(text, status, media_type="text/html")
