import asyncio
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes
from ipaddress import ip_address

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bailiwick.connectors.smtp.compose import ComposeSettings, message_id
from bailiwick.connectors.smtp.dkim import DkimKey
from bailiwick.connectors.smtp.endpoint import Security, SmtpEndpoint
from bailiwick.connectors.smtp.exchange import stuffed
from bailiwick.connectors.smtp.writer import Filing, SentCopies, SmtpMailWriter
from bailiwick.domain.action import Action
from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import StepId
from bailiwick.domain.outbound import OutboundMail, Purpose
from bailiwick.domain.receipt import Outcome, Receipt
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.hashing import canonical_bytes, digest_bytes
from bailiwick.policy.gate import pass_gate
from bailiwick.policy.permit import Permit
from bailiwick.policy.verdict import Allowed

KEY = "ab" * 32
SETTINGS = ComposeSettings(domain="bailiwick.example", unsubscribe_secret=b"s" * 32)
REFERENCE = message_id(KEY, domain=SETTINGS.domain)
MAIL = OutboundMail(
    to_address="ada@customer.example",
    to_name="Ada Lovelace",
    from_address="sales@bailiwick.example",
    from_name="Sales",
    subject="Your question",
    text="Dear Ada,\n.\n..\nbye\n",
    purpose=Purpose.SERVICE,
    language="en",
)


def payload_of(mail: OutboundMail, action: Action = Action.SEND_MESSAGE) -> bytes:
    args = {"contact_id": "con_1", "mail": mail.to_args()}
    return canonical_bytes({"action": action.value, "args": args})


def permit_for(payload: bytes) -> Permit:
    permit = pass_gate(
        Allowed(rules=(), rulebook_hash="r" * 64),
        step_id=StepId("run_1.0"),
        payload_hash=digest_bytes(payload),
        effect_key=KEY,
    )
    assert permit is not None
    return permit


@dataclass
class Sink:
    """A mail server's handler that keeps what it accepts and misbehaves when told."""

    rcpt_reply: str = "250 OK"
    data_reply: str = "250 OK"
    abort_at: str = ""
    hang_at: str = ""
    delivered: list[bytes] = field(default_factory=list[bytes])
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list[tuple[str, list[str]]])
    protected: list[bool] = field(default_factory=list[bool])

    async def _misbehave(self, server: SMTP, stage: str) -> None:
        if self.abort_at == stage:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if self.hang_at == stage:
            await asyncio.sleep(3)

    async def handle_MAIL(  # noqa: N802, PLR0917 - aiosmtpd's signature
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del session
        await self._misbehave(server, "mail")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802, PLR0917 - aiosmtpd's signature
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if self.rcpt_reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.data_reply.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.delivered.append(envelope.content)
            self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
            self.protected.append(session.ssl is not None)
        await self._misbehave(server, "data")
        return self.data_reply


def sign_in(  # noqa: PLR0917 - aiosmtpd's signature
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    del server, session, envelope, mechanism
    assert isinstance(data, LoginPassword)
    good = (data.login, data.password) == (b"user", b"p@ss:word")
    return AuthResult(success=good, handled=good)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Certificate:
    ca_file: str
    server: ssl.SSLContext


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for 127.0.0.1, valid for a day."""
    folder = tmp_path_factory.mktemp("tls")
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = SystemClock().now()
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    chain = built.public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "ca.pem").write_bytes(chain)
    (folder / "both.pem").write_bytes(private + chain)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return Certificate(ca_file=str(folder / "ca.pem"), server=context)


Start = Callable[..., SmtpEndpoint]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a real mail server around a sink and return where it listens."""
    running: list[Controller] = []

    def started(sink: Sink, **options: object) -> SmtpEndpoint:
        controller = Controller(sink, hostname="127.0.0.1", port=free_port(), **options)  # pyright: ignore[reportArgumentType] - aiosmtpd's options are passed on
        controller.start()
        running.append(controller)
        return SmtpEndpoint(host="127.0.0.1", port=int(controller.port or 0), seconds_max=5)

    yield started
    for controller in running:
        controller.stop()


@dataclass
class Script:
    """What a raw server says at each stage; None resets the connection there."""

    greeting: bytes | None = b"220 ready\r\n"
    hello: bytes | None = b"250 ok\r\n"
    mail: bytes | None = b"250 ok\r\n"
    rcpt: bytes | None = b"250 ok\r\n"
    data: bytes | None = b"354 go\r\n"
    end: bytes | None = b"250 ok\r\n"
    drip_at: str = ""
    """Where one byte is sent every twentieth of a second, without an end."""
    reads_body: bool = True
    received: bytes = b""


class RawServer:
    """A server on a plain socket, for what no decent server does; takes one connection."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        self.port = int(self._listener.getsockname()[1])

    def _serve(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as lines:
            connection.settimeout(5)
            try:
                going = self._say(connection, "greeting")
                for stage in ("hello", "mail", "rcpt", "data"):
                    going = going and bool(lines.readline()) and self._say(connection, stage)
                while going and self._script.reads_body:
                    line = lines.readline()
                    self._script.received += line
                    going = bool(line) and line != b".\r\n"
                self._say(connection, "end")
                lines.readline()
            except OSError:
                return

    def _say(self, connection: socket.socket, stage: str) -> bool:
        while self._script.drip_at == stage and not self._done.wait(0.05):
            connection.sendall(b"2")
        words = getattr(self._script, stage)
        if words is None:
            # Linger zero turns the close into a reset.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(connection.detach())
            return False
        connection.sendall(words)
        return True

    def close(self) -> None:
        self._done.set()
        self._listener.close()
        self._thread.join(timeout=5)


@pytest.fixture
def start_raw() -> Iterator[Start]:
    """Start a raw server for a script and return where it listens."""
    running: list[RawServer] = []

    def started(script: Script, seconds_max: float = 2) -> SmtpEndpoint:
        running.append(RawServer(script))
        return SmtpEndpoint(host="127.0.0.1", port=running[-1].port, seconds_max=seconds_max)

    yield started
    for server in running:
        server.close()


def writer_for(
    endpoint: SmtpEndpoint,
    *,
    headers: ComposeSettings = SETTINGS,
    sent: SentCopies | None = None,
    key: DkimKey | None = None,
) -> SmtpMailWriter:
    return SmtpMailWriter(endpoint, headers=headers, clock=SystemClock(), sent=sent, dkim=key)


def sent_over(writer: SmtpMailWriter, mail: OutboundMail = MAIL) -> Receipt:
    payload = payload_of(mail)
    return writer.send(payload, permit=permit_for(payload))


class TestASentMail:
    def test_arrives_as_composed(self, start: Start) -> None:
        """A 250 after the body is `done`; the mail arrived once, byte for byte, to one address."""
        sink = Sink()
        receipt = sent_over(writer_for(start(sink)))
        assert (receipt.outcome, receipt.reason) == (Outcome.DONE, "")
        assert receipt.provider_ref == REFERENCE
        assert receipt.payload_hash == digest_bytes(payload_of(MAIL))
        assert sink.envelopes == [("sales@bailiwick.example", ["ada@customer.example"])]
        message = message_from_bytes(sink.delivered[0])
        assert message["Message-ID"] == REFERENCE
        body = message.get_payload(decode=True)
        assert isinstance(body, bytes)
        assert body.decode().replace("\r\n", "\n") == MAIL.text

    def test_carries_its_return_path_and_signature(self, start: Start) -> None:
        """VERP shows on the envelope and the DKIM signature on top of the message."""
        sink = Sink()
        key = DkimKey(
            domain="bailiwick.example", selector="s", private=Ed25519PrivateKey.generate()
        )
        sent_over(writer_for(start(sink), headers=replace(SETTINGS, verp=True), key=key))
        assert sink.envelopes[0][0] == f"sales+b-{KEY[:24]}@bailiwick.example"
        assert "DKIM-Signature: v=1;" in sink.delivered[0].decode()

    def test_is_the_permitted_one(self, start: Start) -> None:
        """Another payload than the permit names is a bug: nothing is sent."""
        sink = Sink()
        writer = writer_for(start(sink))
        other = payload_of(replace(MAIL, subject="Another"))
        with pytest.raises(AssertionError, match="not the permitted one"):
            writer.send(payload_of(MAIL), permit=permit_for(other))
        assert sink.delivered == []

    def test_may_be_one_of_many(self, start: Start) -> None:
        """One writer sends one mail after another."""
        sink = Sink()
        writer = writer_for(start(sink))
        assert {sent_over(writer).outcome for _ in range(3)} == {Outcome.DONE}
        assert len(sink.delivered) == 3


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


class TestAMailThatCannotBeWritten:
    @pytest.mark.parametrize(
        "payload",
        [
            payload_of(replace(MAIL, subject="a\r\nBcc: x@evil.test")),
            payload_of(replace(MAIL, to_address="a@x.example,b@evil.test")),
            payload_of(MAIL, Action.CREATE_TASK),
            canonical_bytes({"action": "send_message", "args": {}}),
            canonical_bytes([]),
        ],
    )
    def test_is_refused_without_a_connection(self, payload: bytes) -> None:
        """A payload that is no sound mail is a dead letter, told in a receipt."""
        writer = writer_for(SmtpEndpoint(host="nowhere.invalid", port=25))
        receipt = writer.send(payload, permit=permit_for(payload))
        assert receipt.outcome is Outcome.NOT_DONE_FINAL
        assert "evil" not in receipt.reason


@dataclass
class Folder:
    """A Sent folder in memory."""

    mails: dict[str, bytes] = field(default_factory=dict[str, bytes])
    broken: bool = False

    def find_by_message_id(self, rfc_message_id: str) -> bool | None:
        return None if self.broken else rfc_message_id in self.mails

    def append_sent(self, raw: bytes, *, rfc_message_id: str) -> bool:
        if self.broken:
            message = "the mailbox is gone"
            raise PortFault(message)
        self.mails[rfc_message_id] = raw
        return True


class TestTheCopyInSent:
    def test_is_filed_when_that_is_ours(self, start: Start) -> None:
        """After the server's yes the very bytes that went out are filed."""
        sink, folder = Sink(), Folder()
        writer = writer_for(start(sink), sent=SentCopies(folder=folder, filing=Filing.OURS))
        sent_over(writer)
        assert folder.mails[REFERENCE] == sink.delivered[0]
        assert writer.was_sent(KEY) is True

    def test_never_unsends_the_mail(self, start: Start) -> None:
        """A folder that fails is told in the receipt; the mail stays sent."""
        sent = SentCopies(folder=Folder(broken=True), filing=Filing.OURS)
        receipt = sent_over(writer_for(start(Sink()), sent=sent))
        assert receipt.outcome is Outcome.DONE
        assert "not filed" in receipt.reason

    def test_is_left_to_a_provider_that_files_itself(self, start: Start) -> None:
        """Where the provider files, we add nothing."""
        folder = Folder()
        sent_over(writer_for(start(Sink()), sent=SentCopies(folder=folder, filing=Filing.PROVIDER)))
        assert folder.mails == {}

    def test_is_not_filed_when_nothing_was_sent(self, start: Start) -> None:
        """A refused mail leaves no copy."""
        folder = Folder()
        sent = SentCopies(folder=folder, filing=Filing.OURS)
        sent_over(writer_for(start(Sink(rcpt_reply="550 no")), sent=sent))
        assert folder.mails == {}


class TestALookUp:
    def test_proves_absence_only_where_the_provider_files(self) -> None:
        """Not in Sent means not sent if the provider files; if we file, we may have died before."""
        point = SmtpEndpoint(host="127.0.0.1", port=25)
        for filing, answer in ((Filing.PROVIDER, False), (Filing.OURS, None)):
            sent = SentCopies(folder=Folder(), filing=filing)
            assert writer_for(point, sent=sent).was_sent(KEY) is answer

    def test_knows_nothing_without_a_folder_or_an_answer(self) -> None:
        """No folder, or one that cannot be asked, is not an absence."""
        point = SmtpEndpoint(host="127.0.0.1", port=25)
        sent = SentCopies(folder=Folder(broken=True), filing=Filing.PROVIDER)
        assert writer_for(point).was_sent(KEY) is None
        assert writer_for(point, sent=sent).was_sent(KEY) is None


class TestTheDataBlock:
    def test_doubles_dots_and_ends_once(self) -> None:
        """A line that starts with a dot is doubled, and the only lone dot is the last."""
        assert stuffed(b"a\r\n.\r\n..b\r\n") == b"a\r\n..\r\n...b\r\n.\r\n"

    @pytest.mark.parametrize("bad", [b"a\n.\n\r\n", b"a\r.\r\r\n", b"a\0\r\n", b"no end"])
    def test_holds_no_bare_line_end(self, bad: bytes) -> None:
        """Bytes by which a lenient server would see two mails are a bug, not a message."""
        with pytest.raises(AssertionError):
            stuffed(bad)
