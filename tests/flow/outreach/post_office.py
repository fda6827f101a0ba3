"""A workspace between a real SMTP and a real IMAP server, with the page that its links lead to."""

import asyncio
import base64
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.servers.imap import PymapServer
from bench.servers.smtp import Sink, serving
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from starlette.testclient import TestClient
from tests.fakes.office import MAILBOX, TUESDAY, InlineParser, Office, dana

from bailiwick.api.app import build_app
from bailiwick.connectors.smtp.compose import ComposeSettings
from bailiwick.connectors.smtp.fake import FakeMailWriter
from bailiwick.domain.crm import Account, Person, Role
from bailiwick.domain.ids import AccountId, ContactId, PersonId
from bailiwick.engine.mail.intake import MailReport
from bailiwick.kit.clock import FixedClock
from bailiwick.settings import AuditSettings, MailSettings, Settings, StoreSettings
from bailiwick.store.crm_rows import CrmRows
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.founding import Founding, found
from bailiwick.wiring.service import serve

KIM: Final = ContactId("con_kim")
SELECTOR: Final = "s2026"
DOMAIN: Final = "northwind.example"
_LINK: Final = re.compile(rb"<https://crm\.example(/u/[A-Za-z0-9_-]+)>")
_KEY: Final[RSAPrivateKey] = generate_private_key(public_exponent=65537, key_size=2048)


def dns_of_key(name: bytes, timeout: int = 5) -> bytes:
    """Answer as the DNS would: the public half of the key that signs our mail."""
    del timeout
    assert name == f"{SELECTOR}._domainkey.{DOMAIN}.".encode()
    der = _KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


@dataclass(frozen=True, slots=True)
class PostOffice:
    """The application, the servers on both sides, and whoever clicks on a link."""

    app: Application
    imap: PymapServer
    sink: Sink
    clock: FixedClock
    web: TestClient

    def office(self) -> Office:
        """Return what tests without a server do with a workspace."""
        headers = ComposeSettings(domain=DOMAIN, unsubscribe_secret=b"s" * 32)
        mail = FakeMailWriter(headers=headers, clock=self.clock)
        return Office(app=self.app, clock=self.clock, mail=mail)

    def sync(self) -> MailReport:
        """Read the mailbox."""
        mailbox = self.app.mailbox()
        try:
            return self.app.mail_intake.sync(mailbox, name=MAILBOX, progress=lambda _: None)
        finally:
            mailbox.close()

    def sweep(self) -> None:
        """Plan for all that waits."""
        asyncio.run(self.app.sweep.run(contacts_max=50, progress=lambda _d, _t: None))

    def approve_all(self) -> None:
        """Sign every card, as a supervisor."""
        for card in self.app.inbox.list(size=100).items:
            self.app.inbox.approve(
                card.approval_id,
                person_id=PersonId("per_supervisor"),
                shown_hash=card.payload_hash,
            )

    def drain(self) -> None:
        """Deliver what is due."""
        self.app.worker().drain(20)

    def link(self, place: int = -1) -> str:
        """Return the path of the link in a mail that went out."""
        joined = _LINK.search(self.sink.delivered[place])
        assert joined is not None, self.sink.delivered[place]
        return joined.group(1).decode()

    def suppressed(self, contact_id: ContactId) -> bool:
        """Tell whether somebody is left alone."""
        with self.app.units.read() as unit:
            return unit.crm.safety(contact_id).suppressed


@contextmanager
def post_office(folder: Path, url: str, user: str) -> Generator[PostOffice]:
    """Open everything; Dana and Kim of Acme Steel are known."""
    imap, sink = PymapServer(user), Sink()
    key = folder / "dkim.pem"
    key.write_bytes(_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        with serving(sink) as smtp:
            mail = MailSettings(
                smtp_url=f"smtp://127.0.0.1:{smtp.port}",
                imap_url=imap.url,
                dkim_selector=SELECTOR,
                dkim_domain=DOMAIN,
                dkim_key_file=str(key),
                unsubscribe_url="https://crm.example/u",
            )
            settings = Settings(
                store=StoreSettings(database_url=url),
                mail=mail,
                audit=AuditSettings(seal_key_file=str(folder / "seal.key")),
            )
            _found(settings)
            clock = FixedClock(TUESDAY)
            app = build(settings, Doubles(clock=clock, parser=InlineParser()))
            service = serve(settings, (), Doubles(clock=clock))
            try:
                _furnish(app)
                web = TestClient(build_app(service), base_url="http://127.0.0.1")
                yield PostOffice(app=app, imap=imap, sink=sink, clock=clock, web=web)
            finally:
                service.close()
                app.close()
    finally:
        imap.go_away()


def _found(settings: Settings) -> None:
    founding = Founding(
        name="default", mailbox=MAILBOX, company="Northwind Foundry",
        person_email="mara@northwind.example", person_name="Mara",
        postal_address="1 Foundry Lane, Leeds", timezone="Europe/London",
    )  # fmt: skip
    found(settings, founding)


def _furnish(app: Application) -> None:
    with app.units.write() as unit:
        unit.authority.add_person(
            Person(
                person_id=PersonId("per_supervisor"),
                name="Supervisor",
                email="supervisor@northwind.example",
                role=Role.SUPERVISOR,
            )
        )
        rows = CrmRows(unit)
        rows.add_account(
            Account(account_id=AccountId("acc_acme"), name="Acme Steel", domain="acme.example")
        )
        rows.add_contact(dana())
        rows.add_contact(
            dana(
                contact_id=KIM, first_name="Kim", last_name="Oduya",
                addresses=("kim@acme.example",),
            )
        )  # fmt: skip
        unit.commit()
