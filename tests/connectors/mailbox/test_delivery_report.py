from datetime import UTC, datetime

import pytest

from bailiwick.connectors.mailbox.parse import parse
from bailiwick.domain.message import ParsedMail
from bailiwick.domain.reader.read import read
from bailiwick.domain.reading import Intent, Reading
from bailiwick.models.reply_labels import published_weights

NOW = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)


def report(*blocks: tuple[str, str, str]) -> ParsedMail:
    told = "".join(
        f"Final-Recipient: rfc822; {who}\nAction: {action}\nStatus: {status}\n\n"
        for who, action, status in blocks
    )
    raw = (
        "From: MAILER-DAEMON@mx.example\nSubject: Report\nMessage-ID: <b@mx.example>\n"
        "Date: Tue, 14 Jul 2026 09:12:44 +0000\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="q"\n\n'
        "--q\nContent-Type: text/plain\n\nSee below.\n"
        f"--q\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{told}"
        "--q--\n"
    )
    return parse(raw.encode())


def reading(*blocks: tuple[str, str, str]) -> Reading:
    return read(report(*blocks), now=NOW, weights=published_weights())


class TestReport:
    @pytest.mark.parametrize("status", ["5.1.1", "5.7.1", "5.2.1"])
    def test_of_a_final_failure_is_hard(self, status: str) -> None:
        """`failed` with 5.x.x names an address that takes no mail (RFC 3464, 2.3.3, 2.3.4)."""
        found = reading(("kim@acme.example", "failed", status))
        assert (found.intent, found.bounce_permanent) == (Intent.BOUNCED, True)
        assert found.bounced_address == "kim@acme.example"

    @pytest.mark.parametrize("status", ["4.2.2", "4.4.7"])
    def test_of_a_passing_failure_is_soft(self, status: str) -> None:
        """`failed` with 4.x.x is a bounce that says nothing about tomorrow."""
        found = reading(("kim@acme.example", "failed", status))
        assert (found.intent, found.bounce_permanent) == (Intent.BOUNCED, False)

    @pytest.mark.parametrize("status", ["4.4.1", "5.0.0"])
    def test_of_a_delay_is_no_bounce(self, status: str) -> None:
        """`delayed` is none, whatever number stands beside it."""
        found = reading(("kim@acme.example", "delayed", status))
        assert (found.intent, found.bounce_permanent) == (Intent.AUTO_REPLY, False)
        assert found.bounced_address == ""
        assert found.automatic

    @pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
    def test_of_success_is_no_bounce(self, action: str) -> None:
        """What arrived did not come back."""
        found = reading(("kim@acme.example", action, "2.0.0"))
        assert (found.intent, found.bounce_permanent) == (Intent.AUTO_REPLY, False)

    def test_tells_the_worst_of_several(self) -> None:
        """Among several recipients the final failure is told, wherever it stands."""
        found = report(
            ("a@acme.example", "delivered", "2.0.0"),
            ("b@acme.example", "failed", "4.2.2"),
            ("c@acme.example", "failed", "5.1.1"),
            ("d@acme.example", "delayed", "4.4.1"),
        )
        told = (found.dsn_status, found.dsn_recipient, found.dsn_failed)
        assert told == ("5.1.1", "c@acme.example", True)
