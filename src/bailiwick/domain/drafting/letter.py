"""The words of a mail that answers nothing: an opening, why it may matter to them, one question.

Each wording is tried in the contact's order, the fullest form first; what lacks a field, repeats
what we said before or breaks a rule of style gives way to the next.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from bailiwick.domain.drafting.body import Body
from bailiwick.domain.drafting.merge import VARIABLE, MissingField, merge
from bailiwick.domain.drafting.pack import Letter, Pack
from bailiwick.domain.drafting.persona import Persona, persona_of, topics_for
from bailiwick.domain.drafting.place import Angle
from bailiwick.domain.drafting.request import Abstained, DraftRequest, Kind, Reason, Snippet
from bailiwick.domain.drafting.style import faults
from bailiwick.domain.drafting.subject import SUBJECT_LENGTH_GOOD, is_repeated, reply_subject
from bailiwick.domain.drafting.templates import angle_of, letters, reasons, template_id
from bailiwick.domain.drafting.values import Value, answers, usable_facts
from bailiwick.domain.outbound import Claim

_PARAGRAPH: Final = "\n\n"


def letter_body(request: DraftRequest, pack: Pack, values: Mapping[str, Value]) -> Body | Abstained:
    """Take the first wording that has its fields, a new subject and good style.

    One that was not said to them before and has a short subject goes before any other.
    """
    refusal = Abstained(reason=Reason.NO_SUBJECT)
    spare: Body | None = None
    for letter in letters(request, pack):
        body = _worded(letter, request, pack, values)
        if isinstance(body, Abstained):
            refusal = body
        elif len(body.subject) <= SUBJECT_LENGTH_GOOD and not _was_said(letter.ask, request):
            return body
        else:
            spare = spare or body
    return spare or refusal


def _was_said(template: str, request: DraftRequest) -> bool:
    """Whether a mail before holds the fixed words of a template, whatever was merged into it."""
    pieces = [piece for piece in VARIABLE.split(template) if piece.strip()]
    return any(all(piece in text for piece in pieces) for text in request.previous_texts)


def _worded(
    letter: Letter, request: DraftRequest, pack: Pack, values: Mapping[str, Value]
) -> Body | Abstained:
    texts = {name: value.text for name, value in values.items()}
    subject = merge(letter.subject, texts)
    if isinstance(subject, MissingField):
        return Abstained(reason=Reason.MISSING_FIELD, detail=subject.field)
    kept = _kept_subject(request)
    if not kept and is_repeated(subject.text, request.previous_subjects):
        return Abstained(reason=Reason.NO_SUBJECT)
    chosen = kept or subject.text
    broken: tuple[str, ...] = ()
    for reason, statement in _extras(request, pack, values):
        said = (pack.greeting, letter.opening, *((reason,) if reason else ()))
        head = merge(_PARAGRAPH.join(said), texts)
        tail = merge(_PARAGRAPH.join((letter.ask, pack.closing)), texts)
        if isinstance(head, MissingField) or isinstance(tail, MissingField):
            missing = head if isinstance(head, MissingField) else tail
            assert isinstance(missing, MissingField)
            return Abstained(reason=Reason.MISSING_FIELD, detail=missing.field)
        known = (statement.text,) if statement is not None else ()
        text = _PARAGRAPH.join((head.text, *known, tail.text))
        broken = faults(request.kind, chosen, text, place=request.place)
        if not broken:
            return Body(
                subject=chosen,
                text=text,
                static="\n".join((*said, letter.subject, letter.ask, pack.closing)),
                template=template_id(pack, f"{letter.angle.value}.{letter.key}"),
                fields=(*subject.fields, *head.fields, *tail.fields),
                claims=_claims(request, reason, statement),
            )
    return Abstained(reason=Reason.STYLE, detail=", ".join(broken))


def _kept_subject(request: DraftRequest) -> str:
    """Return the subject of our own thread that this mail goes on in, or empty."""
    threaded = bool(request.in_reply_to) and request.kind is Kind.FOLLOWUP
    if not (threaded and request.thread_is_ours):
        return ""
    return reply_subject(request.thread_subject, ours=True)


def _extras(
    request: DraftRequest, pack: Pack, values: Mapping[str, Value]
) -> Iterator[tuple[str, Snippet | None]]:
    """Yield what a wording may add, the fullest first: a reason with a statement, or nothing."""
    persona = _persona(request, values)
    fresh = (one for one in reasons(request, pack, persona) if not _was_said(one, request))
    reason = next(fresh, "")
    if reason and persona is not None:
        if angle_of(request) is Angle.RELEVANCE:
            topics = topics_for(persona)
            found = (answers(request, topic, pack) for topic in topics)
            statement = next((one for one in found if one is not None), None)
            if statement is not None:
                yield reason, statement
        yield reason, None
    yield "", None


def _persona(request: DraftRequest, values: Mapping[str, Value]) -> Persona | None:
    """Return whom the mail speaks to, from the title that the customer database holds."""
    title = values.get("contact.title")
    if title is None:
        return None
    known = {
        fact.field: fact.value
        for fact in usable_facts(request.facts)
        if fact.subject == request.contact.contact_id
    }
    return persona_of(
        title.text,
        seniority=known.get("seniority", ""),
        department=known.get("department", ""),
    )


def _claims(request: DraftRequest, reason: str, statement: Snippet | None) -> tuple[Claim, ...]:
    found: list[Claim] = []
    if reason:
        found.append(Claim(text=reason, evidence=f"contact:{request.contact.contact_id}"))
    if statement is not None:
        found.append(Claim(text=statement.text, evidence=f"knowledge:{statement.snippet_id}"))
    return tuple(found)
