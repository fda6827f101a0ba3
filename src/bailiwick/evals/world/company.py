"""The people and companies of a generated world."""

import random
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from bailiwick.evals.world.names import LOCALES, STAGES, STEMS, TITLES, TRADES, Locale
from bailiwick.evals.world.situation import Situation, counts

ACCOUNTS_COUNT: Final = 210
DEALS_COUNT: Final = 160
HOMONYMS_COUNT: Final = 8
"""Contacts who share their name with another one, in another company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A company."""

    number: int
    name: str
    domain: str
    industry: str
    employees: int
    locale: Locale
    city: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A contact and what they are in the middle of."""

    number: int
    first: str
    last: str
    firm: Firm
    title: str
    phone: str
    situation: Situation
    consents: bool

    @property
    def address(self) -> str:
        """The mail address: ASCII letters of the name at the company's domain."""
        return f"{_plain(self.first)}.{_plain(self.last)}{self.number}@{self.firm.domain}"

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """An opportunity."""

    number: int
    name: str
    firm: Firm
    contact: Somebody
    stage: str
    amount: int
    close_month: int


def firms(dice: random.Random) -> tuple[Firm, ...]:
    """Make the companies; names repeat in no world."""
    pairs = [(stem, trade) for stem in STEMS for trade in TRADES]
    dice.shuffle(pairs)
    found: list[Firm] = []
    for number, (stem, (trade, industry)) in enumerate(pairs[:ACCOUNTS_COUNT], start=1):
        locale = LOCALES[number % len(LOCALES)]
        found.append(
            Firm(
                number=number,
                name=f"{stem} {trade}",
                domain=f"{stem}-{trade}.example".lower(),
                industry=industry,
                employees=dice.choice((12, 35, 80, 140, 260, 420, 900)),
                locale=locale,
                city=dice.choice(locale.cities),
            )
        )
    return tuple(found)


def people(
    dice: random.Random, companies: tuple[Firm, ...], *, contacts_count: int
) -> tuple[Somebody, ...]:
    """Make the contacts, each in a situation; some share their name with another."""
    situations = [s for s, count in counts(contacts_count).items() for _ in range(count)]
    dice.shuffle(situations)
    found: list[Somebody] = []
    used: set[str] = set()
    places: Counter[Situation] = Counter()
    for number, situation in enumerate(situations, start=1):
        place = places[situation]
        places[situation] += 1
        firm = _firm(companies, place=place, number=number)
        first, last = _fresh_name(dice, firm.locale, used)
        used.add(f"{first} {last}")
        found.append(
            Somebody(
                number=number,
                first=first,
                last=last,
                firm=firm,
                title=TITLES[number % len(TITLES)],
                phone=f"{firm.locale.dialling}{number:03d}",
                situation=situation,
                # Every second one in each situation, and every language gets both.
                consents=(place + place // len(LOCALES)) % 2 == 0,
            )
        )
    return _with_homonyms(found)


def deals(dice: random.Random, contacts: tuple[Somebody, ...]) -> tuple[Deal, ...]:
    """Make the opportunities."""
    deals_count = min(DEALS_COUNT, len(contacts) // 2)
    return tuple(
        Deal(
            number=number,
            name=f"{contact.firm.name} planning",
            firm=contact.firm,
            contact=contact,
            stage=dice.choice(STAGES),
            amount=dice.choice((4_800, 9_600, 18_000, 36_000, 72_000)),
            close_month=dice.randint(1, 6),
        )
        for number, contact in enumerate(dice.sample(contacts, deals_count), start=1)
    )


def _firm(companies: tuple[Firm, ...], *, place: int, number: int) -> Firm:
    """Choose a company so that each situation takes turns through the languages."""
    locale = LOCALES[place % len(LOCALES)]
    near = [firm for firm in companies if firm.locale is locale]
    return near[(number * 7) % len(near)]


def _with_homonyms(contacts: list[Somebody]) -> tuple[Somebody, ...]:
    """Give the first people nobody has written to the names of customers in the same country."""
    settled = [s for s in contacts if s.situation is Situation.SETTLED]
    new_count = sum(s.situation is Situation.NEW for s in contacts)
    left = min(HOMONYMS_COUNT, new_count // 3)
    found: list[Somebody] = []
    for somebody in contacts:
        near = (s for s in settled if s.firm.locale is somebody.firm.locale)
        twin = next(near, None) if left and somebody.situation is Situation.NEW else None
        if twin is None:
            found.append(somebody)
            continue
        left -= 1
        settled.remove(twin)
        found.append(replace(somebody, first=twin.first, last=twin.last))
    return tuple(found)


def _fresh_name(dice: random.Random, locale: Locale, used: set[str]) -> tuple[str, str]:
    """Draw a name that nobody has; after many draws a double surname makes one."""
    for _ in range(_DRAWS_MAX):
        first, last = dice.choice(locale.first), dice.choice(locale.last)
        if f"{first} {last}" not in used:
            return first, last
    for _ in range(_DRAWS_MAX):
        first, (one, two) = dice.choice(locale.first), dice.sample(locale.last, 2)
        if f"{first} {one}-{two}" not in used:
            return first, f"{one}-{two}"
    message = "a world has fewer people than there are names"
    raise AssertionError(message)


_DRAWS_MAX: Final = 40


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text)
    return "".join(c for c in bare.lower() if c.isascii() and c.isalpha())
