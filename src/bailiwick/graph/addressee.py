"""Whom a mail would go to: who may not be written to at all, and what is known of the others.

Asked before any model, and failing closed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bailiwick.domain.crm import Account, Contact, Task, Workspace
from bailiwick.domain.drafting.persona import Footing, footing_of
from bailiwick.domain.drafting.place import Place
from bailiwick.domain.drafting.request import DraftRequest, Kind, Snippet
from bailiwick.domain.drafting.values import usable_facts
from bailiwick.domain.fact import Fact
from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import ContactId, MessageId
from bailiwick.domain.message import Message
from bailiwick.domain.outbound import Purpose
from bailiwick.domain.reader.language import UNDETERMINED, language_of
from bailiwick.domain.reader.view import view
from bailiwick.graph.propose import contact_of
from bailiwick.ports.crm import History, Safety
from bailiwick.ports.deps import Deps

FACTS_COUNT_MAX: Final = 6  # capabilities 18.2: at most six facts a draft
EACH_WAY_COUNT_MAX: Final = 5  # capabilities 18.2: the last five subjects are not repeated
STATEMENTS_COUNT_MAX: Final = 50  # ours: approved statements of one language
TASKS_COUNT_MAX: Final = 10  # ours: enough to see that a person is already asked
REFERENCES_COUNT_MAX: Final = 10  # ours: enough to keep a thread together
DEALS_COUNT_MAX: Final = 1  # ours: whether there is one is all that is asked
_ENGLISH: Final = "en"
_MESSAGE_ID: Final = re.compile(r"<[!-;=?-~]{1,250}>", re.ASCII)


class Unsafe(StrEnum):
    """Why a contact may not be written to; no plan overrides it."""

    UNKNOWN_CONTACT = "unknown_contact"
    UNKNOWN_STATE = "unknown_state"
    """Whether the contact may be written to could not be read, so it may not."""
    SUPPRESSED = "suppressed"
    DO_NOT_CONTACT = "do_not_contact"
    BOUNCED = "bounced"
    UNSUBSCRIBED = "unsubscribed"
    OPT_OUT_DOUBTFUL = "opt_out_doubtful"
    """A person has to say whether a message asks to stop."""
    WAITING_FOR_PERSON = "waiting_for_person"
    """A person has been asked about this and has not answered."""


def read_safety(deps: Deps, contact: Contact) -> Safety | None:
    """Return the contact's flags, or None when the store cannot say: then nothing is sent.

    Raises PortFault when it may be able to the next time.
    """
    try:
        return deps.crm.safety(contact.contact_id)
    except PortFault as fault:
        if fault.retryable:
            raise
        return None


def forbidden(contact: Contact, safety: Safety | None) -> Unsafe | None:
    """Return why a contact may not be written to, if anything forbids it."""
    if safety is None:
        return Unsafe.UNKNOWN_STATE
    flags = contact.flags
    raised = {
        Unsafe.SUPPRESSED: safety.suppressed,
        Unsafe.DO_NOT_CONTACT: safety.do_not_contact or flags.do_not_contact,
        Unsafe.UNSUBSCRIBED: safety.unsubscribed or flags.unsubscribed,
        Unsafe.BOUNCED: safety.bounced or flags.bounced,
    }
    return next((why for why, up in raised.items() if up), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A contact who may be written to, and what a mail to them may rest on."""

    contact: Contact
    account: Account | None
    workspace: Workspace
    facts: tuple[Fact, ...]
    knowledge: tuple[Snippet, ...]
    history: History
    footing: Footing
    language: str
    """That of the conversation so far, else the contact's own, else English."""


def addressee(deps: Deps, *, each_max: int = EACH_WAY_COUNT_MAX) -> Addressee | Unsafe:
    """Return whom this run would write to, or why it may not.

    Of what was written before, so many mails of each direction are known.
    """
    contact_id = contact_of(deps.frame)
    contact = deps.crm.contact(contact_id) if contact_id is not None else None
    if contact is None:
        return Unsafe.UNKNOWN_CONTACT
    safety = read_safety(deps, contact)
    unsafe = forbidden(contact, safety)
    if unsafe is not None:
        return unsafe
    if safety is None or safety.opt_out_doubtful:
        return Unsafe.OPT_OUT_DOUBTFUL
    history = deps.crm.history(contact.contact_id, each_max=each_max)
    language = _language(history, contact)
    statements = deps.crm.statements(language=language, count_max=STATEMENTS_COUNT_MAX)
    return Addressee(
        contact=contact,
        account=deps.crm.account(contact.account_id) if contact.account_id is not None else None,
        workspace=deps.crm.workspace(),
        facts=_facts(deps, contact),
        knowledge=tuple(
            Snippet(snippet_id=s.statement_id, topic=s.topic, text=s.body, language=s.language)
            for s in statements
        ),
        history=history,
        footing=footing_of(
            contact, deps.crm.opportunities(contact.contact_id, count_max=DEALS_COUNT_MAX)
        ),
        language=language,
    )


def first_touch(whom: Addressee) -> DraftRequest:
    """Return the request of a mail that starts a conversation."""
    sent = tuple(reversed(whom.history.sent))
    return DraftRequest(
        kind=Kind.INITIAL,
        contact=whom.contact,
        account=whom.account,
        workspace=whom.workspace,
        facts=whom.facts,
        previous_subjects=tuple(m.mail.subject for m in sent),
        previous_texts=tuple(m.mail.own_text for m in sent),
        footing=whom.footing,
        language=whom.language,
        purpose=Purpose.MARKETING,
        knowledge=whom.knowledge,
    )


def nth_touch(whom: Addressee, place: Place, *, after: str) -> DraftRequest:
    """Return the request of one mail of a series, in the thread of the one before and of no other.

    `after` is the Message-ID of that mail. Where there is none, since what came before was left
    out, the mail starts the conversation.
    """
    request = replace(first_touch(whom), place=place)
    if place.number == 1:
        return request
    sent = whom.history.sent
    before = next((m for m in sent if after and m.mail.rfc_message_id == after), None)
    if before is None:
        return replace(request, place=Place(number=1, of=place.of))
    in_reply_to, references = thread_ids(before)
    return replace(
        request,
        kind=Kind.FOLLOWUP,
        thread_subject=before.mail.subject,
        thread_is_ours=before.thread_id not in {m.thread_id for m in whom.history.received},
        in_reply_to=in_reply_to,
        references=references,
        sequence=place.number - 1,
    )


def thread_ids(message: Message) -> tuple[str, tuple[str, ...]]:
    """Return In-Reply-To and References of an answer; ids that are no ids are left out."""
    own = message.mail.rfc_message_id
    chain = [one for one in (*message.mail.references, own) if _MESSAGE_ID.fullmatch(one)]
    latest = tuple(dict.fromkeys(chain))[-REFERENCES_COUNT_MAX:]
    return (own if _MESSAGE_ID.fullmatch(own) else ""), latest


def asked_about(message_id: MessageId, tasks: Sequence[Task]) -> bool:
    """Tell whether a person has an open task about this message."""
    return any(message_id in evidence for task in tasks for evidence in task.evidence)


def waits_for_person(deps: Deps, contact_id: ContactId, message_id: MessageId | None) -> bool:
    """Tell whether a person has been asked already: about this message, else about the contact."""
    tasks = deps.crm.open_tasks(contact_id, count_max=TASKS_COUNT_MAX)
    return bool(tasks) if message_id is None else asked_about(message_id, tasks)


def _language(history: History, contact: Contact) -> str:
    """Return what they wrote last, else what we wrote last, else what the contact is said to."""
    heard = (*((history.unanswered,) if history.unanswered else ()), *history.received)
    read = (m.reading.language for m in heard if m.reading is not None and not m.reading.automatic)
    spoken = next((one for one in read if one not in {"", UNDETERMINED}), "")
    if not spoken and history.sent:
        spoken = language_of(view(history.sent[0].mail.own_text))
    return next(
        (one for one in (spoken, contact.language) if one not in {"", UNDETERMINED}), _ENGLISH
    )


def _facts(deps: Deps, contact: Contact) -> tuple[Fact, ...]:
    subjects = [one for one in (contact.contact_id, contact.account_id) if one is not None]
    found = [
        fact
        for subject in subjects
        for fact in deps.crm.facts(subject, at=deps.frame.now, count_max=FACTS_COUNT_MAX)
    ]
    found.sort(key=lambda fact: (-fact.confidence_permille, fact.fact_id))
    return usable_facts(tuple(found))[:FACTS_COUNT_MAX]
