"""Which values may stand in a mail, from whom, and how each is cited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bailiwick.domain.drafting.egress import foreign_links
from bailiwick.domain.drafting.merge import address_shaped, company_shaped, name_shaped
from bailiwick.domain.drafting.pack import Pack
from bailiwick.domain.drafting.request import DraftRequest, Snippet
from bailiwick.domain.drafting.style import tone_faults
from bailiwick.domain.fact import FACTS_COUNT_MAX, Fact
from bailiwick.domain.provenance import CONFIDENCE_PERMILLE_MIN, Trust
from bailiwick.domain.reading import Reading

TOPICS_NAMED_MAX: Final = 3  # ours: more topics in one sentence is a list, not a sentence
_FACT_FIELDS: Final = {"industry": "account.industry", "city": "account.city"}
_TOPIC_ORDER: Final = (
    "pricing", "demo", "contract", "renewal", "timeline", "security", "integration",
    "onboarding", "invoice", "support", "meeting",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value that may be merged, and its evidence reference."""

    text: str
    evidence: str


def values_of(request: DraftRequest) -> dict[str, Value]:
    """Gather every merge field that has a usable value; a hostile or odd value counts as none."""
    contact, account, workspace = request.contact, request.account, request.workspace
    found = {
        "contact.first_name": Value(
            text=name_shaped(contact.first_name), evidence=f"contact:{contact.contact_id}"
        ),
        "contact.title": Value(
            text=company_shaped(contact.title), evidence=f"contact:{contact.contact_id}"
        ),
        "workspace.company": Value(
            text=company_shaped(workspace.company), evidence=f"workspace:{workspace.workspace_id}"
        ),
        "workspace.postal_address": Value(
            text=address_shaped(workspace.postal_address),
            evidence=f"workspace:{workspace.workspace_id}",
        ),
        "sender.name": Value(
            text=name_shaped(request.sender_name), evidence=f"workspace:{workspace.workspace_id}"
        ),
    }
    if account is not None:
        evidence = f"account:{account.account_id}"
        found["account.name"] = Value(text=company_shaped(account.name), evidence=evidence)
        found["account.city"] = Value(text=name_shaped(account.city), evidence=evidence)
        found["account.industry"] = Value(text=company_shaped(account.industry), evidence=evidence)
    for fact in usable_facts(request.facts):
        field = _FACT_FIELDS.get(fact.field)
        if field is not None and not found.get(field, _NONE).text:
            found[field] = Value(text=name_shaped(fact.value), evidence=f"fact:{fact.fact_id}")
    return {name: value for name, value in found.items() if value.text}


_NONE: Final = Value(text="", evidence="")


def usable_facts(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Keep facts that are still true, sure enough and not merely claimed from outside."""
    return tuple(
        fact
        for fact in facts[:FACTS_COUNT_MAX]
        if fact.valid_to is None
        and fact.confidence_permille >= CONFIDENCE_PERMILLE_MIN
        and fact.trust is not Trust.UNVERIFIED
    )


def rows_of(values: Mapping[str, Value]) -> dict[str, str]:
    """Return what each cited row says, for the check of claims."""
    said: dict[str, str] = {}
    for value in values.values():
        said[value.evidence] = said.get(value.evidence, "") + "\n" + value.text
    return said


def topics_asked(reading: Reading | None) -> tuple[str, ...]:
    """Return the closed topics of an inbound mail in a fixed order, the most telling first."""
    topics = reading.topics if reading is not None else frozenset[str]()
    return tuple(topic for topic in _TOPIC_ORDER if topic in topics)[:TOPICS_NAMED_MAX]


def joined(topics: tuple[str, ...], pack: Pack) -> str:
    """Name topics in the words of a language."""
    names = tuple(name for name in (pack.topic_name(topic) for topic in topics) if name)
    if len(names) <= 1:
        return "".join(names)
    return ", ".join(names[:-1]) + pack.join + names[-1]


def day_agreed(reading: Reading | None, pack: Pack) -> str:
    """Write the one day that an inbound mail names; empty when it names none or several."""
    spans = reading.spans if reading is not None else ()
    days = {span.value for span in spans if span.kind == "date" and span.value}
    if len(days) != 1:
        return ""
    return pack.day_written(date.fromisoformat(next(iter(days))))


def answers(request: DraftRequest, topic: str, pack: Pack) -> Snippet | None:
    """Return the approved statement on a topic, in the language of the draft and in good tone."""
    domain = request.workspace.mailbox.rpartition("@")[2]
    for snippet in request.knowledge:
        fits = snippet.topic == topic and snippet.language == pack.language
        plain = "{{" not in snippet.text and not tone_faults(snippet.text)
        if fits and plain and not foreign_links(snippet.text, frozenset({domain})):
            return snippet
    return None
