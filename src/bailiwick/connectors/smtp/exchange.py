"""One SMTP exchange, and what may be concluded from the way it ended (reliability, section 4).

The line is the first byte of the body: before it nothing can have been sent, after it only the
server's own answer tells. A refusal before MAIL FROM is about us, not about this mail, so it is put
off rather than final. The whole exchange has one deadline; a watchdog cuts the connection,
because timeouts of single reads would let a slow server stretch it for ever.
"""

import contextlib
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from bailiwick.connectors.smtp.endpoint import Security, SmtpEndpoint
from bailiwick.domain.receipt import Outcome

GOODBYE_SECONDS_MAX: Final = 1.0  # ours: the mail is accepted; a slow QUIT may not cost more
_READY: Final = 354
_DONE: Final = 250
_RETRY_FROM: Final = 400
_FINAL_FROM: Final = 500
_FINAL_UPTO: Final = 600


class Phase(IntEnum):
    """How far an exchange came."""

    CONNECT = 0
    GREETING = 1
    ENVELOPE = 2
    BODY = 3
    """The first body byte may have left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an exchange ended: codes and phases, never the server's words (they quote addresses)."""

    outcome: Outcome
    reason: str


class _Stopped(Exception):
    """The exchange ends here with this ending."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.reason)
        self.ending = ending


class Watchdog:
    """Cuts a socket at a deadline; may be told to hurry from another thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self._until = 0.0
        self.fired = False

    def watch(self, sock: socket.socket, seconds: float) -> None:
        """Start to guard a connection."""
        with self._lock:
            self.fired = False
            self._socket = sock
            self._arm(seconds)

    def hurry(self, seconds: float) -> None:
        """Bring the deadline forward; later than it is has no effect, nor without a connection."""
        with self._lock:
            if self._socket is not None and self._monotonic() + seconds < self._until:
                self._arm(seconds)

    def _arm(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._until = self._monotonic() + seconds
        self._timer = threading.Timer(max(0.0, seconds), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def follow(self, sock: socket.socket) -> None:
        """Guard the TLS socket that has taken the place of the plain one."""
        with self._lock:
            self._socket = sock

    def release(self) -> None:
        """Stop guarding."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = self._socket = None

    def _cut(self) -> None:
        with self._lock:
            if self._socket is None:
                return
            self.fired = True
            # The plain method on purpose: SSLSocket.shutdown drops to clear text before it cuts.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class Exchange:
    """Hands one message to one server."""

    def __init__(
        self,
        endpoint: SmtpEndpoint,
        *,
        tls: ssl.SSLContext,
        monotonic: Callable[[], float],
        watchdog: Watchdog,
        hello_name: str,
    ) -> None:
        self._hello_name = hello_name
        self._endpoint = endpoint
        self._tls = tls
        self._monotonic = monotonic
        self._watchdog = watchdog
        self._phase = Phase.CONNECT
        self._until = monotonic() + endpoint.seconds_max

    def hand_over(self, message: bytes, *, sender: str, recipient: str) -> Ending:
        """Send a message and say what is known afterwards; never raises for the network."""
        try:
            with contextlib.closing(smtplib.SMTP(local_hostname=self._hello_name)) as server:
                self._connect(server)
                self._greet(server)
                self._envelope(server, sender=sender, recipient=recipient)
                ending = self._body(server, message)
                self._watchdog.hurry(GOODBYE_SECONDS_MAX)
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    server.quit()
                return ending
        except _Stopped as stop:
            return stop.ending
        except (smtplib.SMTPException, OSError, ValueError) as fault:
            return self._broken(fault)
        finally:
            self._watchdog.release()

    def _connect(self, server: smtplib.SMTP) -> None:
        point = self._endpoint
        server.sock = socket.create_connection((point.host, point.port), timeout=self._left())
        self._phase = Phase.GREETING
        self._watchdog.watch(server.sock, self._left())
        if point.security is Security.IMPLICIT:
            self._protect(server)
        code, _ = server.getreply()
        if code != 220:  # noqa: PLR2004 - RFC 5321, 4.2: service ready
            raise _Stopped(_retry(f"greeted with {code}"))

    def _protect(self, server: smtplib.SMTP) -> None:
        """Put TLS under the conversation and forget what was said before it (RFC 3207, 4.2)."""
        plain = _socket_of(server)
        sock = self._tls.wrap_socket(
            plain, server_hostname=self._endpoint.host, do_handshake_on_connect=False
        )
        server.sock = sock
        self._watchdog.follow(sock)  # before the handshake: it may be slow too
        sock.do_handshake()
        server.file = None
        server.helo_resp = server.ehlo_resp = None
        server.esmtp_features = {}
        server.does_esmtp = False

    def _greet(self, server: smtplib.SMTP) -> None:
        point = self._endpoint
        server.ehlo_or_helo_if_needed()
        protected = point.security is Security.IMPLICIT
        if not protected and server.has_extn("starttls"):
            code, _ = server.docmd("STARTTLS")
            if code != 220:  # noqa: PLR2004 - RFC 3207, 4: ready to start TLS
                raise _Stopped(_retry(f"STARTTLS answered with {code}"))
            self._protect(server)
            server.ehlo_or_helo_if_needed()
            protected = True
        if not protected and point.security is Security.REQUIRED:
            raise _Stopped(_retry("the server does not offer STARTTLS, which is required"))
        if point.username:
            if not protected and not point.loopback:
                raise _Stopped(_retry("no TLS: the password would cross the network in clear"))
            self._sign_in(server)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        try:
            server.login(self._endpoint.username, self._endpoint.password)
        except smtplib.SMTPAuthenticationError as fault:
            # Wrong credentials are ours to repair: the mail is kept for another attempt.
            raise _Stopped(_retry(f"sign-in refused with {fault.smtp_code}")) from fault

    def _envelope(self, server: smtplib.SMTP, *, sender: str, recipient: str) -> None:
        self._phase = Phase.ENVELOPE
        for name, (code, _) in (
            ("MAIL FROM", server.mail(sender)),
            ("RCPT TO", server.rcpt(recipient)),
        ):
            if code not in {_DONE, 251}:
                raise _Stopped(_answer(code, name))
        code, _ = server.docmd("DATA")
        if code != _READY:
            raise _Stopped(_answer(code, "DATA"))
        if self._monotonic() >= self._until:
            raise _Stopped(_retry("the deadline passed before the body was sent"))

    def _body(self, server: smtplib.SMTP, message: bytes) -> Ending:
        self._phase = Phase.BODY
        server.send(stuffed(message))
        code, _ = server.getreply()
        if code == _DONE:
            return Ending(outcome=Outcome.DONE, reason="")
        if _RETRY_FROM <= code < _FINAL_UPTO:
            return _answer(code, "end of DATA")
        return Ending(outcome=Outcome.UNKNOWN, reason=f"unreadable answer {code} after the body")

    def _broken(self, fault: Exception) -> Ending:
        kind = "the deadline passed" if self._watchdog.fired else type(fault).__name__
        if self._phase < Phase.BODY:
            return _retry(f"{kind} in phase {self._phase.name.lower()}, before the body")
        return Ending(outcome=Outcome.UNKNOWN, reason=f"{kind} after the first body byte")

    def _left(self) -> float:
        # A timeout of zero would mean "do not block": what is left is at least a tick.
        return max(0.001, self._until - self._monotonic())


def stuffed(message: bytes) -> bytes:
    """Return the DATA block: every line ends in CRLF, leading dots doubled, then the lone dot.

    Bare CR or LF would let a lenient server see an end of data that a strict one does not (SMTP
    smuggling); our messages hold none, which is asserted.
    """
    assert b"\0" not in message, "a composed message is text"
    lines = message.split(b"\r\n")
    assert all(b"\r" not in line and b"\n" not in line for line in lines), "line ends are CRLF"
    assert lines[-1] == b"", "a composed message ends with CRLF"
    dotted = [b"." + line if line.startswith(b".") else line for line in lines]
    return b"\r\n".join(dotted) + b".\r\n"


def _answer(code: int, where: str) -> Ending:
    """Read a refusal that came as a reply code."""
    if _FINAL_FROM <= code < _FINAL_UPTO:
        return Ending(outcome=Outcome.NOT_DONE_FINAL, reason=f"refused with {code} at {where}")
    return _retry(f"put off with {code} at {where}")


def _retry(reason: str) -> Ending:
    return Ending(outcome=Outcome.NOT_DONE_RETRY, reason=reason)


def _socket_of(server: smtplib.SMTP) -> socket.socket:
    assert server.sock is not None, "a connected server has a socket"
    return server.sock
