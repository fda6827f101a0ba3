"""The guarded way out refuses what is not public, connects where it looked, and follows nothing."""

import socket
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Final

import httpcore2
import pytest

from bailiwick.connectors.egress.guarded import LATE_SECONDS, GuardedEgress
from bailiwick.ports.egress import ANSWER_BYTES_MAX, Answered, Blocked, Outgoing, Unreached

LOCAL: Final = (
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1%25eth0]/",
    "http://[ff02::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.1.2.3/",
    "http://100.64.0.1/",
    "http://192.0.0.9/",
    "http://224.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://localhost.localdomain/",
    "http://\u2460\u2461\u2466.0.0.1/",
    "http://127\u30020\u30020\u30021/",
)
ODD: Final = (
    "file:///etc/passwd",
    "gopher://93.184.216.34:6379/_SET",
    "ftp://93.184.216.34/",
    "https://user:pass@good.example/",
    "https://good.example\\@evil.example/",
    "https://good.example:8443/",
    "https://good.example:99999/",
    "https://good\t.example/",
    "https://good.example/a b",
    "https:///path",
    "good.example",
    "",
    "https://good.example/" + "a" * 2_048,
)


def public(host: str, port: int) -> Sequence[str]:
    del host, port
    return ("93.184.216.34",)


class Wire(httpcore2.NetworkBackend):
    """Opens nothing and keeps the addresses that it was asked to open."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def connect_tcp(  # noqa: PLR0917 - the interface of the library
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        del port, timeout, local_address, socket_options
        self.asked.append(host)
        raise httpcore2.ConnectError


class Server(ThreadingHTTPServer):
    """Answers as the path asks, and keeps what it was asked."""

    seen: list[tuple[str, dict[str, str], bytes]]


class _Answers(BaseHTTPRequestHandler):
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride] - ours

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, dict(self.headers.items()), body))
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            return
        if self.path == "/hang-up":
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(503 if self.path == "/busy" else 200)
        self.send_header("Retry-After", "7" * 5_000 if self.path == "/digits" else "7")
        self.end_headers()
        self.wfile.write(b"x" * (ANSWER_BYTES_MAX + 10) if self.path == "/long" else b"fine")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        del format, args


@pytest.fixture
def server() -> Generator[Server]:
    running = Server(("127.0.0.1", 0), _Answers)
    running.seen = []
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()


def url(server: Server, path: str = "/") -> str:
    return f"http://127.0.0.1:{server.server_address[1]}{path}"


def open_to(server: Server) -> GuardedEgress:
    return GuardedEgress(allowed=frozenset({f"127.0.0.1:{server.server_address[1]}"}))


class Dripper:
    """Sends a beginning, and then a byte now and then until nobody listens."""

    def __init__(self, beginning: bytes) -> None:
        self._beginning = beginning
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._drip, daemon=True)
        self._thread.start()
        self.port: int = self._listening.getsockname()[1]

    def close(self) -> None:
        self._over.set()
        self._listening.close()
        self._thread.join()

    def _drip(self) -> None:
        line, _ = self._listening.accept()
        with line, suppress(OSError):
            line.sendall(self._beginning)
            while not self._over.wait(0.03):
                line.sendall(b"a")


class TestTheGuard:
    @pytest.mark.parametrize("address", LOCAL)
    def test_refuses_every_spelling_of_a_local_address(self, address: str) -> None:
        """Whatever the spelling, the address that would be connected to decides."""
        assert isinstance(GuardedEgress().send(Outgoing(method="POST", url=address)), Blocked)

    @pytest.mark.parametrize("address", ODD)
    def test_refuses_what_parsers_read_differently(self, address: str) -> None:
        """Other schemes, ports, credentials and odd characters are refused before any look-up."""
        looked: list[str] = []

        def find(host: str, port: int) -> Sequence[str]:
            looked.append(host)
            return public(host, port)

        guard = GuardedEgress(find=find)
        assert isinstance(guard.check(address), Blocked)
        assert isinstance(guard.send(Outgoing(method="POST", url=address)), Blocked)
        assert looked == []

    def test_refuses_a_name_with_one_local_address_among_public_ones(self) -> None:
        """All answers of the name server must be public, not the first."""
        guard = GuardedEgress(find=lambda _host, _port: ("93.184.216.34", "10.0.0.1"))
        result = guard.send(Outgoing(method="POST", url="https://mixed.example/"))
        assert result == Blocked(reason="'mixed.example' leads to an address that is not public")

    def test_looks_a_name_up_once(self) -> None:
        """A name server that answers anew with a local address gains nothing: nobody asks again."""
        answers = iter([("93.184.216.34",), ("127.0.0.1",)])
        wire = Wire()
        guard = GuardedEgress(find=lambda _host, _port: next(answers), network=wire)
        guard.send(Outgoing(method="POST", url="http://rebinding.example/"))
        assert wire.asked == ["93.184.216.34"]
        assert next(answers) == ("127.0.0.1",)

    @pytest.mark.parametrize(
        "address",
        ["https://hooks.example/a?b=c", "http://93.184.216.34/", "https://[2606:2800:220:1::1]/"],
    )
    def test_lets_public_names_and_addresses_through(self, address: str) -> None:
        """The guard stops nobody else: a connection is opened to the address that was found."""
        wire = Wire()
        guard = GuardedEgress(find=public, network=wire)
        assert guard.check(address) is None
        result = guard.send(Outgoing(method="POST", url=address))
        assert isinstance(result, Unreached)
        assert not result.sent
        assert wire.asked == ["93.184.216.34"]

    def test_tells_when_a_name_has_no_address(self) -> None:
        """A name that does not exist is told as such, and nothing was sent."""

        def nowhere(host: str, port: int) -> Sequence[str]:
            raise OSError(host, port)

        result = GuardedEgress(find=nowhere).send(
            Outgoing(method="POST", url="https://no.example/")
        )
        assert result == Unreached(reason="the name 'no.example' has no address", sent=False)


class TestAnExchange:
    def test_sends_what_it_was_given(self, server: Server) -> None:
        """Body and headers arrive as they were, and the answer comes back."""
        request = Outgoing(method="POST", url=url(server, "/a?b"), body=b"{}", headers={"X-A": "1"})
        result = open_to(server).send(request)
        assert result == Answered(status=200, body=b"fine", retry_after_seconds=7)
        path, headers, body = server.seen[0]
        assert (path, headers["X-A"], body) == ("/a?b", "1", b"{}")
        assert headers["Host"] == f"127.0.0.1:{server.server_address[1]}"

    def test_follows_no_redirect(self, server: Server) -> None:
        """A redirect is an answer; nobody is led anywhere by it."""
        result = open_to(server).send(Outgoing(method="POST", url=url(server, "/redirect")))
        assert isinstance(result, Answered)
        assert result.status == 302
        assert len(server.seen) == 1

    def test_keeps_a_bounded_part_of_an_answer(self, server: Server) -> None:
        """A long answer is cut, so that no endpoint can fill our memory."""
        result = open_to(server).send(Outgoing(method="POST", url=url(server, "/long")))
        assert isinstance(result, Answered)
        assert len(result.body) == ANSWER_BYTES_MAX

    @pytest.mark.parametrize(
        ("scheme", "beginning"),
        [("http", b"HTTP/1.1 200 OK\r\nX: "), ("https", b"\x16\x03\x03\x40\x00\x02")],
    )
    def test_cuts_who_drips(self, scheme: str, beginning: bytes) -> None:
        """A byte now and then, in headers or a handshake, holds nobody beyond the time."""
        dripper = Dripper(beginning)
        began = monotonic()
        guard = GuardedEgress(allowed=frozenset({f"127.0.0.1:{dripper.port}"}))
        result = guard.send(
            Outgoing(method="POST", url=f"{scheme}://127.0.0.1:{dripper.port}/"), seconds_max=0.2
        )
        lasted = monotonic() - began
        dripper.close()
        assert isinstance(result, Unreached)
        assert lasted < 0.2 + 3 * LATE_SECONDS

    def test_reads_no_endless_number(self, server: Server) -> None:
        """A Retry-After of thousands of digits is none."""
        result = open_to(server).send(Outgoing(method="POST", url=url(server, "/digits")))
        assert isinstance(result, Answered)
        assert result.retry_after_seconds is None

    def test_says_that_a_lost_answer_may_have_been_received(self, server: Server) -> None:
        """After the request went out, silence does not mean that it was not received."""
        result = open_to(server).send(Outgoing(method="POST", url=url(server, "/hang-up")))
        assert isinstance(result, Unreached)
        assert result.sent
        assert len(server.seen) == 1

    def test_says_that_a_refused_connection_received_nothing(self, server: Server) -> None:
        """Nobody listens: nothing was sent."""
        port = server.server_address[1]
        server.shutdown()
        server.server_close()
        guard = GuardedEgress(allowed=frozenset({f"127.0.0.1:{port}"}))
        result = guard.send(Outgoing(method="POST", url=f"http://127.0.0.1:{port}/"))
        assert isinstance(result, Unreached)
        assert not result.sent
