"""Drafts one mail: rules first, a model's words only in the middle, every statement checked.

The template draft of `domain/drafting` is made first and is always the way back. A model may reword
the paragraphs between greeting and closing; recipient, sender, subject, greeting and footer are
never its own. Its words are taken only if the same check that templates pass finds nothing.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from bailiwick.domain.action import Action
from bailiwick.domain.drafting.compose import compose
from bailiwick.domain.drafting.egress import foreign_links, restricted
from bailiwick.domain.drafting.request import Abstained, Draft, DraftRequest, Kind
from bailiwick.domain.drafting.style import faults, words_max
from bailiwick.domain.drafting.values import usable_facts
from bailiwick.domain.drafting.verify import unsupported_in
from bailiwick.domain.ids import MessageId, step_id
from bailiwick.domain.mail_address import domain_of
from bailiwick.domain.outbound import Claim, OutboundMail
from bailiwick.domain.plan import Plan, Step
from bailiwick.domain.provenance import PERMILLE, Provenance, Source, Trust
from bailiwick.graph.addressee import Unsafe, waits_for_person
from bailiwick.graph.carried import Carried, Delta, Own
from bailiwick.graph.propose import OBJECTIVE_STEP, model_context, propose
from bailiwick.kit.text import without_controls
from bailiwick.ports.deps import Deps
from bailiwick.ports.model import Ask, Tier

REPAIRS_COUNT_MAX: Final = 2  # capabilities 18.2: two attempts, then the template
DRAFT_PERMILLE: Final = 500  # capabilities 18.2: the temperature of a draft
REFINE_PERMILLE: Final = 200  # capabilities 18.2: of its repair, which changes what was wrong
BODY_LENGTH_MAX: Final = 2_000  # ours: 120 words need a third of it
CLAIMS_COUNT_MAX: Final = 20  # ours: more than a sentence each
BASE_PERMILLE: Final[dict[Kind, int]] = {
    Kind.REPLY: 850,  # capabilities 4.4, as are the other two
    Kind.INITIAL: 700,
    Kind.FOLLOWUP: 750,
}
_STRICT: Final = ConfigDict(frozen=True, extra="forbid", strict=True)
_PARAGRAPH: Final = "\n\n"


class LetterClaim(BaseModel):
    """A statement of the text and the reference that supports it."""

    model_config = _STRICT

    text: str
    evidence: str


class LetterText(BaseModel):
    """The paragraphs between greeting and closing, and what they rest on."""

    model_config = _STRICT

    body: str = Field(max_length=BODY_LENGTH_MAX)
    claims: tuple[LetterClaim, ...] = Field(default=(), max_length=CLAIMS_COUNT_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayable:
    """Something that may be said, with the reference that a claim cites."""

    evidence: str
    about: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """What a model is shown: its task, closed words about the message, and what may be said."""

    kind: str
    language: str
    words_max: int
    middle: str
    """The template's own paragraphs; the answer without a model."""
    intent: str
    topics: tuple[str, ...]
    questions_count: int
    sayable: tuple[Sayable, ...]
    violations: tuple[str, ...] = ()
    """What was wrong with the text before; names of rules and the words that nothing supports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterState(Carried):
    """The state of a capability that drafts one mail."""

    request: DraftRequest | None = None
    message_id: MessageId | None = None
    draft: Draft | None = None
    """The template draft; the way back."""
    text: LetterText | None = None
    source: Source = Source.RULE
    prompt_version: str = ""
    violations: tuple[str, ...] = ()
    repairs_count: int = 0
    mail: OutboundMail | None = None
    question: str = ""
    """Why a person must write instead."""
    warmth_permille: int = 0
    """How near to a purchase the words are that this answers; it orders and permits nothing."""


class Gathered(Delta):
    """What the mail is made from, or why there will be none."""

    request: Annotated[DraftRequest | None, Own] = None
    message_id: MessageId | None = None
    draft: Annotated[Draft | None, Own] = None
    question: str = ""
    warmth_permille: int = 0
    skip_reason: str = ""


class Written(Delta):
    """The words of a model, or the template's."""

    text: Annotated[LetterText, Own]
    source: Source
    prompt_version: str


class Checked(Delta):
    """The mail that may be proposed, or what must be repaired."""

    mail: Annotated[OutboundMail | None, Own] = None
    violations: tuple[str, ...] = ()
    repairs_count: int = 0
    source: Source = Source.RULE


class Proposed(Delta):
    """The plan of this run, or why there is none."""

    plan: Annotated[Plan | None, Own] = None
    skip_reason: str = ""


class AfterGather(StrEnum):
    """Where gathering leads."""

    WRITE = "write"
    PROPOSE = "propose"


class AfterCheck(StrEnum):
    """Where the check leads."""

    REPAIR = "repair"
    PROPOSE = "propose"


def letter_ask(prompt: str) -> Ask[LetterView, LetterText]:
    """Return the question of one drafting capability."""
    return Ask(
        prompt=prompt,
        output=LetterText,
        fallback=template_text,
        tier=Tier.QUICK,
        tokens_max=700,  # ours: 120 words and their claims take about 400
        wait_seconds_max=30,  # ours: three calls fit into half of the run
        temperature_permille=DRAFT_PERMILLE,
    )


def template_text(view: LetterView) -> LetterText:
    """Return the template's own words: the answer without a model."""
    return LetterText(body=view.middle)


def begun(request: DraftRequest, message_id: MessageId | None) -> Gathered:
    """Compose the template draft, or say what a person must be asked."""
    draft = compose(request)
    if isinstance(draft, Abstained):
        detail = f": {draft.detail}" if draft.detail else ""
        return Gathered(message_id=message_id, question=f"{draft.reason.value}{detail}")
    return Gathered(request=request, message_id=message_id, draft=draft)


def after_gather(state: LetterState) -> AfterGather:
    """Write only when there is something to write."""
    return AfterGather.WRITE if state.draft is not None else AfterGather.PROPOSE


def after_check(state: LetterState) -> AfterCheck:
    """Repair at most twice; the check itself falls back to the template when that did not help."""
    return AfterCheck.REPAIR if state.mail is None else AfterCheck.PROPOSE


async def write(
    ask: Ask[LetterView, LetterText], state: LetterState, deps: Deps, *, kind: Kind
) -> Written:
    """Ask for the words between greeting and closing."""
    request, draft = state.request, state.draft
    assert request is not None, "writing follows gathering"
    assert draft is not None, "without a template draft nothing is written"
    view = letter_view(request, draft, kind=kind, violations=state.violations)
    if state.violations:
        ask = replace(ask, temperature_permille=REFINE_PERMILLE)
    answer = await deps.model.ask(ask, view, run=model_context(deps, step="write"))
    return Written(
        text=answer.value,
        source=answer.source,
        prompt_version=f"{ask.prompt}@{answer.prompt_version}",
    )


async def check(state: LetterState, _: Deps) -> Checked:
    """Take the words only if all that can be checked is supported; else repair or fall back."""
    request, draft, text = state.request, state.draft, state.text
    assert request is not None, "checking follows gathering"
    assert draft is not None, "checking follows gathering"
    assert text is not None, "checking follows writing"
    head, middle, tail = _parts(draft.mail.text)
    if text.body == middle:
        return Checked(mail=draft.mail, source=state.source)
    claims = tuple(Claim(text=one.text, evidence=one.evidence) for one in text.claims)
    mail = replace(
        draft.mail,
        text=_PARAGRAPH.join((head, text.body.strip(), tail)),
        claims=(*draft.mail.claims, *claims),
    )
    broken = violations(text.body, mail, request)
    if not broken:
        return Checked(mail=mail, source=state.source)
    if state.repairs_count < REPAIRS_COUNT_MAX:
        return Checked(violations=broken, repairs_count=state.repairs_count + 1)
    return Checked(mail=draft.mail, violations=broken, source=Source.FALLBACK)


async def propose_letter(state: LetterState, deps: Deps) -> Proposed:
    """Propose to send the mail, or to ask a person why there is none."""
    contact_id = state.request.contact.contact_id if state.request else deps.frame.contact_id
    if state.mail is None and not state.question:
        return Proposed()
    steps = [_send_step(state, deps)] if state.mail is not None else []
    promised = state.draft is not None and state.draft.asks_colleague and state.mail is not None
    waits = contact_id is not None and waits_for_person(deps, contact_id, state.message_id)
    # One task is enough: a person who is asked daily stops reading.
    if (state.question or promised) and not waits:
        steps.append(_question_step(state, deps, ordinal=len(steps) + 1))
    if not steps:
        return Proposed(skip_reason=Unsafe.WAITING_FOR_PERSON)
    plan = propose(
        deps.frame,
        steps,
        contact_id=contact_id,
        objective=OBJECTIVE_STEP,
        planner="model" if state.source is Source.MODEL else "rules",
        prompt_version=state.prompt_version,
        facts={
            "contact": contact_id,
            "message": state.message_id,
            "warmth_permille": state.warmth_permille,
            "facts": [f.fact_id for f in state.request.facts] if state.request else [],
        },
    )
    return Proposed(plan=plan)


def letter_view(
    request: DraftRequest, draft: Draft, *, kind: Kind, violations: tuple[str, ...]
) -> LetterView:
    """Return what the model is shown; no text of the message, its subject or an untrusted fact."""
    reading = request.reading
    facts = [
        Sayable(evidence=f"fact:{fact.fact_id}", about=fact.field, text=fact.value)
        for fact in usable_facts(request.facts)
    ]
    statements = [
        Sayable(evidence=f"knowledge:{one.snippet_id}", about=one.topic, text=one.text)
        for one in request.knowledge
        if reading is not None and one.topic in reading.topics
    ]
    return LetterView(
        kind=kind.value,
        language=draft.mail.language,
        words_max=words_max(kind, request.place),
        middle=_parts(draft.mail.text)[1],
        intent=reading.intent.value if reading else "",
        topics=tuple(sorted(reading.topics)) if reading else (),
        questions_count=reading.questions_count if reading else 0,
        sayable=(*facts, *statements),
        violations=violations,
    )


def violations(words: str, mail: OutboundMail, request: DraftRequest) -> tuple[str, ...]:
    """Name all that keeps a model's words from leaving; the judge asks the same of every mail."""
    own = frozenset({domain_of(request.workspace.mailbox)})
    found = [f"unsupported: {part}" for part in unsupported_in(mail, request)]
    found += ["link" for _ in foreign_links(words, own)]
    found += ["secret"] if restricted(words, frozenset()) else []
    found += ["control characters"] if words != without_controls(words) else []
    found += ["merge field"] if "{{" in words or "[[" in words else []
    body = _PARAGRAPH.join(_parts(mail.text)[:2])
    found += faults(request.kind, mail.subject, body, place=request.place)
    return tuple(dict.fromkeys(found))[:CLAIMS_COUNT_MAX]


def _parts(text: str) -> tuple[str, str, str]:
    """Split a composed mail into greeting, middle, and closing with footer."""
    paragraphs = text.split(_PARAGRAPH)
    assert len(paragraphs) > 3, "a mail has greeting, words, closing and footer"  # noqa: PLR2004 - those four
    return (
        paragraphs[0],
        _PARAGRAPH.join(paragraphs[1:-2]),
        _PARAGRAPH.join(paragraphs[-2:]),
    )


def _send_step(state: LetterState, deps: Deps) -> Step:
    mail, request = state.mail, state.request
    assert mail is not None, "a send step has a mail"
    assert request is not None, "a mail has a request"
    asked = deps.frame.step.provenance.confidence_permille if deps.frame.step else None
    base = BASE_PERMILLE[request.kind]
    evidence = (f"message:{state.message_id}",) if state.message_id is not None else ()
    return Step(
        step_id=step_id(deps.frame.run_id, 1),
        action=Action.SEND_MESSAGE,
        args={"contact_id": request.contact.contact_id, "mail": mail.to_args()},
        provenance=Provenance(
            confidence_permille=base if asked is None else min(base, asked),
            reason=f"{request.kind.value} drafted from {mail.template}{_warmth_said(state)}",
            source=state.source,
            evidence=(*evidence, *(f"fact:{fact.fact_id}" for fact in request.facts)),
            trust=Trust.UNVERIFIED if state.message_id is not None else Trust.DERIVED,
        ),
        # Subject and topics of an answer follow what was written to us.
        tainted=frozenset({"mail"}) if state.message_id is not None else frozenset(),
    )


def _question_step(state: LetterState, deps: Deps, *, ordinal: int) -> Step:
    about = {"message_id": state.message_id} if state.message_id is not None else {}
    topics = ", ".join(state.draft.topics) if state.draft else ""
    reason = (
        f"no draft: {state.question}"
        if state.question
        else f"the draft promises a colleague's answer on: {topics or 'the question asked'}"
    )
    contact_id = state.request.contact.contact_id if state.request else deps.frame.contact_id
    return Step(
        step_id=step_id(deps.frame.run_id, ordinal),
        action=Action.ESCALATE_TO_PERSON,
        args={"contact_id": contact_id, **about},
        provenance=Provenance(
            confidence_permille=950,  # capabilities 4.4, rule 2
            reason=f"{reason}{_warmth_said(state)}",
            source=Source.RULE,
            evidence=(f"message:{state.message_id}",) if state.message_id is not None else (),
            trust=Trust.UNVERIFIED if state.message_id is not None else Trust.DERIVED,
        ),
    )


def _warmth_said(state: LetterState) -> str:
    return f"; warmth {state.warmth_permille / PERMILLE:.2f}" if state.warmth_permille else ""
