"""The one step of contact enrichment: read signatures and the row, keep what is new."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bailiwick.domain.crm import Contact
from bailiwick.domain.extraction.extracted import Extracted
from bailiwick.domain.extraction.signature import e164, read_signature
from bailiwick.domain.extraction.title import job_level
from bailiwick.domain.message import Message, Parse
from bailiwick.domain.proposed_fact import FACT_VALUE_LENGTH_MAX, ProposedFact
from bailiwick.domain.provenance import Source, Trust
from bailiwick.graph.propose import FactsState, Found, contact_of, unknown_before
from bailiwick.kit.text import capped, one_line
from bailiwick.ports.deps import Deps

MAILS_COUNT_MAX: Final = 3  # source articles: three received mails are looked at
FACTS_COUNT_MAX: Final = 50  # ours: enough to see what is known of one person
TITLE_ROW_PERMILLE: Final = 850  # ours: a closed word read from our own row
TITLE_MAIL_PERMILLE: Final = 700  # ours: the same from a signature
LANGUAGE_PERMILLE: Final = 700  # ours: the language somebody wrote in is not always their own
ROW_PERMILLE: Final = 990  # capabilities 4.4, rule 9: what the store itself says
_SIGNED: Final = frozenset({"title", "phone", "linkedin"})
"""Fields of a signature that are about the person; the company's are for company enrichment."""


async def find(_: FactsState, deps: Deps) -> Found:
    """Find facts about the contact that are not known yet."""
    contact_id = contact_of(deps.frame)
    contact = deps.crm.contact(contact_id) if contact_id is not None else None
    if contact is None:
        return Found(skip_reason="unknown_contact")
    now = deps.frame.now
    known = deps.crm.facts(contact.contact_id, at=now, count_max=FACTS_COUNT_MAX)
    history = deps.crm.history(contact.contact_id, each_max=MAILS_COUNT_MAX)
    mails = [mail for mail in history.received if _is_own(mail, contact)]
    found = surest([*_from_row(contact, at=now), *_from_mails(mails, contact)])
    # Noted each time, so that a contact about whom nothing is to be found is not searched daily.
    looked = _fact(contact, "enriched_on", now.date().isoformat(), ROW_PERMILLE, at=now)
    return Found(found=(*unknown_before(found, known), looked), contact_id=contact.contact_id)


def surest(found: Sequence[ProposedFact]) -> list[ProposedFact]:
    """Keep the surest value of each field from each kind of source, the earliest on a tie."""
    best: dict[tuple[str, Trust], ProposedFact] = {}
    for one in found:
        key = (one.field, one.trust)
        if key not in best or one.confidence_permille > best[key].confidence_permille:
            best[key] = one
    return list(best.values())


def _is_own(mail: Message, contact: Contact) -> bool:
    """Read only what the contact wrote, and no message that could not be parsed within limits."""
    parsed = mail.mail.parse is not Parse.QUARANTINED
    return parsed and mail.mail.from_address in contact.addresses


def _from_row(contact: Contact, *, at: datetime) -> Iterator[ProposedFact]:
    level = job_level(contact.title)
    if level.authority_permille is not None:
        yield _fact(contact, "seniority", level.seniority, TITLE_ROW_PERMILLE, at=at)
        authority = str(level.authority_permille)
        yield _fact(contact, "authority_permille", authority, TITLE_ROW_PERMILLE, at=at)
    if level.department != "unknown":
        yield _fact(contact, "department", level.department, TITLE_ROW_PERMILLE, at=at)


def _from_mails(mails: Sequence[Message], contact: Contact) -> Iterator[ProposedFact]:
    for mail in mails:
        for one in read_signature(mail.mail.signature, address=mail.mail.from_address):
            if one.field in _SIGNED:
                yield from _signed(one, contact, mail)
        language = mail.reading.language if mail.reading is not None else "und"
        if language != "und":
            whole = Extracted(
                field="language", value=language, confidence_permille=LANGUAGE_PERMILLE,
                method="reading", start=0, end=0,
            )  # fmt: skip
            yield _foreign(contact, whole, mail)


def _signed(one: Extracted, contact: Contact, mail: Message) -> Iterator[ProposedFact]:
    value = e164(one.value, country=contact.country) if one.field == "phone" else one.value
    if not value:
        return
    yield _foreign(contact, replace(one, value=value), mail)
    level = job_level(value) if one.field == "title" and not contact.title else None
    if level is not None and level.authority_permille is not None:
        seniority = replace(
            one,
            field="seniority",
            value=level.seniority,
            confidence_permille=TITLE_MAIL_PERMILLE,
        )
        yield _foreign(contact, seniority, mail)


def _fact(contact: Contact, field: str, value: str, permille: int, *, at: datetime) -> ProposedFact:
    return ProposedFact(
        subject=contact.contact_id,
        field=field,
        value=value,
        confidence_permille=permille,
        source=Source.RULE,
        method="contact_enrich",
        evidence=(f"contact:{contact.contact_id}",),
        trust=Trust.DERIVED,
        observed_at=at,
    )


def _foreign(contact: Contact, one: Extracted, mail: Message) -> ProposedFact:
    return ProposedFact(
        subject=contact.contact_id,
        field=one.field,
        value=capped(one_line(one.value), FACT_VALUE_LENGTH_MAX),
        confidence_permille=one.confidence_permille,
        source=Source.MAIL,
        method=one.method,
        evidence=(f"message:{mail.message_id}#{one.method}:{one.start}-{one.end}",),
        trust=Trust.UNVERIFIED,
        observed_at=mail.received_at,
    )
