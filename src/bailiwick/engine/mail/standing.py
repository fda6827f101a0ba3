"""What the law may know about a mail that a step would send, checked against rows read now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.domain.campaign.rest_days import rests_in
from bailiwick.domain.campaign.zones import country_of, zones_of
from bailiwick.domain.crm import Account, Contact, Workspace
from bailiwick.domain.drafting.compose import needs_postal_address
from bailiwick.domain.drafting.egress import foreign_links, restricted
from bailiwick.domain.drafting.merge import address_shaped, name_shaped
from bailiwick.domain.drafting.request import DraftRequest, Kind, Snippet
from bailiwick.domain.drafting.verify import unsupported_in
from bailiwick.domain.ids import RunId
from bailiwick.domain.mail_address import address_hash, domain_of
from bailiwick.domain.meeting import offers_free, offers_standing
from bailiwick.domain.message import Message
from bailiwick.domain.outbound import OutboundMail, Purpose, from_args
from bailiwick.domain.plan import Step
from bailiwick.domain.reading import Concern
from bailiwick.engine.recorded_calendar import told_in
from bailiwick.kit.text import one_line
from bailiwick.ports.unit import Unit

FACTS_COUNT_MAX: Final = 50  # ours: a claim may cite any valid fact, not only the eight shown
STATEMENTS_COUNT_MAX: Final = 100  # ours
RECEIVED_COUNT_MAX: Final = 3  # source articles: three received mails are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class MailStanding:
    """The mail's part of a standing."""

    purpose: str
    recipient_matches: bool
    sender_matches: bool
    answers_inbound: bool = False
    injection_signs: bool = False
    concerns: frozenset[str] = frozenset()
    unsupported_claims_count: int = 0
    restricted_content: bool = False
    links_foreign_count: int = 0
    autoresponder: bool = False
    topic_left: bool = False
    postal_address_missing: bool = False


NO_MAIL: Final = MailStanding(purpose="internal", recipient_matches=True, sender_matches=True)
"""For a step that sends nothing."""
UNREADABLE: Final = MailStanding(
    purpose="marketing", recipient_matches=False, sender_matches=False, restricted_content=True
)
"""For a mail that is not of the one shape: nothing speaks for it."""


def read_mail(
    unit: Unit,
    step: Step,
    *,
    contact: Contact | None,
    workspace: Workspace,
    at: datetime,
    restricted_words: frozenset[str],
    by_person: bool,
    drafted_in: RunId | None,
) -> MailStanding:
    """Check the mail of a step. A person's own words need no supporting fact.

    `drafted_in` is the stored run; None while what it read is not stored yet.
    """
    args = step.args.get("mail")
    if not isinstance(args, Mapping):
        return UNREADABLE
    try:
        mail = from_args(args)
    except (ValueError, TypeError):
        return UNREADABLE
    answered = _answered(unit, mail, contact)
    reading = answered.reading if answered else None
    own_domains = frozenset({domain_of(workspace.mailbox)})
    text = f"{mail.subject}\n{mail.to_name}\n{mail.from_name}\n{mail.text}"
    return MailStanding(
        purpose=mail.purpose.value,
        recipient_matches=contact is not None and mail.to_address in contact.addresses,
        sender_matches=mail.from_address == workspace.mailbox,
        answers_inbound=answered is not None and answered.mail.from_address == mail.to_address,
        injection_signs=reading is not None and Concern.INJECTION in reading.concerns,
        concerns=frozenset(c.value for c in reading.concerns) if reading else frozenset(),
        unsupported_claims_count=0
        if by_person
        else _unsupported_count(
            unit, mail, contact, workspace, answered=answered, drafted_in=drafted_in, at=at
        ),
        restricted_content=restricted(text, restricted_words),
        links_foreign_count=len(foreign_links(text, own_domains)),
        autoresponder=reading is not None and reading.automatic,
        topic_left=bool(mail.topic)
        and unit.opt_outs.left(address_hash(mail.to_address), mail.topic),
        postal_address_missing=_postal_address_missing(mail, contact, workspace),
    )


def _postal_address_missing(
    mail: OutboundMail, contact: Contact | None, workspace: Workspace
) -> bool:
    """Tell whether a mail lacks the postal address that it needs; templates bring it along."""
    if mail.purpose is not Purpose.MARKETING or contact is None:
        return False
    if not needs_postal_address(contact.country, jurisdiction=workspace.jurisdiction):
        return False
    address = address_shaped(workspace.postal_address)
    return not address or address not in one_line(mail.text)


def _answered(unit: Unit, mail: OutboundMail, contact: Contact | None) -> Message | None:
    """Return the received mail that this one answers, if the contact really sent it."""
    if contact is None or not mail.in_reply_to:
        return None
    history = unit.crm.history(contact.contact_id, each_max=RECEIVED_COUNT_MAX)
    candidates = [*history.received, *([history.unanswered] if history.unanswered else [])]
    return next((m for m in candidates if m.mail.rfc_message_id == mail.in_reply_to), None)


def _thread_subject(unit: Unit, mail: OutboundMail, contact: Contact) -> str:
    """Return the subject of the mail that this one goes on from, whoever of the two wrote it."""
    history = unit.crm.history(contact.contact_id, each_max=RECEIVED_COUNT_MAX)
    known = (
        *history.received,
        *history.sent,
        *([history.unanswered] if history.unanswered else []),
    )
    return next((m.mail.subject for m in known if m.mail.rfc_message_id == mail.in_reply_to), "")


def _unsupported_count(
    unit: Unit,
    mail: OutboundMail,
    contact: Contact | None,
    workspace: Workspace,
    *,
    answered: Message | None,
    drafted_in: RunId | None,
    at: datetime,
) -> int:
    if contact is None:
        return len(mail.claims)
    account = unit.crm.account(contact.account_id) if contact.account_id else None
    subjects = (contact.contact_id, contact.account_id or "")
    facts = tuple(
        fact
        for subject in subjects
        if subject
        for fact in unit.crm.facts(subject, at=at, count_max=FACTS_COUNT_MAX)
    )
    knowledge = tuple(
        Snippet(snippet_id=s.statement_id, topic=s.topic, text=s.body, language=s.language)
        for s in unit.crm.statements(language=mail.language, count_max=STATEMENTS_COUNT_MAX)
    )
    rows = DraftRequest(
        kind=Kind.REPLY,
        contact=contact,
        account=account,
        workspace=workspace,
        facts=facts,
        reading=answered.reading if answered else None,
        message_ref=f"message:{answered.message_id}" if answered else "",
        thread_subject=_thread_subject(unit, mail, contact),
        language=mail.language,
        knowledge=knowledge,
        offers=_offers(
            unit, mail, contact, account, workspace=workspace, drafted_in=drafted_in, at=at
        ),
    )
    names = {"", contact.name, name_shaped(contact.name)}
    return len(unsupported_in(mail, rows)) + int(mail.to_name not in names)


def _offers(
    unit: Unit,
    mail: OutboundMail,
    contact: Contact,
    account: Account | None,
    *,
    workspace: Workspace,
    drafted_in: RunId | None,
    at: datetime,
) -> tuple[str, ...]:
    """Return the meeting times that may be offered: to come, at office hours, and free.

    Free is what the calendar told the run that drafted the mail; told nothing, none is.
    """
    standing = offers_standing(
        (claim.evidence for claim in mail.claims),
        zones=zones_of(contact, account, workspace),
        rests=rests_in(country_of(contact, account)),
        at=at,
    )
    if not standing or drafted_in is None:
        return standing
    run = unit.runs.get(drafted_in)
    busy = told_in(run.inputs) if run is not None else None
    return () if busy is None else offers_free(standing, busy)
