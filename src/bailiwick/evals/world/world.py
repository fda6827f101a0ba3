"""Writes a generated world as the files a person would have: CSV exports and an mbox."""

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bailiwick.evals.world.company import Deal, Firm, Somebody, deals, firms, people
from bailiwick.evals.world.post import Post, dated
from bailiwick.evals.world.situation import CONTACTS_COUNT

SEED: Final = 20261120


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everybody and everything, before it is written."""

    firms: tuple[Firm, ...]
    people: tuple[Somebody, ...]
    deals: tuple[Deal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldFiles:
    """Where the files are, and how much is in them."""

    accounts: Path
    contacts: Path
    deals: Path
    mail: Path
    mails_count: int


def generate(seed: int = SEED, *, contacts_count: int = CONTACTS_COUNT) -> World:
    """Make the same world for the same seed and size."""
    dice = random.Random(seed)  # noqa: S311 - a world, not a secret
    companies = firms(dice)
    contacts = people(dice, companies, contacts_count=contacts_count)
    return World(firms=companies, people=contacts, deals=deals(dice, contacts))


def write(
    world: World, folder: Path, *, mailbox: str, now: datetime, seed: int = SEED
) -> WorldFiles:
    """Write HubSpot-shaped exports and one mbox into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    accounts, contacts = folder / "companies.csv", folder / "contacts.csv"
    opportunities, mail = folder / "deals.csv", folder / "mail.mbox"
    _table(accounts, ACCOUNT_COLUMNS, (_account(f) for f in world.firms))
    _table(contacts, CONTACT_COLUMNS, (_contact(p) for p in world.people))
    _table(opportunities, DEAL_COLUMNS, (_deal(d, now) for d in world.deals))
    post = Post(random.Random(seed + 1), mailbox=mailbox, now=now)  # noqa: S311 - a world
    mails_count = 0
    with mail.open("wb") as file:
        for contact in world.people:
            for message in post.conversation(contact):
                raw = message.as_bytes().replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
                stamp = dated(message).strftime("%a %b %d %H:%M:%S %Y")
                file.write(f"From world@generated.example {stamp}\n".encode() + raw + b"\n")
                mails_count += 1
    return WorldFiles(
        accounts=accounts,
        contacts=contacts,
        deals=opportunities,
        mail=mail,
        mails_count=mails_count,
    )


ACCOUNT_COLUMNS: Final = (
    "Record ID", "Company name", "Company Domain Name", "Industry", "Number of Employees",
    "Country/Region", "City", "Company owner",
)  # fmt: skip
CONTACT_COLUMNS: Final = (
    "Record ID", "First Name", "Last Name", "Email", "Phone Number", "Job Title",
    "Associated Company", "Associated Company IDs", "Country/Region", "City",
    "Preferred language", "Time Zone", "Lifecycle Stage", "Contact owner",
)  # fmt: skip
DEAL_COLUMNS: Final = (
    "Record ID", "Deal Name", "Deal Stage", "Amount", "Currency", "Close Date",
    "Associated Company IDs", "Associated Contact IDs", "Deal owner",
)  # fmt: skip
_OWNER: Final = "mara@northwind.example"


def _account(firm: Firm) -> Sequence[str]:
    return (
        str(1000 + firm.number), firm.name, firm.domain, firm.industry, str(firm.employees),
        firm.locale.country, firm.city, _OWNER,
    )  # fmt: skip


def _contact(person: Somebody) -> Sequence[str]:
    locale = person.firm.locale
    return (
        str(5000 + person.number), person.first, person.last, person.address, person.phone,
        person.title, person.firm.name, str(1000 + person.firm.number), locale.country,
        person.firm.city, locale.language, locale.timezone, "lead", _OWNER,
    )  # fmt: skip


def _deal(deal: Deal, now: datetime) -> Sequence[str]:
    month = (now.month - 1 + deal.close_month) % 12 + 1
    year = now.year + (now.month - 1 + deal.close_month) // 12
    return (
        str(9000 + deal.number), deal.name, deal.stage, f"{deal.amount:.2f}", "EUR",
        f"{year:04d}-{month:02d}-28", str(1000 + deal.firm.number),
        str(5000 + deal.contact.number), _OWNER,
    )  # fmt: skip


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
