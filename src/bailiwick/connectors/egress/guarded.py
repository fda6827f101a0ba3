"""The guarded client: looks a name up once and connects to the very address that it checked.

No second look-up can lead elsewhere, because there is none (security T11).
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

import httpcore2

from bailiwick.connectors.egress.target import Target, read_target
from bailiwick.domain.public_address import is_public
from bailiwick.ports.egress import (
    ANSWER_BYTES_MAX,
    SECONDS_MAX,
    Answered,
    Blocked,
    Outgoing,
    Result,
    Unreached,
)

CONNECT_SECONDS: Final = 5.0  # ours
LATE_SECONDS: Final = 1.0  # ours: so much after its time an exchange is cut, whatever drips
RETRY_AFTER_DIGITS_MAX: Final = 9  # ours: more are no number of seconds
RETRY_AFTER_SECONDS_MAX: Final = 86_400  # ours: no answer puts a delivery off for longer
ADDRESSES_COUNT_MAX: Final = 32  # ours: a name with more answers is no endpoint

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host; raises OSError when it has none."""


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedEgress:
    """Implements `ports.egress.Egress` over HTTP/1.1."""

    def __init__(
        self,
        *,
        allowed: frozenset[str] = frozenset(),
        find: Resolve = resolve,
        trust: ssl.SSLContext | None = None,
        network: httpcore2.NetworkBackend | None = None,
    ) -> None:
        self._allowed = allowed
        self._find = find
        self._trust = trust
        self._network = network or httpcore2.SyncBackend()

    def check(self, url: str) -> Blocked | None:
        """Say why a URL can never be sent to, without looking anything up; None when it may be."""
        target = read_target(url, allowed=self._allowed)
        if isinstance(target, str):
            return Blocked(reason=target)
        literal = target.host.replace(":", "").replace(".", "").isdigit() or ":" in target.host
        if literal and target.name not in self._allowed and not is_public(target.host):
            return Blocked(reason=f"{target.host} is not a public address")
        return None

    def send(self, request: Outgoing, *, seconds_max: float = SECONDS_MAX) -> Result:
        """Send one request and return what became of it; never raises for what a network does."""
        target = read_target(request.url, allowed=self._allowed)
        if isinstance(target, str):
            return Blocked(reason=target)
        try:
            addresses = self._find(target.host, target.port)
        except (OSError, UnicodeError):
            return Unreached(reason=f"the name {target.host!r} has no address", sent=False)
        refused = self._refused(target, addresses)
        if refused is not None:
            return refused
        cut = _Cut(seconds_max + LATE_SECONDS)
        pinned = _Pinned(addresses[0], self._network, cut)
        try:
            return _exchange(request, target, pinned, trust=self._trust, seconds_max=seconds_max)
        finally:
            cut.close()

    def _refused(self, target: Target, addresses: Sequence[str]) -> Blocked | Unreached | None:
        if not addresses:
            return Unreached(reason=f"the name {target.host!r} has no address", sent=False)
        if len(addresses) > ADDRESSES_COUNT_MAX:
            return Blocked(reason=f"{target.host!r} has more than {ADDRESSES_COUNT_MAX} addresses")
        if target.name in self._allowed or all(map(is_public, addresses)):
            return None
        return Blocked(reason=f"{target.host!r} leads to an address that is not public")


class _Pinned(httpcore2.NetworkBackend):
    """Opens connections to one address, whatever name is asked for."""

    def __init__(self, address: str, network: httpcore2.NetworkBackend, cut: "_Cut") -> None:
        self._address = address
        self._network = network
        self._cut = cut
        self.connected = False

    def connect_tcp(  # noqa: PLR0917 - the interface of the library
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: "Iterable[httpcore2.SOCKET_OPTION] | None" = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the address that was checked."""
        del host
        stream = self._network.connect_tcp(
            self._address, port, timeout, local_address, socket_options
        )
        self.connected = True
        line: object = stream.get_extra_info("socket")
        if isinstance(line, socket.socket):
            self._cut.hold(line)
        return stream


class _Cut:
    """Ends a connection at its time: the library's limits are for one read, and begin anew at each.

    Who sends a byte now and then, in a handshake or in headers, could else hold a worker for days.
    """

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._line: socket.socket | None = None

    def hold(self, line: socket.socket) -> None:
        """Watch this connection from now on."""
        self._line = line.dup()  # TLS takes the descriptor away from the socket that we are given
        self._timer.start()

    def close(self) -> None:
        """Watch no longer."""
        self._timer.cancel()
        if self._line is not None:
            if self._timer.is_alive():
                self._timer.join()
            self._line.close()

    def _end(self) -> None:
        assert self._line is not None, "the clock runs from hold on"
        with suppress(OSError):  # the other side was faster
            self._line.shutdown(socket.SHUT_RDWR)


def _exchange(
    request: Outgoing,
    target: Target,
    pinned: _Pinned,
    *,
    trust: ssl.SSLContext | None,
    seconds_max: float,
) -> Result:
    began = monotonic()
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=trust, network_backend=pinned) as pool,
            pool.stream(
                request.method,
                httpcore2.URL(
                    scheme=target.scheme,
                    host=target.host,
                    port=target.port,
                    target=target.path,
                ),
                headers=_headers(request, target),
                content=request.body,
                extensions={"timeout": _timeouts(seconds_max)},
            ) as response,
        ):
            return Answered(
                status=response.status,
                body=_first(response, until=began + seconds_max),
                retry_after_seconds=_retry_after(response),
            )
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.UnsupportedProtocol) as e:
        reason = f"no connection to {target.host!r}: {_why(e)}"
        return Unreached(reason=reason, sent=False)
    except (
        httpcore2.TimeoutException,
        httpcore2.NetworkError,
        httpcore2.ProtocolError,
        ssl.SSLError,
        OSError,
    ) as e:
        reason = f"no answer from {target.host!r}: {type(e).__name__}"
        return Unreached(reason=reason, sent=pinned.connected)


def _why(error: Exception) -> str:
    """Say what went wrong; of a certificate what OpenSSL says of it, which holds nothing foreign.

    Its words name the host that was asked for, never one that the other side presents.
    """
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {cause.verify_message.rstrip('.')}"
    return type(error).__name__


def _headers(request: Outgoing, target: Target) -> list[tuple[str, str]]:
    host = f"[{target.host}]" if ":" in target.host else target.host
    default = {"https": 443, "http": 80}[target.scheme]
    own = {
        "Host": host if target.port == default else f"{host}:{target.port}",
        "Content-Length": str(len(request.body)),
        "Connection": "close",
        "User-Agent": "bailiwick",
    }
    return [*own.items(), *request.headers.items()]


def _timeouts(seconds_max: float) -> dict[str, float]:
    return {
        "connect": min(CONNECT_SECONDS, seconds_max),
        "read": seconds_max,
        "write": seconds_max,
        "pool": seconds_max,
    }


def _first(response: httpcore2.Response, *, until: float) -> bytes:
    """Read the start of an answer; a body that drips is cut at the deadline."""
    kept = bytearray()
    for piece in response.iter_stream():
        kept += piece
        if len(kept) >= ANSWER_BYTES_MAX or monotonic() > until:
            break
    return bytes(kept[:ANSWER_BYTES_MAX])


def _retry_after(response: httpcore2.Response) -> int | None:
    for name, value in response.headers:
        digits = value.isdigit() and len(value) <= RETRY_AFTER_DIGITS_MAX
        if name.lower() == b"retry-after" and digits:
            return min(int(value), RETRY_AFTER_SECONDS_MAX)
    return None
