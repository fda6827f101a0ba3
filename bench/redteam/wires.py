"""Name server and network of a row: they answer what its fakes say, and note what was asked."""

import ipaddress
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import httpcore2

LOCAL_ANSWER: Final = "127.0.0.1"
_LOCAL_MARKS: Final = ("localhost", "127.0.0.1")
_FINE: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


@dataclass(slots=True)
class Wires(httpcore2.NetworkBackend):
    """A network that leads nowhere."""

    names: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    answer: bytes = _FINE
    """What whoever is connected to says."""
    connected: list[str] = field(default_factory=list[str])
    """Addresses to which a connection was opened."""

    def find(self, host: str, port: int) -> Sequence[str]:
        """Return addresses of a host as a hostile name server would. Raises OSError for none."""
        del port
        name = host.lower().rstrip(".")
        if name in self.names:
            return self.names[name]
        if any(mark in name for mark in _LOCAL_MARKS):
            return (_literal(name) or LOCAL_ANSWER,)
        found = _literal(name)
        if not found:
            raise OSError(host)
        return (found,)

    def connect_tcp(  # noqa: PLR0917 - the interface of the library
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: "Iterable[httpcore2.SOCKET_OPTION] | None" = None,
    ) -> httpcore2.NetworkStream:
        """Note the address and answer."""
        del port, timeout, local_address, socket_options
        self.connected.append(host)
        return httpcore2.MockStream([self.answer])


def redirect(status: int, location: str) -> bytes:
    """Return an answer that leads elsewhere."""
    return f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def _literal(name: str) -> str:
    """Return the address that a text is, in any spelling that systems take; empty for a name."""
    try:
        return str(ipaddress.ip_address(name.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(name))
    except OSError:
        return ""
