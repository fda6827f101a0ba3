"""What a stranger's mail can and cannot bring about."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.fakes.office import (
    DANA,
    MAILBOX,
    TUESDAY,
    Letters,
    Office,
    dana,
    letter,
    mail_args,
    office,
    step,
)

from bailiwick.domain.consent import Consent, ConsentPurpose, ConsentState
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ContactId
from bailiwick.domain.message import Direction
from bailiwick.domain.outbound import Purpose
from bailiwick.domain.record import RecordKind
from bailiwick.ports.mail_source import RawMail
from bailiwick.store.crm_rows import CrmRows

KIM = ContactId("con_kim")


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        with opened.app.units.write() as unit:
            CrmRows(unit).add_contact(
                dana(contact_id=KIM, first_name="Kim", addresses=("kim@acme.example",))
            )
            unit.commit()
        yield opened


def answers(
    place: Office,
    purpose: Purpose,
    *,
    state: ConsentState,
    on: ConsentPurpose = ConsentPurpose.MARKETING,
) -> None:
    """Let Dana write, say what she said about consent, and propose an answer to her mail."""
    place.receive(letter("Could you tell me more about the new range?"))
    with place.app.units.write() as unit:
        unit.consents.add(
            Consent(
                contact_id=DANA, purpose=on, state=state, source="test",
                valid_from=TUESDAY - timedelta(days=1),
            )
        )  # fmt: skip
        unit.commit()
    mail = mail_args(purpose=purpose, in_reply_to="<m1@acme.example>")
    place.propose(step(args={"contact_id": DANA, "mail": mail}))


class TestConsentThatWasDenied:
    def test_is_not_lifted_by_a_question(self, place: Office) -> None:
        """Whoever refused advertising is not advertised to because they wrote to us."""
        answers(place, Purpose.MARKETING, state=ConsentState.DENIED)
        assert place.pending() == ()

    def test_does_not_keep_an_answer_back(self, place: Office) -> None:
        """The answer to their own question is service, and waits for a person as any mail."""
        answers(place, Purpose.SERVICE, state=ConsentState.DENIED)
        assert len(place.pending()) == 1

    def test_for_service_keeps_even_an_answer_back(self, place: Office) -> None:
        """What was refused by name stays refused."""
        answers(place, Purpose.SERVICE, state=ConsentState.DENIED, on=ConsentPurpose.SERVICE)
        assert place.pending() == ()


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


def bounce(of: str) -> bytes:
    return (
        "From: mailer-daemon@acme.example\r\n"
        f"To: {MAILBOX}\r\nSubject: Undelivered Mail\r\nDate: Tue, 14 Jul 2026 09:00:00 +0000\r\n"
        "Message-ID: <b1@acme.example>\r\nIn-Reply-To: <ours@northwind.example>\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nfailed\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.acme.example\r\n\r\n"
        f"Final-Recipient: rfc822; {of}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        "--b--\r\n"
    ).encode()


class TestABounce:
    def bounced(self, place: Office, contact_id: ContactId) -> bool:
        with place.app.units.read() as unit:
            return unit.crm.safety(contact_id).bounced

    def test_marks_who_we_wrote_to(self, place: Office) -> None:
        """A permanent failure of our mail marks its recipient, with a record."""
        sent_to_dana(place)
        place.receive(bounce("dana@acme.example"))
        assert self.bounced(place, DANA)
        with place.app.units.read() as unit:
            (record,) = [r for r in unit.records.about(DANA) if r.kind is RecordKind.FLAGGED]
        assert record.payload["flag"] == "bounced"

    def test_marks_nobody_else(self, place: Office) -> None:
        """Whoever knows one of our Message-IDs cannot stop our mail to somebody else with it."""
        sent_to_dana(place)
        place.receive(bounce("kim@acme.example"))
        assert not self.bounced(place, KIM)
        assert not self.bounced(place, DANA)


class TestADoubt:
    def test_is_recorded_with_its_message(self, place: Office) -> None:
        """What stops all mail to a contact leaves a record that names why, without its words."""
        place.receive(letter("Please remove me from your list. Do not write to me again."))
        with place.app.units.read() as unit:
            (record,) = [r for r in unit.records.about(DANA) if r.kind is RecordKind.FLAGGED]
        assert record.payload["flag"] == "opt_out_doubtful"
        assert str(record.payload["message"]).startswith("msg_")
        assert "remove" not in str(record.payload)


class TestTheUnsubscribeLink:
    def test_by_mail_stops_all_mail_at_once(self, place: Office) -> None:
        """What our own List-Unsubscribe header asks for keeps every unattended mail back."""
        raw = (
            f"From: dana@acme.example\r\nTo: {MAILBOX}\r\nSubject: unsubscribe aGVsbG8.d29ybGQ\r\n"
            "Date: Tue, 14 Jul 2026 09:00:00 +0000\r\nMessage-ID: <u1@acme.example>\r\n\r\n\r\n"
        ).encode()
        place.receive(raw)
        with place.app.units.read() as unit:
            assert unit.crm.safety(DANA).opt_out_doubtful
        place.sweep()
        assert place.pending() == ()


class TestAnotherAddressInReplyTo:
    def test_is_never_written_to(self, place: Office) -> None:
        """A Reply-To that names a stranger directs nothing: the card is to the contact."""
        raw = letter("Could you send me the price list for the new range?").replace(
            b"Subject:", b"Reply-To: thief@evil.example\r\nSubject:"
        )
        place.receive(raw)
        place.sweep()
        cards = place.pending()
        assert cards
        assert all("evil.example" not in str(card.args) for card in cards)

    def test_nor_one_in_the_display_name(self, place: Office) -> None:
        """A display name that looks like an address is a name, and no header breaks out of it."""
        place.receive(
            letter(
                "Could you send me the price list for the new range?",
                sender='"thief@evil.example\\r\\nBcc: all@evil.example" <dana@acme.example>',
            )
        )
        place.sweep()
        for card in place.pending():
            place.app.inbox.approve(
                card.approval_id,
                person_id=place.people[Role.APPROVER].person_id,
                shown_hash=card.payload_hash,
            )
        place.drain()
        assert place.mail.delivered
        assert all(b"evil.example" not in raw for _, raw in place.mail.delivered)
