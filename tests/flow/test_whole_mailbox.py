"""A whole mailbox: in over IMAP, planned, judged, approved, out over SMTP; real servers."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Final

import pytest
from bench.servers.imap import PymapServer
from bench.servers.smtp import Sink, serving
from tests.fakes.office import DANA, MAILBOX, TUESDAY, letter

from bailiwick.domain.crm import Account, Contact, Person, Role
from bailiwick.domain.ids import AccountId, ContactId, PersonId
from bailiwick.domain.message import Direction
from bailiwick.engine.mail.intake import MailReport
from bailiwick.kit.clock import FixedClock
from bailiwick.observe.chain import verify
from bailiwick.settings import AuditSettings, MailSettings, Settings, StoreSettings
from bailiwick.store.crm_rows import CrmRows
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.founding import Founding, found

APPROVER: Final = PersonId("per_approver")
OPT_OUT: Final = "Please take me off your mailing list and do not write to me again."


@dataclass(frozen=True, slots=True)
class Desk:
    """The application between a real IMAP and a real SMTP server."""

    app: Application
    imap: PymapServer
    sink: Sink
    clock: FixedClock

    def sync(self) -> MailReport:
        mailbox = self.app.mailbox()
        try:
            return self.app.mail_intake.sync(mailbox, name=MAILBOX, progress=lambda _: None)
        finally:
            mailbox.close()

    def sweep(self) -> None:
        asyncio.run(self.app.sweep.run(contacts_max=50, progress=lambda _d, _t: None))

    def approve_all(self) -> None:
        for card in self.app.inbox.list(size=100).items:
            self.app.inbox.approve(
                card.approval_id, person_id=APPROVER, shown_hash=card.payload_hash
            )


@contextmanager
def desk(folder: Path, url: str, user: str) -> Generator[Desk]:
    imap = PymapServer(user)
    sink = Sink()
    try:
        with serving(sink) as smtp:
            settings = Settings(
                store=StoreSettings(database_url=url),
                mail=MailSettings(smtp_url=f"smtp://127.0.0.1:{smtp.port}", imap_url=imap.url),
                audit=AuditSettings(seal_key_file=str(folder / "seal.key")),
            )
            found(
                settings,
                Founding(
                    name="default", mailbox=MAILBOX, company="Northwind Foundry",
                    person_email="mara@northwind.example", person_name="Mara",
                    postal_address="1 Foundry Lane, Leeds",
                ),
            )  # fmt: skip
            clock = FixedClock(TUESDAY)
            app = build(settings, Doubles(clock=clock))
            try:
                _furnish(app)
                yield Desk(app=app, imap=imap, sink=sink, clock=clock)
            finally:
                app.close()
    finally:
        imap.go_away()


def _furnish(app: Application) -> None:
    with app.units.write() as unit:
        unit.authority.add_person(
            Person(
                person_id=APPROVER,
                name="Approver",
                email="approver@northwind.example",
                role=Role.APPROVER,
            )
        )
        rows = CrmRows(unit)
        acme = Account(account_id=AccountId("acc_acme"), name="Acme Steel", domain="acme.example")
        rows.add_account(acme)
        dana = Contact(
            contact_id=DANA, first_name="Dana", last_name="Whitfield",
            account_id=acme.account_id, addresses=("dana@acme.example",), country="GB",
        )  # fmt: skip
        rows.add_contact(dana)
        rows.add_contact(
            replace(
                dana,
                contact_id=ContactId("con_kim"),
                first_name="Kim",
                last_name="Oduya",
                addresses=("kim@acme.example",),
            )
        )
        unit.commit()


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    found_url = request.getfixturevalue(request.param)
    assert isinstance(found_url, str)
    return found_url


class TestAWholeMailbox:
    def test_is_answered_once_by_what_a_person_approved(self, tmp_path: Path, url: str) -> None:
        """Question in over IMAP, approved answer out over SMTP, copy in Sent, chain intact."""
        with desk(tmp_path, url, "one") as place:
            place.imap.deliver("INBOX", letter("Could you tell me how onboarding works?\n\nDana"))
            assert place.sync().new_count == 1
            assert place.sync().new_count == 0, "nothing is read twice"
            place.sweep()
            assert place.sink.delivered == [], "a fresh install sends nothing by itself"
            place.approve_all()
            place.app.worker().drain(10)
            place.app.worker().drain(10)
            (raw,) = place.sink.delivered
            answer = message_from_bytes(raw, policy=default)
            assert answer["To"].addresses[0].addr_spec == "dana@acme.example"
            assert answer["In-Reply-To"] == "<m1@acme.example>"
            assert len(place.imap.contents("Sent")) == 1
            assert place.sync().new_count <= 1, "our own copy is at most recognised once"
            with place.app.units.read() as unit:
                history = unit.crm.history(DANA, each_max=3)
            assert history.unanswered is None, "an answered question is not answered again"
            assert {m.direction for m in history.sent} == {Direction.OUTBOUND}
            assert verify(place.app.chain).breach is None

    def test_hears_an_opt_out_before_the_next_mail(self, tmp_path: Path, sqlite_url: str) -> None:
        """Who asks to stop while a mail waits for the worker gets none, now or later."""
        with desk(tmp_path, sqlite_url, "two") as place:
            place.imap.deliver("INBOX", letter("How does onboarding work?\n\nDana"))
            place.sync()
            place.sweep()
            place.approve_all()
            place.clock.set(TUESDAY + timedelta(minutes=1))
            place.imap.deliver("INBOX", letter(OPT_OUT, number=2))
            assert place.sync().opt_outs_count == 1
            place.app.worker().drain(10)
            place.sweep()
            place.approve_all()
            place.app.worker().drain(10)
            assert place.sink.delivered == []
            with place.app.units.read() as unit:
                assert unit.crm.safety(DANA).suppressed
                assert not unit.crm.safety(ContactId("con_kim")).suppressed
