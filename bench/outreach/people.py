"""The recipients of a simulation: where they live, and what each will do, drawn from one seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bailiwick.domain.crm import Account, Contact
from bailiwick.domain.ids import AccountId, ContactId

HOME: Final = "Europe/London"
"""Where the sender is, and so whoever nobody knows the clock of."""
PLACES: Final = (
    ("Europe/London", "GB"), ("Europe/Dublin", "IE"), ("Europe/Lisbon", "PT"),
    ("Europe/Paris", "FR"), ("Europe/Berlin", "DE"), ("Europe/Rome", "IT"),
    ("Europe/Madrid", "ES"), ("Europe/Warsaw", "PL"), ("Europe/Athens", "GR"),
    ("Europe/Helsinki", "FI"), ("Europe/Istanbul", "TR"), ("Africa/Cairo", "EG"),
    ("Africa/Johannesburg", "ZA"), ("Africa/Lagos", "NG"), ("Africa/Nairobi", "KE"),
    ("Asia/Jerusalem", "IL"), ("Asia/Dubai", "AE"), ("Asia/Karachi", "PK"),
    ("Asia/Kolkata", "IN"), ("Asia/Kathmandu", "NP"), ("Asia/Dhaka", "BD"),
    ("Asia/Bangkok", "TH"), ("Asia/Singapore", "SG"), ("Asia/Shanghai", "CN"),
    ("Asia/Tokyo", "JP"), ("Asia/Seoul", "KR"), ("Australia/Perth", "AU"),
    ("Australia/Adelaide", "AU"), ("Australia/Sydney", "AU"), ("Australia/Lord_Howe", "AU"),
    ("Pacific/Auckland", "NZ"), ("America/St_Johns", "CA"), ("America/Sao_Paulo", "BR"),
    ("America/Santiago", "CL"), ("America/New_York", "US"), ("America/Chicago", "US"),
    ("America/Denver", "US"), ("America/Phoenix", "US"), ("America/Los_Angeles", "US"),
    ("Pacific/Honolulu", "US"),
)  # fmt: skip
"""Forty zones: with clock changes in March and in April, in both directions, by an hour and by half
an hour, and without any; with offsets that are no whole hours."""
PROVIDERS: Final = ("bigmail.example", "postbox.example")
_COMPANY_SIZE_MAX: Final = 8
_TWICE_ONE_IN: Final = 20
_AT_PROVIDERS: Final = 0.3
_COMPANY_WITH_CLOCK: Final = 3
_ENDS_OF_A_COUNTRY, _NOTHING, _COMPANYS_CLOCK = 17, 18, 19
"""Of twenty recipients, those of whom a country, nothing, or their company's zone is known."""


class Deed(StrEnum):
    """What a recipient does, or what is done in their name."""

    REPLY = "reply"
    CLICK_OUT = "opt-out by one click"
    WRITE_OUT = "opt-out by mail"
    BOUNCE = "permanent bounce"
    SOFT_BOUNCE = "transient bounce"
    AWAY = "out of office"
    COMPLAINT = "complaint"
    MEETING = "meeting on record"
    DEAL_MOVED = "deal moved"
    OWNER_CHANGED = "other owner"


ANSWERS: Final = frozenset({Deed.REPLY, Deed.WRITE_OUT})
"""Mail of a person: it stops their colleagues, too, where the series says so."""
STOPPING: Final = frozenset(Deed) - {Deed.SOFT_BOUNCE, Deed.AWAY}
CHANCES: Final = {
    Deed.REPLY: 0.12,
    Deed.CLICK_OUT: 0.03,
    Deed.WRITE_OUT: 0.03,
    Deed.BOUNCE: 0.02,
    Deed.SOFT_BOUNCE: 0.02,
    Deed.AWAY: 0.05,
    Deed.COMPLAINT: 0.002,
    Deed.MEETING: 0.01,
    Deed.DEAL_MOVED: 0.01,
    Deed.OWNER_CHANGED: 0.01,
}
"""Of each recipient, in the whole campaign; ours, a good campaign in which everything happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Something that happens a while after a recipient's n-th mail."""

    deed: Deed
    mail: int
    lag: timedelta
    away_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One recipient, as they really are; the database may know less."""

    contact: Contact
    account: Account
    zones: tuple[str, ...]
    """In all of which it must be a time to write."""
    country: str
    """Whose holidays hold; empty when nobody can know."""
    campaigns: tuple[int, ...]
    joins: timedelta
    """When they are enrolled, from the beginning."""
    doings: tuple[Doing, ...]

    @property
    def address(self) -> str:
        """Where their mail goes."""
        return self.contact.address

    @property
    def domain(self) -> str:
        """What a provider's limit counts."""
        return self.address.rpartition("@")[2]


def crowd(count: int, *, seed: int, touches: int, joining: timedelta) -> Sequence[Recipient]:
    """Return so many recipients of two campaigns."""
    chance = random.Random(seed)
    found: list[Recipient] = []
    company = 0
    while len(found) < count:
        zone, country = PLACES[company % len(PLACES)]
        size = min(count - len(found), chance.randint(1, _COMPANY_SIZE_MAX))
        for _ in range(size):
            number = len(found)
            known = number % 20
            account = Account(
                account_id=AccountId(f"acc_{company:05}"),
                name=f"Company {company}",
                domain=f"c{company}.example",
                timezone=zone if company % 20 == _COMPANY_WITH_CLOCK else "",
                country=country if company % 7 else "",
            )
            found.append(
                _recipient(
                    number,
                    account,
                    _known(known, zone, country, account),
                    chance=chance,
                    touches=touches,
                    joining=joining,
                )
            )
        company += 1
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    timezone: str
    country: str
    zones: tuple[str, ...]
    holidays: str


def _known(number: int, zone: str, country: str, account: Account) -> _Known:
    """Return what is known of somebody, and what must be kept because of it."""
    if number == _ENDS_OF_A_COUNTRY:
        if account.timezone:
            return _Known("", "US", (account.timezone,), "US")
        return _Known("", "US", ("America/Los_Angeles", "America/New_York"), "US")
    if number == _NOTHING and not account.timezone and not account.country:
        return _Known("", "", (HOME,), "")
    if number == _COMPANYS_CLOCK and account.timezone:
        return _Known("", country, (account.timezone,), country)
    return _Known(zone, country, (zone,), country)


def _recipient(
    number: int,
    account: Account,
    known: _Known,
    *,
    chance: random.Random,
    touches: int,
    joining: timedelta,
) -> Recipient:
    domain = PROVIDERS[number % 2] if chance.random() < _AT_PROVIDERS else account.domain
    first = number % 2
    return Recipient(
        contact=Contact(
            contact_id=ContactId(f"con_{number:06}"),
            first_name=f"Kim{number}",
            last_name="Ode",
            account_id=account.account_id,
            addresses=(f"kim{number}@{domain}",),
            title="Director" if number % 9 == 0 else "Buyer",
            timezone=known.timezone,
            country=known.country,
        ),
        account=account,
        zones=known.zones,
        country=known.holidays,
        campaigns=(0, 1) if number % _TWICE_ONE_IN == 1 else (first,),
        joins=joining * chance.random(),
        doings=tuple(
            _doing(deed, chance, touches)
            for deed, share in CHANCES.items()
            if chance.random() < share
        ),
    )


def _doing(deed: Deed, chance: random.Random, touches: int) -> Doing:
    minutes = {
        Deed.BOUNCE: chance.uniform(0.1, 30),
        Deed.SOFT_BOUNCE: chance.uniform(0.1, 30),
        Deed.AWAY: chance.uniform(0.1, 10),
    }.get(deed, chance.expovariate(1 / 2880))
    return Doing(
        deed=deed,
        mail=chance.randint(1, touches),
        lag=timedelta(minutes=minutes),
        away_days=chance.randint(2, 12),
    )
