"""A name server in memory, and one on a socket that answers the same."""

import socket
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from dns.flags import AA
from dns.message import Message, from_wire, make_response
from dns.rcode import NXDOMAIN
from dns.rdatatype import to_text
from dns.reversename import from_address
from dns.rrset import from_text

from bailiwick.ports.dns import UnableToResolve

Zone = Mapping[tuple[str, str], Sequence[str]]
"""Name and type to the values of its records, as a zone file has them."""


@dataclass(slots=True)
class FakeDns:
    """Answers from a zone; silent where it is told to be."""

    zone: dict[tuple[str, str], Sequence[str]]
    silent: set[str] = field(default_factory=set[str])

    def texts(self, name: str) -> Sequence[str]:
        return tuple(value.strip('"') for value in self._asked(name, "TXT"))

    def exchanges(self, name: str) -> Sequence[str]:
        found = (value.split() for value in self._asked(name, "MX"))
        best_first = sorted(found, key=lambda pair: int(pair[0]))
        return tuple(exchange.rstrip(".") or "." for _, exchange in best_first)

    def addresses(self, name: str) -> Sequence[str]:
        return (*self._asked(name, "A"), *self._asked(name, "AAAA"))

    def names(self, address: str) -> Sequence[str]:
        reverse = from_address(address).to_text().rstrip(".")
        return tuple(value.rstrip(".") for value in self._asked(reverse, "PTR"))

    def _asked(self, name: str, kind: str) -> Sequence[str]:
        if name in self.silent:
            message = f"no name server answered for {name!r}"
            raise UnableToResolve(message)
        return self.zone.get((name, kind), ())


@contextmanager
def name_server(zone: Zone) -> Generator[str]:
    """Serve a zone over UDP on loopback; gives `host:port`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        host, port = line.getsockname()
        serving = threading.Thread(target=_serve, args=(line, zone), daemon=True)
        serving.start()
        try:
            yield f"{host}:{port}"
        finally:
            line.sendto(b"", (host, port))  # an empty datagram ends it
            serving.join(timeout=5)


def _serve(line: socket.socket, zone: Zone) -> None:
    while True:
        wire, sender = line.recvfrom(4_096)
        if not wire:
            return
        line.sendto(_answer(from_wire(wire), zone).to_wire(), sender)


def _answer(asked: Message, zone: Zone) -> Message:
    answer = make_response(asked)
    answer.flags |= AA
    (question,) = asked.question
    name, kind = question.name.to_text().rstrip(".").lower(), to_text(question.rdtype)
    values = zone.get((name, kind), ())
    if values:
        answer.answer.append(from_text(question.name, 60, "IN", kind, *values))
    elif not any(known == name for known, _ in zone):
        answer.set_rcode(NXDOMAIN)
    return answer
