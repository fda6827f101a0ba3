"""The page behind an unsubscribe link, in the reader's language: one sentence and one button.

Where a workspace has topics, a second form lets its reader leave some of them only, and a third
join again what was left here. The page loads
nothing, sets no cookie and shows no address: links get forwarded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from starlette.responses import Response

from bailiwick.domain.topic import Topic
from bailiwick.engine.permission.one_click import Choice

LANGUAGE_CHARS_MAX: Final = 200  # ours: a longer header is nobody's list of languages
FIELD: Final = "topic"
"""What a box of the form is called; its value is a topic's name."""
POLICY: Final = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""Nothing is loaded, run or framed, and the forms post to us alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the page says in one language."""

    language: str
    question: str
    button: str
    done: str
    unknown: str
    some: str
    """Before the topics."""
    some_button: str
    some_done: str
    left: str
    """Beside a topic that was left."""
    back: str
    """Before the topics that were left here."""
    back_button: str
    back_done: str


_WORDS: Final = (
    Words(
        language="en",
        question="Do you want no more mail from {company}?",
        button="Unsubscribe",
        done="Done. {company} will not write to you again.",
        unknown="This link is not complete. Answer the mail with the word “unsubscribe” instead.",
        some="Or only no more about:",
        some_button="Leave these topics",
        some_done="Done. {company} writes to you about these topics no more.",
        left="left",
        back="Or again about:",
        back_button="Receive these again",
        back_done="Done. {company} writes to you about these topics again.",
    ),
    Words(
        language="de",
        question="Möchten Sie keine E-Mails von {company} mehr erhalten?",
        button="Abmelden",
        done="Erledigt. {company} schreibt Ihnen nicht mehr.",
        unknown="Dieser Link ist nicht vollständig. Antworten Sie stattdessen mit „Abmelden“.",
        some="Oder nur nichts mehr über:",
        some_button="Diese Themen abbestellen",
        some_done="Erledigt. {company} schreibt Ihnen zu diesen Themen nicht mehr.",
        left="abbestellt",
        back="Oder wieder über:",
        back_button="Diese wieder erhalten",
        back_done="Erledigt. {company} schreibt Ihnen wieder zu diesen Themen.",
    ),
    Words(
        language="fr",
        question="Ne plus recevoir de messages de {company} ?",
        button="Se désabonner",
        done="C’est fait. {company} ne vous écrira plus.",
        unknown="Ce lien est incomplet. Répondez plutôt au message par « désabonner ».",
        some="Ou seulement plus rien sur :",
        some_button="Quitter ces sujets",
        some_done="C’est fait. {company} ne vous écrira plus sur ces sujets.",
        left="quitté",
        back="Ou de nouveau sur :",
        back_button="Recevoir à nouveau ces sujets",
        back_done="C’est fait. {company} vous écrira de nouveau sur ces sujets.",
    ),
    Words(
        language="es",
        question="¿No quiere recibir más correos de {company}?",
        button="Darse de baja",
        done="Hecho. {company} no volverá a escribirle.",
        unknown="Este enlace está incompleto. Responda al correo con «darme de baja».",
        some="O solo nada más sobre:",
        some_button="Dejar estos temas",
        some_done="Hecho. {company} no volverá a escribirle sobre estos temas.",
        left="dado de baja",
        back="O de nuevo sobre:",
        back_button="Volver a recibir estos temas",
        back_done="Hecho. {company} volverá a escribirle sobre estos temas.",
    ),
)
_PAGE: Final = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
    "<title>{title}</title></head><body><main><h1>{title}</h1>{body}</main></body></html>"
)
_FORM: Final = (
    '<form method="post" action="{action}">'
    '<input type="hidden" name="List-Unsubscribe" value="One-Click">'
    "<button>{button}</button></form>"
)
_TOPICS: Final = (
    '<form method="post" action="{action}"><p>{some}</p>{boxes}<button>{button}</button></form>'
)


def words_for(accepted: str) -> Words:
    """Return the words for an Accept-Language header; English when none of its languages fits."""
    wanted = [part.strip()[:2].lower() for part in accepted[:LANGUAGE_CHARS_MAX].split(",")]
    known = {words.language: words for words in _WORDS}
    return next((known[language] for language in wanted if language in known), _WORDS[0])


def question(words: Words, company: str, *, path: str, choices: Sequence[Choice]) -> Response:
    """Ask whether to stop, with everything or with some topics; nothing was changed.

    Forms are sent to `path` and below, seen from where the page is shown: a proxy may put the
    service under any path of its own.
    """
    body = _FORM.format(action=escape(path), button=escape(words.button))
    if choices:
        body += _TOPICS.format(
            action=escape(f"{path}/topics"),
            some=escape(words.some),
            boxes="".join(_box(words, one.topic, left=one.left) for one in choices),
            button=escape(words.some_button),
        )
    if back := [one.topic for one in choices if one.may_return]:
        body += _TOPICS.format(
            action=escape(f"{path}/topics/return"),
            some=escape(words.back),
            boxes="".join(_box(words, topic, left=False) for topic in back),
            button=escape(words.back_button),
        )
    return _page(words, words.question, company, body)


def done(words: Words, company: str) -> Response:
    """Tell that it was done."""
    return _page(words, words.done, company, "")


def topics_left(words: Words, company: str) -> Response:
    """Tell that it was done for some topics."""
    return _page(words, words.some_done, company, "")


def topics_joined(words: Words, company: str) -> Response:
    """Tell that mail about some topics comes again."""
    return _page(words, words.back_done, company, "")


def unknown(words: Words) -> Response:
    """Tell that nobody is named by this link."""
    return _page(words, words.unknown, "", "", status=404)


def _box(words: Words, topic: Topic, *, left: bool) -> str:
    state, said = (" checked disabled", f" ({words.left})") if left else ("", "")
    box = f'<input type="checkbox" name="{FIELD}" value="{escape(topic.name)}"{state}>'
    return f"<p><label>{box} {escape(topic.title + said)}</label></p>"


def _page(words: Words, title: str, company: str, body: str, *, status: int = 200) -> Response:
    # The company's name may hold braces: it is put in by replacement, never by formatting.
    shown = escape(title.replace("{company}", company))
    text = _PAGE.format(language=words.language, title=shown, body=body)
    headers = {"content-security-policy": POLICY}
    return Response(text, status, headers, media_type="text/html")
