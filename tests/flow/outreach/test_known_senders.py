"""Who writes to us, and what their mail says about an address (peers' acceptance 16 and 17)."""

from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.fakes.office import DANA, MAILBOX, TUESDAY, Letters, Office, letter, office, step

from bailiwick.domain.crm import Role
from bailiwick.domain.message import Direction
from bailiwick.ports.mail_source import RawMail
from bailiwick.store.tables.crm import ACCOUNTS, CONTACTS


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        yield opened


def known_count(place: Office) -> tuple[int, int]:
    """Count the contacts and accounts of the customer database."""
    with place.app.database.reading() as connection:
        contacts = connection.scalar(select(func.count()).select_from(CONTACTS))
        accounts = connection.scalar(select(func.count()).select_from(ACCOUNTS))
    return int(contacts or 0), int(accounts or 0)


class TestAReply:
    @pytest.mark.parametrize(
        "sender",
        [
            "Dana Whitfield <dana@acme.example>",
            "DANA@ACME.EXAMPLE",
            '"Somebody Else" <Dana@Acme.example>',
        ],
    )
    def test_16_from_a_known_address_never_makes_a_lead(self, place: Office, sender: str) -> None:
        """Peers 16: however the sender writes name and address, it is the contact that we know."""
        before = known_count(place)
        place.receive(letter("Yes, please send me a quote.", sender=sender))
        place.sweep()
        assert known_count(place) == before
        with place.app.units.read() as unit:
            assert unit.crm.history(DANA, each_max=3).received_count == 1

    def test_16_of_a_reply_chain_never_makes_a_lead(self, place: Office) -> None:
        """Peers 16: ten mails of one person, some at once, are still one contact."""
        before = known_count(place)
        raws = tuple(letter(f"And question {n}?", number=n) for n in range(10))
        place.receive(*raws[:5])
        place.receive(*raws)
        place.sweep()
        assert known_count(place) == before
        with place.app.units.read() as unit:
            assert unit.crm.history(DANA, each_max=20).received_count == 10

    def test_16_of_a_stranger_is_kept_and_seen(self, place: Office) -> None:
        """Peers 16, the other side: an unknown sender is counted, not lost and not made up."""
        before = known_count(place)
        raw = letter("Hello, who are you?", sender="nobody@elsewhere.example")
        source = Letters(
            (
                RawMail(
                    raw=raw, size_bytes=len(raw), folder="INBOX", external_id="1",
                    direction=Direction.INBOUND, received_at=TUESDAY,
                ),
            )
        )  # fmt: skip
        report = place.app.mail_intake.take(source, progress=lambda _: None)
        assert (report.new_count, report.unknown_senders_count) == (1, 1)
        assert known_count(place) == before


class TestASignature:
    def signed(self, place: Office) -> None:
        """Have a mail signed that nobody has sent yet."""
        place.propose(step())
        (card,) = place.pending()
        place.app.inbox.approve(
            card.approval_id, person_id=place.person(Role.APPROVER), shown_hash=card.payload_hash
        )
        place.later(minutes=1)

    def test_6_from_before_an_answer_sends_nothing(self, place: Office) -> None:
        """Peers 6: they wrote after it was signed: the signature meant less, and it waits again."""
        self.signed(place)
        place.receive(letter("Please hold on, I have another question."))
        place.drain()
        assert place.mail.delivered == []
        assert len(place.pending()) == 1

    def test_6_from_after_the_last_answer_sends(self, place: Office) -> None:
        """Peers 6, the other side: nobody wrote, and it goes."""
        self.signed(place)
        place.drain()
        assert len(place.mail.delivered) == 1


def report_of(status: str, *, action: str = "", of: str = "dana@acme.example") -> bytes:
    """A delivery report (RFC 3464) about a mail of ours."""
    named = action or {"5": "failed", "4": "delayed", "2": "delivered"}[status[0]]
    return (
        f"From: mailer-daemon@acme.example\r\nTo: {MAILBOX}\r\nSubject: Delivery status\r\n"
        "Date: Tue, 14 Jul 2026 09:00:00 +0000\r\nMessage-ID: <b1@acme.example>\r\n"
        "In-Reply-To: <ours@northwind.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nabout your mail\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.acme.example\r\n\r\n"
        f"Final-Recipient: rfc822; {of}\r\nAction: {named}\r\nStatus: {status}\r\n\r\n--b--\r\n"
    ).encode()


def sent_to_dana(place: Office) -> None:
    """A mail of ours to Dana, as the Sent folder shows it."""
    raw = (
        f"From: {MAILBOX}\r\nTo: dana@acme.example\r\nSubject: Hello\r\n"
        "Date: Tue, 14 Jul 2026 08:00:00 +0000\r\nMessage-ID: <ours@northwind.example>\r\n"
        "\r\nHello Dana\r\n"
    ).encode()
    mail = RawMail(
        raw=raw, size_bytes=len(raw), folder="Sent", external_id="1",
        direction=Direction.OUTBOUND, received_at=TUESDAY,
    )  # fmt: skip
    place.app.mail_intake.take(Letters((mail,)), progress=lambda _: None)


def bounced(place: Office) -> bool:
    with place.app.units.read() as unit:
        return unit.crm.safety(DANA).bounced


class TestADeliveryReport:
    @pytest.mark.parametrize("status", ["4.2.2", "4.4.1", "4.7.1", "2.0.0"])
    def test_17_that_is_transient_is_no_hard_bounce(self, place: Office, status: str) -> None:
        """Peers 17: a full mailbox or a slow server says nothing about the address."""
        sent_to_dana(place)
        place.receive(report_of(status))
        assert not bounced(place)

    @pytest.mark.parametrize("status", ["4.2.2", "4.4.7"])
    def test_17_that_gave_up_on_a_transient_fault_is_none_either(
        self, place: Office, status: str
    ) -> None:
        """Peers 17: a failure with a 4.x.x status is a server's bad week, not a dead address."""
        sent_to_dana(place)
        place.receive(report_of(status, action="failed"))
        assert not bounced(place)

    def test_17_that_only_says_delayed_is_none_whatever_its_status(self, place: Office) -> None:
        """Peers 17: what is still being tried has not failed (RFC 3464, section 2.3.3)."""
        sent_to_dana(place)
        place.receive(report_of("5.0.0", action="delayed"))
        assert not bounced(place)

    def test_17_that_is_permanent_is_one(self, place: Office) -> None:
        """Peers 17, the other side: 5.1.1 for a mail that we sent marks its recipient."""
        sent_to_dana(place)
        place.receive(report_of("5.1.1"))
        assert bounced(place)
