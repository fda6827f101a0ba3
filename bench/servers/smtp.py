"""Mail servers on loopback that take, refuse, stall, drip or cut off, as real ones do."""

import asyncio
import os
import socket
import ssl
import struct
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bailiwick.connectors.smtp.endpoint import SmtpEndpoint
from bailiwick.kit.clock import SystemClock


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
        """Take the sender."""
        del session
        await self._misbehave(server, "mail")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802, PLR0917 - aiosmtpd's signature
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse the recipient."""
        del server, session, options
        if self.rcpt_reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take or refuse the mail."""
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
    """Know one user."""
    del server, session, envelope, mechanism
    assert isinstance(data, LoginPassword)
    good = (data.login, data.password) == (b"user", b"p@ss:word")
    return AuthResult(success=good, handled=good)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Certificate:
    """A server's context and the file by which a client trusts it."""

    ca_file: str
    server: ssl.SSLContext


def certificate_in(folder: Path) -> Certificate:
    """Make a certificate for 127.0.0.1, valid for a day."""
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


@contextmanager
def serving(sink: Sink, **options: object) -> Generator[SmtpEndpoint]:
    """Run a real mail server around a sink and tell where it listens."""
    controller = Controller(sink, hostname="127.0.0.1", port=free_port(), **options)  # pyright: ignore[reportArgumentType] - aiosmtpd's options are passed on
    controller.start()
    try:
        yield SmtpEndpoint(host="127.0.0.1", port=int(controller.port or 0), seconds_max=5)
    finally:
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
        """Stop."""
        self._done.set()
        self._listener.close()
        self._thread.join(timeout=5)


@contextmanager
def serving_raw(script: Script, seconds_max: float = 2) -> Generator[SmtpEndpoint]:
    """Run a raw server for a script and tell where it listens."""
    server = RawServer(script)
    try:
        yield SmtpEndpoint(host="127.0.0.1", port=server.port, seconds_max=seconds_max)
    finally:
        server.close()
