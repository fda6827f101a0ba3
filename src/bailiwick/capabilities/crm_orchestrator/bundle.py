"""What a planner is shown: ids, enums, counts, days and values that leave no room for prose.

Raw inbound text, subjects, names and untrusted free text have no field here, so no prompt can hold
them (capabilities F8). Ages are whole days at the run's fixed instant.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

from bailiwick.capabilities.crm_orchestrator import vocabulary as words
from bailiwick.capabilities.crm_orchestrator.gathered import (
    Correspondence,
    Holdings,
    Inbound,
)
from bailiwick.domain.action import Action
from bailiwick.domain.crm import Contact, Opportunity
from bailiwick.domain.fact import Fact
from bailiwick.domain.provenance import Trust
from bailiwick.kit.hashing import Canonical, digest
from bailiwick.kit.text import capped, folded, one_line

_DAY_SECONDS: Final = 86_400
_TRUSTED: Final = frozenset({Trust.FIRST_PARTY, Trust.HUMAN, Trust.DERIVED})
_SPAN_KINDS: Final = frozenset({"date", "time", "money"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One fact. `value` is empty when it is free text from outside."""

    fact_id: str
    subject: str
    field: str
    value: str
    confidence_permille: int
    trust: Trust
    age_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DealView:
    """One open deal."""

    opportunity_id: str
    stage: str
    amount_minor: int | None
    currency: str
    close_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyView:
    """How much is known about the account, and how fresh it is."""

    facts_count: int = 0
    newest_days: int | None = None
    looked_days: int | None = None
    """Days since the company was last classified or enriched."""
    decider_known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundView:
    """The latest unanswered message, as the typed reader read it."""

    message_id: str
    age_days: int
    intent: str
    intent_confidence_permille: int
    language: str
    concerns: tuple[str, ...]
    topics: tuple[str, ...]
    questions_count: int
    mentioned: tuple[str, ...]
    """Dates, times and amounts in normal form, each as `kind:value`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What became of a step in the round before: its status and the ids of the rules."""

    action: Action
    status: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Everything a planner may know about one contact."""

    contact_id: str
    account_id: str | None
    has_address: bool
    has_name: bool
    completeness_permille: int
    enriched_days: int | None
    """Days since the contact was last enriched; None when never."""
    country: str
    employees_count: int | None
    facts: tuple[FactView, ...]
    deals: tuple[DealView, ...]
    open_tasks_count: int
    sent_count: int
    received_count: int
    sent_days: int | None
    received_days: int | None
    inbound: InboundView | None
    company: CompanyView
    warmth_permille: int = 0
    """How near to a purchase their words are, faded by age; it orders and permits nothing."""
    colleagues_count: int = 0
    deciders_count: int = 0
    """Colleagues whose title gives them the authority to decide."""
    recalled: tuple[FactView, ...] = ()
    route: str = ""
    """What the router has decided; a plan refines it and cannot change it."""
    route_reason: str = ""
    round: int = 0
    feedback: tuple[Feedback, ...] = ()
    missing: tuple[str, ...] = ()
    """Information steps that could fetch what a held step lacks."""

    @property
    def facts_hash(self) -> str:
        """The hash of all of it."""
        return digest(self.canonical())

    def canonical(self) -> Canonical:
        """Return plain values."""
        return asdict(self)

    def shown_facts(self) -> tuple[FactView, ...]:
        """Return the facts that evidence may name."""
        return (*self.facts, *self.recalled)


def bundle(
    contact: Contact, holdings: Holdings, letters: Correspondence, *, now: datetime
) -> Bundle:
    """Return the typed view of what was gathered."""
    inbound, account, enriched_at = letters.unanswered, holdings.account, holdings.enriched_at
    return Bundle(
        contact_id=contact.contact_id,
        account_id=account.account_id if account else None,
        has_address=bool(contact.address),
        has_name=bool(contact.first_name or contact.last_name),
        completeness_permille=completeness_permille(contact),
        enriched_days=_days(enriched_at, now) if enriched_at else None,
        country=contact.country if words.CLOSED_FORM.fullmatch(contact.country) else "",
        employees_count=account.employees_count if account else None,
        facts=tuple(fact_view(fact, now) for fact in holdings.facts),
        deals=tuple(_deal_view(deal) for deal in holdings.deals),
        open_tasks_count=len(holdings.tasks),
        sent_count=letters.sent_count,
        received_count=letters.received_count,
        sent_days=_days(letters.last_sent_at, now) if letters.last_sent_at else None,
        received_days=_days(letters.last_received_at, now) if letters.last_received_at else None,
        inbound=_inbound_view(inbound, now) if inbound else None,
        company=_company_view(holdings.company, now),
        warmth_permille=letters.warmth.permille,
    )


def completeness_permille(contact: Contact) -> int:
    """Return the share of the fields that matter which are filled in."""
    fields = (
        contact.first_name, contact.last_name, contact.address, contact.title, contact.phone,
        contact.country, contact.language, contact.account_id,
    )  # fmt: skip
    return 1000 * sum(1 for value in fields if value) // len(fields)


def fact_view(fact: Fact, now: datetime) -> FactView:
    """Show a fact; its value only if it is ours or has a closed form."""
    shown = fact.trust in _TRUSTED or words.CLOSED_FORM.fullmatch(fact.value) is not None
    return FactView(
        fact_id=fact.fact_id,
        subject=fact.subject,
        field=fact.field if words.FIELD_NAME.fullmatch(fact.field) else "other",
        value=capped(one_line(fact.value), words.VALUE_LENGTH_MAX) if shown else "",
        confidence_permille=fact.confidence_permille,
        trust=fact.trust,
        age_days=_days(fact.observed_at, now),
    )


def again(before: Bundle, *, feedback: Sequence[Feedback], missing: Sequence[Action]) -> Bundle:
    """Return the bundle of the next round: the same facts, and what the judge said."""
    return replace(
        before,
        round=before.round + 1,
        feedback=tuple(feedback),
        missing=tuple(action.value for action in missing),
    )


def _company_view(facts: Sequence[Fact], now: datetime) -> CompanyView:
    ages = [_days(fact.observed_at, now) for fact in facts]
    looked = [
        _days(fact.observed_at, now)
        for fact in facts
        if fact.field == "category" or fact.method == Action.COMPANY_ENRICH.value
    ]
    return CompanyView(
        facts_count=len(facts),
        newest_days=min(ages, default=None),
        looked_days=min(looked, default=None),
        decider_known=any(fact.field == "decision_maker" for fact in facts),
    )


def _deal_view(deal: Opportunity) -> DealView:
    stage = folded(deal.stage)
    return DealView(
        opportunity_id=deal.opportunity_id,
        stage=stage if stage in words.STAGES else "other",
        amount_minor=deal.amount_minor,
        currency=deal.currency if words.CLOSED_FORM.fullmatch(deal.currency) else "",
        close_on=deal.close_on if words.DATE.fullmatch(deal.close_on) else "",
    )


def _inbound_view(inbound: Inbound, now: datetime) -> InboundView:
    reading = inbound.reading
    if reading is None:
        return InboundView(
            message_id=inbound.message_id, age_days=_days(inbound.received_at, now),
            intent="unread", intent_confidence_permille=0, language="und", concerns=(), topics=(),
            questions_count=0, mentioned=(),
        )  # fmt: skip
    return InboundView(
        message_id=inbound.message_id,
        age_days=_days(inbound.received_at, now),
        intent=reading.intent.value,
        intent_confidence_permille=reading.confidence_permille,
        language=reading.language,
        concerns=tuple(sorted(concern.value for concern in reading.concerns)),
        topics=tuple(sorted(t for t in reading.topics if words.FIELD_NAME.fullmatch(t))),
        questions_count=reading.questions_count,
        mentioned=tuple(
            f"{span.kind}:{span.value}"
            for span in reading.spans[:10]  # ours: enough to see that a date is on the table
            if span.kind in _SPAN_KINDS and words.CLOSED_FORM.fullmatch(span.value)
        ),
    )


def _days(then: datetime, now: datetime) -> int:
    return max(0, int((now - then).total_seconds()) // _DAY_SECONDS)
