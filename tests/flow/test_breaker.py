"""Complaints and failures that come into the mailbox, and advertising that stops for them."""

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.connectors.mailbox.test_feedback import ARF, DSN
from tests.fakes.office import DANA, Letters, Office, letter, mail_args, office, step

from bailiwick.domain.breaker import HALT
from bailiwick.domain.crm import Role
from bailiwick.domain.message import Direction
from bailiwick.domain.outbound import Purpose
from bailiwick.engine.mail.intake import MailReport
from bailiwick.ports.crm import Safety
from bailiwick.ports.mail_source import RawMail
from bailiwick.wiring.answers import halting


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        yield opened


def queue(place: Office, number: int, purpose: Purpose = Purpose.MARKETING) -> None:
    """Queue a mail that a supervisor signed."""
    mail = mail_args(purpose=purpose)
    place.propose(step(args={"contact_id": DANA, "mail": mail}, run=f"run_{number}"))
    (card,) = place.pending()
    place.app.inbox.approve(
        card.approval_id,
        person_id=place.person(Role.SUPERVISOR),
        shown_hash=card.payload_hash,
    )


def sent_id(place: Office, number: int, purpose: Purpose = Purpose.MARKETING) -> str:
    """Send a mail and return its Message-ID."""
    queue(place, number, purpose)
    place.drain()
    with place.app.units.read() as unit:
        return unit.crm.history(DANA, each_max=1).sent[0].mail.rfc_message_id


def hear(place: Office, raw: str) -> MailReport:
    """Take a mail of a machine in."""
    mail = RawMail(
        raw=raw.encode(), size_bytes=len(raw), folder="INBOX", external_id=str(len(raw)),
        direction=Direction.INBOUND, received_at=place.clock.now(),
    )  # fmt: skip
    return place.app.mail_intake.take(Letters((mail,)), progress=lambda _: None)


def complaint(about: str, kind: str = "abuse") -> str:
    return ARF.format(kind=kind, original="message/rfc822").replace("<abc@ours.example>", about)


def failure(about: str, status: str, action: str = "failed") -> str:
    told = DSN.format(action=action, status=status).replace("a@isp.example", "dana@acme.example")
    return told.replace("Subject:", f"In-Reply-To: {about}\r\nSubject:")


def safety(place: Office) -> Safety:
    with place.app.units.read() as unit:
        return unit.crm.safety(DANA)


class TestAComplaint:
    def test_leaves_its_writer_alone_at_once(self, place: Office) -> None:
        """Known by the mail alone, since the report hides who complained; queued mail stops."""
        about = sent_id(place, 1)
        queue(place, 2, Purpose.SERVICE)
        assert hear(place, complaint(about)).complaints_count == 1
        assert (safety(place).suppressed, safety(place).unsubscribed) == (True, True)
        place.drain()
        assert len(place.mail.delivered) == 1

    @pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
    def test_is_not_every_feedback(self, place: Office, kind: str) -> None:
        """A reader who takes a mail out of the spam folder wants more of it."""
        assert hear(place, complaint(sent_id(place, 1), kind)).complaints_count == 0
        assert not safety(place).suppressed

    def test_is_about_a_mail_of_ours(self, place: Office) -> None:
        """Whoever names another mail stops nothing, not even one that came to us."""
        sent_id(place, 1)
        place.receive(letter("How does onboarding work?"))
        for about in ("<made-up@northwind.example>", "<m1@acme.example>"):
            assert hear(place, complaint(about)).complaints_count == 0
        assert not safety(place).suppressed


class TestAFailureForNow:
    def test_is_tried_again_three_times(self, place: Office) -> None:
        """A full mailbox is none that is gone; the fourth failure in a row is believed."""
        for number in range(1, 5):
            assert not safety(place).bounced
            report = hear(place, failure(sent_id(place, number, Purpose.SERVICE), "4.2.2"))
            assert report.bounces_count == int(number == 4)
        assert safety(place).bounced

    def test_is_not_a_delay(self, place: Office) -> None:
        """A mail that is still on its way did not fail, however often that is told."""
        for number in range(1, 6):
            about = sent_id(place, number, Purpose.SERVICE)
            hear(place, failure(about, "4.4.7", action="delayed"))
        assert not safety(place).bounced

    def test_is_counted_once_for_each_mail(self, place: Office) -> None:
        """A robot that reports one failure again and again says one thing."""
        about = sent_id(place, 1, Purpose.SERVICE)
        for status in ("4.2.2", "4.2.1", "4.2.0", "4.3.1", "4.4.7"):
            hear(place, failure(about, status))
        assert not safety(place).bounced


class TestAHaltOfAdvertising:
    def halt(self, place: Office) -> None:
        halting(place.app).halt(HALT, person_id=place.person(Role.SUPERVISOR), reason="rates")

    def test_keeps_back_what_is_queued(self, place: Office) -> None:
        """Signed or not, no marketing mail leaves until a person lifts it; then it does."""
        queue(place, 1)
        self.halt(place)
        place.drain()
        assert place.mail.delivered == []
        halting(place.app).lift(HALT, person_id=place.person(Role.SUPERVISOR), reason="list fixed")
        place.drain()
        assert len(place.mail.delivered) == 1

    def test_lets_answers_go(self, place: Office) -> None:
        """Whoever asked us gets an answer."""
        self.halt(place)
        queue(place, 1, Purpose.SERVICE)
        place.drain()
        assert len(place.mail.delivered) == 1

    def test_refuses_new_advertising_by_its_rule(self, place: Office) -> None:
        """The law says why, before any card is made."""
        self.halt(place)
        mail = mail_args(purpose=Purpose.MARKETING)
        place.propose(step(args={"contact_id": DANA, "mail": mail}))
        assert place.pending() == ()
        with place.app.units.read() as unit:
            (run,) = unit.runs.list(status=None, contact_id=DANA, cursor=None, size=9).items
            assert "kill_switch" in unit.runs.verdicts_of(run.run_id)[0].rules
