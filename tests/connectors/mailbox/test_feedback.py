"""Reports on our mail, as providers send them: complaints (RFC 5965) and failures (RFC 3464)."""

import pytest

from bailiwick.connectors.mailbox.parse import parse
from bailiwick.domain.message import ParsedMail

ARF = (
    "From: <feedback@isp.example>\r\nTo: <abuse@ours.example>\r\nSubject: FW: Offer\r\n"
    "Date: Thu, 8 Mar 2026 17:40:36 +0000\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain; charset=US-ASCII\r\n\r\nThis is an email abuse report.\r\n"
    "--b\r\nContent-Type: message/feedback-report\r\n\r\n"
    "Feedback-Type: {kind}\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n\r\n"
    "--b\r\nContent-Type: {original}\r\nContent-Disposition: inline\r\n\r\n"
    "From: <sales@ours.example>\r\nTo: <redacted>\r\nSubject: Offer\r\n"
    "Message-ID: <abc@ours.example>\r\n\r\nSpam Spam Spam\r\n"
    "--b--\r\n"
)
DSN = (
    "From: mailer-daemon@isp.example\r\nTo: sales@ours.example\r\nSubject: Undelivered\r\n"
    "Date: Thu, 8 Mar 2026 17:40:36 +0000\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
    "Final-Recipient: rfc822; a@isp.example\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
    "--b--\r\n"
)


def feedback(kind: str, original: str = "message/rfc822") -> ParsedMail:
    return parse(ARF.format(kind=kind, original=original).encode())


class TestAComplaint:
    @pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
    def test_is_told_with_the_mail_it_is_about(self, original: str) -> None:
        """The mail itself, or only its headers, name it; who complained may be hidden."""
        mail = feedback("abuse", original)
        assert (mail.feedback, mail.automatic) == ("abuse", True)
        assert "<abc@ours.example>" in mail.references
        assert (mail.dsn_status, mail.dsn_failed) == ("", False)

    def test_is_read_in_any_case(self) -> None:
        """Header names and words have no case."""
        raw = ARF.format(kind="ABUSE", original="message/rfc822")
        assert parse(raw.replace("Feedback-Type", "feedback-TYPE").encode()).feedback == "abuse"

    @pytest.mark.parametrize("kind", ["", "abuse now", "x" * 41, "абьюз"])
    def test_has_a_type_of_one_word(self, kind: str) -> None:
        """Whatever is no type is no complaint."""
        assert feedback(kind).feedback == ""

    def test_is_no_text_that_looks_like_one(self) -> None:
        """A person may quote a report."""
        raw = ARF.format(kind="abuse", original="message/rfc822")
        plain = raw.replace("message/feedback-report", "text/plain")
        assert parse(plain.encode()).feedback == ""


class TestAFailure:
    @pytest.mark.parametrize(
        ("action", "failed"), [("failed", True), ("delayed", False), ("relayed", False)]
    )
    def test_is_told_from_a_delay(self, action: str, *, failed: bool) -> None:
        """A mail that is late is still on its way."""
        mail = parse(DSN.format(action=action, status="4.4.7").encode())
        assert (mail.dsn_status, mail.dsn_failed) == ("4.4.7", failed)
