import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from bench.servers.smtp import (
    Certificate,
    Script,
    Sink,
    certificate_in,
    free_port,
    serving_raw,
    sign_in,
)
from tests.connectors.smtp.outgoing import (
    Start,
    sent_over,
    writer_for,
)

from bailiwick.connectors.smtp.endpoint import Security, SmtpEndpoint
from bailiwick.connectors.smtp.exchange import stuffed
from bailiwick.domain.receipt import Outcome
from bailiwick.kit.clock import SystemClock


@pytest.fixture
def start_raw() -> Iterator[Start]:
    """Start a raw server for a script and return where it listens."""
    with ExitStack() as stack:

        def started(script: Script, seconds_max: float = 2) -> SmtpEndpoint:
            return stack.enter_context(serving_raw(script, seconds_max))

        yield started


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_in(tmp_path_factory.mktemp("tls"))


class TestTls:
    def test_is_taken_when_offered(self, start: Start, certificate: Certificate) -> None:
        """A server that offers STARTTLS gets the mail under TLS."""
        sink = Sink()
        point = start(sink, tls_context=certificate.server, require_starttls=True)
        receipt = sent_over(writer_for(replace(point, ca_file=certificate.ca_file)))
        assert receipt.outcome is Outcome.DONE
        assert sink.protected == [True]

    def test_works_from_the_first_byte(self, start: Start, certificate: Certificate) -> None:
        """A smtps server gets the mail under TLS."""
        sink = Sink()
        point = start(sink, ssl_context=certificate.server)
        point = replace(point, security=Security.IMPLICIT, ca_file=certificate.ca_file)
        assert sent_over(writer_for(point)).outcome is Outcome.DONE

    def test_is_demanded_where_required(self, start: Start) -> None:
        """A server without STARTTLS gets nothing when it is required; the mail waits."""
        sink = Sink()
        receipt = sent_over(writer_for(replace(start(sink), security=Security.REQUIRED)))
        assert receipt.outcome is Outcome.NOT_DONE_RETRY
        assert "STARTTLS" in receipt.reason
        assert sink.delivered == []

    @pytest.mark.parametrize("security", [Security.OFFERED, Security.IMPLICIT])
    def test_refuses_an_unknown_certificate(
        self, start: Start, certificate: Certificate, security: Security
    ) -> None:
        """A certificate that nobody vouches for gets nothing, not even in clear."""
        sink = Sink()
        option = "ssl_context" if security is Security.IMPLICIT else "tls_context"
        point = start(sink, **{option: certificate.server})
        receipt = sent_over(writer_for(replace(point, security=security)))
        assert receipt.outcome is Outcome.NOT_DONE_RETRY
        assert "SSL" in receipt.reason
        assert sink.delivered == []


class TestSignIn:
    def test_works_with_the_right_password(self, start: Start, certificate: Certificate) -> None:
        """The credentials of the URL open the server."""
        sink = Sink()
        point = start(
            sink, tls_context=certificate.server, authenticator=sign_in, auth_required=True
        )
        point = replace(point, ca_file=certificate.ca_file, username="user", password="p@ss:word")
        assert sent_over(writer_for(point)).outcome is Outcome.DONE

    def test_keeps_the_mail_when_the_password_is_wrong(
        self, start: Start, certificate: Certificate
    ) -> None:
        """Wrong credentials are ours to repair: not done, tried again, password not shown."""
        sink = Sink()
        point = start(sink, tls_context=certificate.server, authenticator=sign_in)
        point = replace(point, ca_file=certificate.ca_file, username="user", password="wr0ng")
        receipt = sent_over(writer_for(point))
        assert receipt.outcome is Outcome.NOT_DONE_RETRY
        assert receipt.reason == "sign-in refused with 535"

    def test_never_crosses_the_network_in_clear(self, start: Start) -> None:
        """Without TLS a password goes to a loopback address, and to no other."""
        sink = Sink()
        point = start(sink, authenticator=sign_in, auth_require_tls=False)
        point = replace(point, username="user", password="p@ss:word")
        assert sent_over(writer_for(point)).outcome is Outcome.DONE
        # Linux connects 0.0.0.0 to itself, yet it is no loopback address.
        receipt = sent_over(writer_for(replace(point, host="0.0.0.0")))  # noqa: S104 - not a listener
        assert receipt.outcome is Outcome.NOT_DONE_RETRY
        assert "in clear" in receipt.reason
        assert len(sink.delivered) == 1


class TestARefusal:
    @pytest.mark.parametrize(
        ("sink", "outcome", "reason"),
        [
            (Sink(rcpt_reply="550 5.1.1 no such user"), Outcome.NOT_DONE_FINAL, "550 at RCPT TO"),
            (Sink(rcpt_reply="451 4.7.1 later"), Outcome.NOT_DONE_RETRY, "451 at RCPT TO"),
            (Sink(data_reply="554 5.6.0 bad"), Outcome.NOT_DONE_FINAL, "554 at end of DATA"),
            (Sink(data_reply="452 4.3.1 full"), Outcome.NOT_DONE_RETRY, "452 at end of DATA"),
        ],
    )
    def test_is_final_or_not_by_its_code(
        self, start: Start, sink: Sink, outcome: Outcome, reason: str
    ) -> None:
        """5xx ends it, 4xx waits; the reason holds the code and no word of the server."""
        receipt = sent_over(writer_for(start(sink)))
        assert receipt.outcome is outcome
        assert receipt.reason.endswith(reason)
        assert "ada" not in receipt.reason

    @pytest.mark.parametrize(
        ("script", "outcome"),
        [
            (Script(greeting=b"554 go away\r\n"), Outcome.NOT_DONE_RETRY),
            (Script(hello=b"550 no\r\n"), Outcome.NOT_DONE_RETRY),
            (Script(mail=b"530 sign in\r\n"), Outcome.NOT_DONE_FINAL),
            (Script(data=b"451 later\r\n"), Outcome.NOT_DONE_RETRY),
            (Script(data=b"554 never\r\n"), Outcome.NOT_DONE_FINAL),
            (Script(greeting=b"garbage\r\n"), Outcome.NOT_DONE_RETRY),
            (Script(greeting=b"2" * 10_000), Outcome.NOT_DONE_RETRY),
        ],
    )
    def test_before_the_body_is_certain(
        self, start_raw: Start, script: Script, outcome: Outcome
    ) -> None:
        """Whatever is said before the body, nothing was sent."""
        assert sent_over(writer_for(start_raw(script))).outcome is outcome
        assert script.received == b""


class TestALostConnection:
    @pytest.mark.parametrize(
        "script",
        [
            Script(greeting=None),
            Script(hello=None),
            Script(mail=None),
            Script(rcpt=None),
            Script(data=None),
        ],
    )
    def test_before_the_body_means_not_done(self, start_raw: Start, script: Script) -> None:
        """A reset before the body leaves no doubt."""
        assert sent_over(writer_for(start_raw(script))).outcome is Outcome.NOT_DONE_RETRY

    def test_means_not_done_when_nobody_listens(self) -> None:
        """A refused connection and an unknown host leave no doubt."""
        for host, port in (("127.0.0.1", free_port()), ("nowhere.invalid", 25)):
            receipt = sent_over(writer_for(SmtpEndpoint(host=host, port=port, seconds_max=5)))
            assert receipt.outcome is Outcome.NOT_DONE_RETRY
            assert "phase connect" in receipt.reason

    @pytest.mark.parametrize(
        "script",
        [
            Script(end=None),
            Script(end=None, reads_body=False),
            Script(end=b"perhaps\r\n"),
            Script(end=b"354 more?\r\n"),
        ],
    )
    def test_after_the_body_began_means_unknown(self, start_raw: Start, script: Script) -> None:
        """From the first body byte on only a clear answer settles it."""
        assert sent_over(writer_for(start_raw(script))).outcome is Outcome.UNKNOWN

    def test_is_unknown_although_the_mail_arrived(self, start: Start) -> None:
        """Accepted and then cut off: the mail is there, and we do not claim to know."""
        sink = Sink(abort_at="data")
        assert sent_over(writer_for(start(sink))).outcome is Outcome.UNKNOWN
        assert len(sink.delivered) == 1


class TestTheDeadline:
    def test_cuts_a_silent_server_before_the_body(self, start: Start) -> None:
        """Silence at MAIL ends at the deadline: not done."""
        point = replace(start(Sink(hang_at="mail")), seconds_max=0.3)
        assert sent_over(writer_for(point)).outcome is Outcome.NOT_DONE_RETRY

    def test_leaves_doubt_after_the_body(self, start: Start) -> None:
        """Silence after the final dot ends at the deadline: unknown."""
        sink = Sink(hang_at="data")
        point = replace(start(sink), seconds_max=0.3)
        assert sent_over(writer_for(point)).outcome is Outcome.UNKNOWN
        assert len(sink.delivered) == 1

    @pytest.mark.parametrize("stage", ["greeting", "hello", "data"])
    def test_is_not_stretched_by_a_dripping_server(self, start_raw: Start, stage: str) -> None:
        """A byte now and then does not keep a connection alive beyond the deadline."""
        began = SystemClock().monotonic()
        receipt = sent_over(writer_for(start_raw(Script(drip_at=stage), seconds_max=0.4)))
        assert receipt.outcome is Outcome.NOT_DONE_RETRY
        assert SystemClock().monotonic() - began < 1.5

    def test_can_be_brought_forward(self, start: Start) -> None:
        """A worker that must stop cuts the send under way; the doubt is told, not hidden."""
        writer = writer_for(start(Sink(hang_at="data")))
        hurried = threading.Timer(0.2, writer.hurry, args=(0.0,))
        hurried.start()
        began = SystemClock().monotonic()
        assert sent_over(writer).outcome is Outcome.UNKNOWN
        assert SystemClock().monotonic() - began < 2
        hurried.join()


class TestTheDataBlock:
    def test_doubles_dots_and_ends_once(self) -> None:
        """A line that starts with a dot is doubled, and the only lone dot is the last."""
        assert stuffed(b"a\r\n.\r\n..b\r\n") == b"a\r\n..\r\n...b\r\n.\r\n"

    @pytest.mark.parametrize("bad", [b"a\n.\n\r\n", b"a\r.\r\r\n", b"a\0\r\n", b"no end"])
    def test_holds_no_bare_line_end(self, bad: bytes) -> None:
        """Bytes by which a lenient server would see two mails are a bug, not a message."""
        with pytest.raises(AssertionError):
            stuffed(bad)
