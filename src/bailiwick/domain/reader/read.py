"""Read one mail into a `Reading`: the only form in which planners ever see foreign text."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from bailiwick.domain.message import ParsedMail
from bailiwick.domain.reader.concerns import concerns_of, topics_of
from bailiwick.domain.reader.entities import SPANS_COUNT_MAX, return_date, spans_of
from bailiwick.domain.reader.injection import is_injected
from bailiwick.domain.reader.intent import is_bounce, is_permanent, label
from bailiwick.domain.reader.language import UNDETERMINED, language_of
from bailiwick.domain.reader.opt_out import OptOut, opt_out
from bailiwick.domain.reader.score import score_of
from bailiwick.domain.reader.view import View, view
from bailiwick.domain.reader.weights import Weights
from bailiwick.domain.reading import Basis, Concern, Intent, Reading, Span

SUBJECT_LENGTH_MAX: Final = 500  # ours: longer subjects are cut before reading
MODEL_PERMILLE: Final = 600  # ours: what the law asks for; a model's own sureness is no measure
ASKED_OF_MODELS: Final = frozenset(Intent) - {Intent.AUTO_REPLY, Intent.BOUNCED, Intent.OTHER}
"""What a model may answer; `other`, or a machine that no header told of, leaves it to a person."""
_NO_PERSON: Final = frozenset({Concern.PRICING})
"""Concerns that need no person; at any other nobody else is asked."""
ADDRESS_LENGTH_MAX: Final = 254  # RFC 5321, 4.5.3.1


def read(mail: ParsedMail, *, now: datetime, weights: Weights) -> Reading:
    """Read the sender's own words and the subject; never raises on any text."""
    own, subject = view(mail.own_text), view(mail.subject[:SUBJECT_LENGTH_MAX])
    asked = _asked(mail, own, subject)
    concerns = _concerns(mail, own, subject, asked)
    labelled = label(mail, own, subject, asked, weights=weights)
    if labelled.opt_out_suspected:
        asked = replace(asked, asked=True)
    elif Concern.INJECTION in concerns and labelled.basis is Basis.CLASSIFIER:
        # What was written to steer machines is not labelled by one.
        labelled = replace(labelled, intent=Intent.OTHER, confidence_permille=0)
    machine = mail.automatic or labelled.intent in {Intent.AUTO_REPLY, Intent.BOUNCED}
    score, evidence = score_of(own, labelled.shares or {labelled.intent: 1.0})
    spans = _spans(own, asked, () if machine else evidence, now=now)
    away = labelled.intent is Intent.AUTO_REPLY
    return Reading(
        intent=labelled.intent,
        confidence_permille=labelled.confidence_permille,
        basis=labelled.basis,
        language=_language(own, subject),
        opt_out=asked.asked,
        opt_out_certain=asked.certain,
        concerns=concerns,
        topics=frozenset(span.value for span in spans if span.kind == "topic"),
        spans=spans,
        questions_count=sum(span.kind == "question" for span in spans),
        automatic=machine,
        return_on=return_date(own, spans, now=now) if away else "",
        bounce_permanent=is_permanent(mail),
        bounced_address=_bounced(mail),
        unsure=labelled.unsure
        and bool(own.folded.strip())
        and not (asked.asked or machine or concerns - _NO_PERSON),
        score=None if machine else score,
    )


def relabelled(reading: Reading, intent: Intent, own_text: str) -> Reading:
    """Return an unsure reading with the label of a model; a request to stop stays doubtful.

    A model's word is no proof: a person says whether they asked to stop; no mail goes till then.
    """
    assert reading.unsure, "only a label that is missing is asked for"
    assert intent in ASKED_OF_MODELS, "a machine's mail is told by its headers"
    score, _ = score_of(view(own_text), {intent: 1.0})
    return replace(
        reading,
        intent=intent,
        confidence_permille=MODEL_PERMILLE,
        basis=Basis.MODEL,
        opt_out=intent is Intent.UNSUBSCRIBE,
        unsure=False,
        score=score,
    )


def _asked(mail: ParsedMail, own: View, subject: View) -> OptOut:
    """Look for an opt-out; what an automatic mail asks for is doubtful, its owner did not."""
    if is_bounce(mail):
        return OptOut()
    asked = opt_out(own, subject, from_address=mail.from_address, from_name=mail.from_name)
    return replace(asked, certain=False) if mail.automatic else asked


def _bounced(mail: ParsedMail) -> str:
    """Return the address a delivery report names; only when the mail is one."""
    told = mail.dsn_status and is_bounce(mail)
    return mail.dsn_recipient[:ADDRESS_LENGTH_MAX] if told else ""


def _language(own: View, subject: View) -> str:
    language = language_of(own)
    return language if language != UNDETERMINED else language_of(subject)


def _concerns(mail: ParsedMail, own: View, subject: View, asked: OptOut) -> frozenset[Concern]:
    found = set(concerns_of(own, subject))
    if is_injected(own, subject, from_address=mail.from_address):
        found.add(Concern.INJECTION)
    if asked.third_party:
        found.add(Concern.THIRD_PARTY_OPT_OUT)
    return frozenset(found)


def _spans(
    own: View, asked: OptOut, evidence: tuple[Span, ...], *, now: datetime
) -> tuple[Span, ...]:
    """Gather opt-out, topics and evidence before entities, so that a cut never loses them."""
    first: list[Span] = [*evidence]
    if asked.asked and asked.end > asked.start:
        start, end = own.where(asked.start, asked.end)
        first.append(Span(kind="opt_out", start=start, end=end))
    for hit in topics_of(own):
        start, end = own.where(hit.start, hit.end)
        first.append(Span(kind="topic", start=start, end=end, value=hit.label))
    kept = (*first, *spans_of(own, now=now))[:SPANS_COUNT_MAX]
    return tuple(sorted(kept, key=lambda s: (s.start, s.end, s.kind)))
