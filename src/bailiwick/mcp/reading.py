"""Tools that read: everything through the caller's own units."""

from typing import Annotated, Any, Final

from pydantic import Field

from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.crm import Contact
from bailiwick.domain.fact import Fact
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.right import Right
from bailiwick.engine.whom import found_contact
from bailiwick.kit.text import folded
from bailiwick.mcp.arguments import (
    PAGE_SIZE,
    WORDS_LENGTH_MAX,
    Begins,
    Cursor,
    Id,
    MaybeWhom,
    Size,
    Whom,
)
from bailiwick.mcp.shapes import (
    AccountRow,
    AgeRow,
    CardPage,
    CardRow,
    Contact360,
    ContactPage,
    ContactRow,
    DealRow,
    FactRow,
    Knowledge,
    MailRow,
    PipelineSummary,
    RunRow,
    RunStory,
    SafetyRow,
    StatementRow,
    SumRow,
    TaskRow,
    ToldRun,
    Words,
    theirs,
)
from bailiwick.mcp.tool import Tool
from bailiwick.observe.card_contents import recipient, subject
from bailiwick.observe.contact_view import FACTS_COUNT_MAX, UNTRUSTED, contact_view
from bailiwick.observe.pipeline_view import pipeline_view
from bailiwick.observe.run_story import told_runs
from bailiwick.ports.unit import Unit
from bailiwick.wiring.caller import Caller

STATEMENTS_COUNT_MAX: Final = 500  # ours: all that a company has approved, as a rule
SHOWN_COUNT_MAX: Final = 50  # ours: of each kind
LANGUAGE_LENGTH: Final = 2  # ISO 639-1


class UnableToFind(InputFault):
    """There is no such row in the caller's reach."""


def search_contacts(
    caller: Caller, words: Begins = "", cursor: Cursor = None, size: Size = PAGE_SIZE
) -> ContactPage:
    """Find contacts by the beginning of their name or by their mail address."""
    with caller.units.read() as unit:
        page = unit.lists.contacts(words=words, cursor=cursor, size=size)
    items = [ContactRow.model_validate(contact) for contact in page.items]
    return ContactPage(items=items, next_cursor=page.next_cursor)


def get_contact_360(caller: Caller, contact: Whom) -> Contact360:
    """Show one contact: company, deals, facts, mail both ways, tasks, safety flags and runs."""
    with caller.units.read() as unit:
        return contact_told(caller, unit, found_contact(unit, contact))


def contact_told(caller: Caller, unit: Unit, contact_id: ContactId) -> Contact360:
    """Return all that is known of one contact. Raises UnableToFind."""
    contact = unit.crm.contact(contact_id)
    if contact is None:
        message = f"there is no contact {contact_id!r} here"
        raise UnableToFind(message)
    view: dict[str, Any] = contact_view(unit, contact, at=caller.application.clock.now())
    return Contact360(
        contact=ContactRow.model_validate(contact),
        account=AccountRow.model_validate(view["account"]) if view["account"] else None,
        deals=[DealRow.model_validate(deal) for deal in view["opportunities"]],
        facts=[_fact(fact) for fact in view["facts"]],
        mail=[_mail(mail) for mail in view["mail"]],
        tasks=[TaskRow.model_validate(task) for task in view["tasks"]],
        safety=SafetyRow.model_validate(view["safety"]),
        runs=[RunRow.model_validate(run) for run in view["runs"]],
    )


def get_pipeline_summary(caller: Caller) -> PipelineSummary:
    """Count and sum the open deals by stage and currency, and by how their close date stands."""
    with caller.units.read() as unit:
        found = pipeline_view(unit, today=caller.application.clock.now().date())
    return PipelineSummary(
        count=found.count,
        sums=[SumRow.model_validate(row) for row in found.sums],
        ages=[AgeRow.model_validate(row) for row in found.ages],
        complete=found.complete,
    )


def list_approvals(
    caller: Caller,
    status: Annotated[
        ApprovalStatus | None, Field(description="Only cards in this state; null for all.")
    ] = ApprovalStatus.PENDING,
    cursor: Cursor = None,
    size: Size = PAGE_SIZE,
) -> CardPage:
    """List what waits for a person. People decide cards, in the console or by command line."""
    with caller.units.read() as unit:
        page = unit.approvals.list(status=status, cursor=cursor, size=size)
    return CardPage(items=[_card(card) for card in page.items], next_cursor=page.next_cursor)


def get_run(caller: Caller, run_id: Id) -> RunStory:
    """Show a run: its steps, what the law said to each, which cards wait, and runs it started."""
    with caller.units.read() as unit:
        return run_told(unit, RunId(run_id))


def run_told(unit: Unit, run_id: RunId) -> RunStory:
    """Return what became of a run. Raises UnableToFind."""
    row = unit.runs.get(run_id)
    if row is None:
        message = f"there is no run {run_id!r} here"
        raise UnableToFind(message)
    return RunStory(
        run_id=row.run_id,
        status=row.status,
        contact_id=row.contact_id,
        runs=[ToldRun.model_validate(told) for told in told_runs(unit, row.run_id)],
    )


def search_knowledge(
    caller: Caller,
    words: Annotated[
        str, Field(max_length=WORDS_LENGTH_MAX, description="All must occur; empty for everything.")
    ] = "",
    language: Annotated[str, Field(min_length=LANGUAGE_LENGTH, max_length=LANGUAGE_LENGTH)] = "en",
    contact: MaybeWhom = "",
) -> Knowledge:
    """Find what we may say (statements approved by people), and facts about a contact."""
    wanted = folded(words).split()
    at = caller.application.clock.now()
    with caller.units.read() as unit:
        statements = unit.crm.statements(language=language, count_max=STATEMENTS_COUNT_MAX)
        facts: list[Fact] = []
        if contact:
            found = unit.crm.contact(found_contact(unit, contact))
            assert found is not None, "found in the same state"
            for about in _subjects(found):
                facts.extend(unit.crm.facts(about, at=at, count_max=FACTS_COUNT_MAX))
    said = [s for s in statements if _holds(f"{s.topic} {s.body}", wanted)]
    known = [f for f in facts if _holds(f"{f.field} {f.value}", wanted)]
    return Knowledge(
        statements=[StatementRow.model_validate(s) for s in said[:SHOWN_COUNT_MAX]],
        facts=[_fact(fact) for fact in known[:SHOWN_COUNT_MAX]],
        complete=max(len(said), len(known)) <= SHOWN_COUNT_MAX
        and len(statements) < STATEMENTS_COUNT_MAX,
    )


TOOLS: Final = (
    Tool(right=Right.READ, run=search_contacts),
    Tool(right=Right.READ, run=get_contact_360),
    Tool(right=Right.READ, run=get_pipeline_summary),
    Tool(right=Right.READ, run=list_approvals),
    Tool(right=Right.READ, run=get_run),
    Tool(right=Right.READ, run=search_knowledge),
)


def _subjects(contact: Contact) -> list[str]:
    return [contact.contact_id, *([contact.account_id] if contact.account_id else [])]


def _holds(text: str, wanted: list[str]) -> bool:
    shown = folded(text)
    return all(word in shown for word in wanted)


def _fact(fact: Fact) -> FactRow:
    return FactRow(
        fact_id=fact.fact_id,
        subject=fact.subject,
        field=fact.field,
        value=theirs(fact.value),
        confidence_permille=fact.confidence_permille,
        method=fact.method,
        trust=fact.trust,
        observed_at=fact.observed_at,
    )


def _mail(mail: dict[str, Any]) -> MailRow:
    foreign = mail["written_by"] == UNTRUSTED
    subject_words, text = theirs(mail["subject"]), theirs(mail["text"])
    if not foreign:
        subject_words = Words(text=subject_words.text, written_by="us")
        text = Words(text=text.text, written_by="us")
    return MailRow(
        message_id=mail["message_id"],
        direction=mail["direction"],
        at=mail["at"],
        subject=subject_words,
        text=text,
    )


def _card(card: Approval) -> CardRow:
    return CardRow(
        approval_id=card.approval_id,
        action=card.action,
        capability=card.capability,
        contact_id=card.contact_id,
        run_id=card.run_id,
        recipient=recipient(card),
        subject=subject(card),
        reasons=card.reasons,
        rules=card.rules,
        status=card.status,
        created_at=card.created_at,
        expires_at=card.expires_at,
    )
