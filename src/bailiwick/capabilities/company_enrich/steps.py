"""The one step of company enrichment: domains of colleagues, their signatures, and the row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from bailiwick.capabilities.company_enrich.category import category, size_band
from bailiwick.domain.action import Action
from bailiwick.domain.crm import Account, Contact
from bailiwick.domain.extraction.company_domain import company_facts, registrable
from bailiwick.domain.extraction.signature import read_signature
from bailiwick.domain.message import Message, Parse
from bailiwick.domain.proposed_fact import FACT_VALUE_LENGTH_MAX, ProposedFact
from bailiwick.domain.provenance import PERMILLE, Source, Trust
from bailiwick.graph.propose import FactsState, Found, account_of, unknown_before
from bailiwick.kit.text import capped, one_line
from bailiwick.ports.deps import Deps

COLLEAGUES_COUNT_MAX: Final = 50  # capabilities 20
WRITERS_COUNT_MAX: Final = 10  # ours: colleagues whose latest mails are read
MAILS_COUNT_MAX: Final = 3  # source articles: three received mails are looked at
FACTS_COUNT_MAX: Final = 50  # ours: enough to see what is known of one company
ROW_PERMILLE: Final = 850  # ours: read from our own rows
SHARE_PERMILLE_MIN: Final = 600  # ours: a value that most colleagues share
METHOD: Final = Action.COMPANY_ENRICH.value
"""How facts of our own rows were found; the orchestrator reads from it when we last looked."""


async def find(_: FactsState, deps: Deps) -> Found:
    """Find facts about the account that are not known yet."""
    account = account_of(deps)
    if account is None:
        return Found(skip_reason="unknown_account")
    now = deps.frame.now
    known = deps.crm.facts(account.account_id, at=now, count_max=FACTS_COUNT_MAX)
    colleagues = deps.crm.colleagues(account.account_id, count_max=COLLEAGUES_COUNT_MAX)
    found = [
        *_from_row(account, at=now),
        *_from_colleagues(account, colleagues, at=now),
        *_from_signatures(account, _mails(deps, colleagues)),
    ]
    fresh = unknown_before(found, known)
    # One of our own is noted each time: its date says when the company was last looked at.
    own = [one for one in found if one.method == METHOD]
    again = own[:1] if not any(one in fresh for one in own) else []
    return Found(found=(*fresh, *again), contact_id=deps.frame.contact_id)


def _from_row(account: Account, *, at: datetime) -> Iterator[ProposedFact]:
    classified = category(account.industry, account.description)
    if classified is not None:
        name, permille = classified
        yield _derived(account, "category", name, permille, at=at)
    if account.employees_count is not None and account.employees_count > 0:
        band = size_band(account.employees_count)
        yield _derived(account, "size_band", band, ROW_PERMILLE, at=at)


def _from_colleagues(
    account: Account, colleagues: Sequence[Contact], *, at: datetime
) -> Iterator[ProposedFact]:
    """Take a domain or country that most colleagues share; one stray row changes nothing."""
    domains = Counter(
        found.value
        for one in colleagues
        for address in one.addresses[:1]
        for found in company_facts(address)
        if found.field == "domain"
    )
    countries = Counter(one.country for one in colleagues if one.country)
    for field, counted in (("domain", domains), ("country", countries)):
        total = sum(counted.values())
        for value, count in counted.most_common(1):
            if count * PERMILLE >= total * SHARE_PERMILLE_MIN:
                permille = ROW_PERMILLE * count // total
                yield _derived(account, field, value, permille, at=at)


def _mails(deps: Deps, colleagues: Sequence[Contact]) -> Iterator[Message]:
    for one in colleagues[:WRITERS_COUNT_MAX]:
        history = deps.crm.history(one.contact_id, each_max=MAILS_COUNT_MAX)
        for mail in history.received:
            own = mail.mail.from_address in one.addresses
            if own and mail.mail.parse is not Parse.QUARANTINED:
                yield mail


def _from_signatures(account: Account, mails: Iterator[Message]) -> Iterator[ProposedFact]:
    """Take company name and website from signatures; a website only of the writer's domain."""
    seen: set[tuple[str, str]] = set()
    for mail in mails:
        own = registrable(mail.mail.from_address.rpartition("@")[2])
        for one in read_signature(mail.mail.signature, address=mail.mail.from_address):
            value = capped(one_line(one.value), FACT_VALUE_LENGTH_MAX)
            if one.field not in {"company", "website"} or (one.field, value) in seen:
                continue
            if one.field == "website" and (not own or own not in value.casefold()):
                continue
            seen.add((one.field, value))
            yield ProposedFact(
                subject=account.account_id,
                field=one.field,
                value=value,
                confidence_permille=one.confidence_permille,
                source=Source.MAIL,
                method=one.method,
                evidence=(f"message:{mail.message_id}#signature:{one.start}-{one.end}",),
                trust=Trust.UNVERIFIED,
                observed_at=mail.received_at,
            )
            if len(seen) >= MAILS_COUNT_MAX:
                return


def _derived(
    account: Account, field: str, value: str, permille: int, *, at: datetime
) -> ProposedFact:
    return ProposedFact(
        subject=account.account_id,
        field=field,
        value=value,
        confidence_permille=permille,
        source=Source.RULE,
        method=METHOD,
        evidence=(f"account:{account.account_id}",),
        trust=Trust.DERIVED,
        observed_at=at,
    )
