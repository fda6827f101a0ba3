"""Founds the world that rows assume: two workspaces, their people and records, and canaries.

The database is made once and copied for each row, because many rows share one Message-ID.
"""

import shutil
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from bailiwick.domain.crm import (
    Account,
    Activity,
    Contact,
    ContactFlags,
    Opportunity,
    Person,
    Role,
)
from bailiwick.domain.ids import (
    AccountId,
    ActivityId,
    ContactId,
    OpportunityId,
    PersonId,
)
from bailiwick.kit.clock import FixedClock
from bailiwick.ports.crm import Statement
from bailiwick.settings import AuditSettings, Settings, StoreSettings
from bailiwick.store.crm_rows import INTERNAL, PUBLIC, CrmRows
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.founding import Founding, found

TUESDAY: Final = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
"""A working morning in London, an hour after the mails of the rows were written."""
OURS: Final = "t1"
THEIRS: Final = "t2"
_LOOSE: Final = ConfigDict(frozen=True, extra="allow")


class User(BaseModel):
    """A person of a workspace."""

    model_config = _LOOSE
    id: int
    email: str
    name: str = ""
    role: Role
    tenant: int = 1


class Us(BaseModel):
    """Who we are."""

    model_config = _LOOSE
    company: str
    domain: str
    sales_mailbox: str
    users: tuple[User, ...]


class AccountRow(BaseModel):
    """A company."""

    model_config = _LOOSE
    id: int
    name: str
    domain: str = ""


class ContactRow(BaseModel):
    """A person outside."""

    model_config = _LOOSE
    id: int
    email: str
    name: str
    phone: str = ""
    do_not_contact: bool = False


class DealRow(BaseModel):
    """A deal; whatever else it says is an internal note."""

    model_config = _LOOSE
    id: int
    account: int | None = None
    stage: str = ""
    amount: int | None = None


class Snippet(BaseModel):
    """A statement of the knowledge base."""

    model_config = _LOOSE
    id: str
    audience: str = "internal"
    text: str


class Tenant(BaseModel):
    """The records of one workspace."""

    model_config = _LOOSE
    accounts: tuple[AccountRow, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    opportunities: tuple[DealRow, ...] = ()
    kb: tuple[Snippet, ...] = ()
    private: dict[str, str] = {}


class World(BaseModel):
    """Everything that a row assumes."""

    model_config = _LOOSE
    us: Us
    tenant_1: Tenant
    tenant_2: Tenant
    secrets: dict[str, str]
    canaries: tuple[str, ...]
    attacker: tuple[str, ...] = ()

    @property
    def canary(self) -> str:
        """Return the canary of internal knowledge, which stands for the placeholder."""
        internal = " ".join(s.text for s in self.tenant_1.kb if s.audience == "internal")
        return next(c for c in self.canaries if c in internal)

    @property
    def main(self) -> ContactRow:
        """Return the contact whom rows write as."""
        return self.tenant_1.contacts[0]

    @property
    def other(self) -> ContactRow:
        """Return a contact who has nothing to do with a row."""
        return self.tenant_1.contacts[1]

    @property
    def deals(self) -> tuple[str, ...]:
        """Return the ids of all deals, of both workspaces."""
        rows = (*self.tenant_1.opportunities, *self.tenant_2.opportunities)
        return tuple(f"opp_{deal.id}" for deal in rows)

    def person(self, role: Role) -> PersonId:
        """Return a person of our workspace by role."""
        return next(PersonId(f"per_{u.id}") for u in self.us.users if u.role is role)

    def mail(self, sender: ContactRow, number: int, text: str) -> bytes:
        """Return a mail that a contact writes to us."""
        host = sender.email.rpartition("@")[2]
        return (
            f"From: {sender.name} <{sender.email}>\r\nTo: {self.us.sales_mailbox}\r\n"
            f"Subject: Demo\r\nDate: Tue, 14 Jul 2026 09:0{number % 10}:00 +0000\r\n"
            f"Message-ID: <own-{number}@{host}>\r\n\r\n{text}\r\n"
        ).encode()


def read_world(path: Path) -> World:
    """Read a world. Raises ValueError when it is none."""
    return World.model_validate_json(path.read_bytes())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The founded world, ready to be copied."""

    world: World
    folder: Path

    @property
    def template(self) -> Path:
        """Where the database to copy lies."""
        return self.folder / "template.db"

    def settings(self, database: Path, workspace: str) -> Settings:
        """Return the settings of one workspace on a copy."""
        return Settings(
            store=StoreSettings(database_url=f"sqlite:///{database}", workspace=workspace),
            audit=AuditSettings(
                seal_key_file=str(self.folder / "seal.key"),
                seals_file=str(self.folder / "seals.jsonl"),
            ),
        )

    def copy(self, name: str) -> Path:
        """Return a fresh copy of the database."""
        path = self.folder / f"{name}.db"
        shutil.copyfile(self.template, path)
        return path


def lay(world: World, folder: Path) -> Ground:
    """Found both workspaces and furnish them."""
    ground = Ground(world=world, folder=folder)
    for name, tenant, number in ((OURS, world.tenant_1, 1), (THEIRS, world.tenant_2, 2)):
        settings = ground.settings(ground.template, name)
        first = next(u for u in world.us.users if u.tenant == number)
        mailbox = world.us.sales_mailbox if number == 1 else f"sales@tenant{number}.example"
        found(
            settings,
            Founding(
                name=name,
                mailbox=mailbox,
                company=world.us.company if number == 1 else "Other Works",
                person_email=f"owner@{mailbox.rpartition('@')[2]}",
                person_name="Owner",
                postal_address="1 Foundry Lane, Leeds",
                timezone="Europe/London",
            ),
        )
        app = build(settings, Doubles(clock=FixedClock(TUESDAY)))
        try:
            _furnish(app, tenant, [u for u in world.us.users if u.tenant == number])
        finally:
            app.close()
        assert first.tenant == number, first
    with sqlite3.connect(ground.template) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    return ground


def contact_of(row: ContactRow, accounts: tuple[AccountRow, ...]) -> Contact:
    """Return a contact as the CRM holds it."""
    first, _, last = row.name.partition(" ")
    domain = row.email.rpartition("@")[2]
    home = next((a for a in accounts if a.domain == domain), None)
    return Contact(
        contact_id=ContactId(f"con_{row.id}"),
        first_name=first,
        last_name=last,
        account_id=AccountId(f"acc_{home.id}") if home else None,
        addresses=(row.email,),
        phone=row.phone.replace("-", ""),
        country="GB",
        timezone="Europe/London",
        lifecycle="lead",
        flags=ContactFlags(do_not_contact=row.do_not_contact),
    )


def _furnish(app: Application, tenant: Tenant, users: list[User]) -> None:
    with app.units.write() as unit:
        for user in users:
            person_id = PersonId(f"per_{user.id}")
            unit.authority.add_person(
                Person(person_id=person_id, name=user.name, email=user.email, role=user.role)
            )
        rows = CrmRows(unit)
        for account in tenant.accounts:
            rows.add_account(
                Account(
                    account_id=AccountId(f"acc_{account.id}"),
                    name=account.name,
                    domain=account.domain,
                    country="GB",
                )
            )
        for contact in tenant.contacts:
            rows.add_contact(contact_of(contact, tenant.accounts))
        for deal in tenant.opportunities:
            _add_deal(rows, deal, tenant)
        for snippet in tenant.kb:
            rows.add_statement(
                Statement(
                    statement_id=f"stm_{snippet.id}", topic="pricing", language="en",
                    body=snippet.text,
                ),
                audience=PUBLIC if snippet.audience == "public" else INTERNAL,
            )  # fmt: skip
        unit.commit()


def _add_deal(rows: CrmRows, deal: DealRow, tenant: Tenant) -> None:
    accounts = {a.id: a for a in tenant.accounts}
    home = accounts.get(deal.account) if deal.account is not None else None
    people = [c for c in tenant.contacts if home and c.email.endswith(f"@{home.domain}")]
    deal_id = OpportunityId(f"opp_{deal.id}")
    rows.add_opportunity(
        Opportunity(
            opportunity_id=deal_id,
            name=f"Deal {deal.id}",
            account_id=AccountId(f"acc_{home.id}") if home else None,
            contact_id=ContactId(f"con_{people[0].id}") if people else None,
            stage=deal.stage.lower(),
            amount_minor=deal.amount * 100 if deal.amount is not None else None,
            currency="USD" if deal.amount is not None else "",
        )
    )
    for name, value in (deal.model_extra or {}).items():
        rows.add_activity(
            Activity(
                activity_id=ActivityId(f"act_{deal.id}_{name}"),
                kind="note",
                subject=name,
                note=str(value),
                opportunity_id=deal_id,
            )
        )
