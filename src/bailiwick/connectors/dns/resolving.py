"""Asks name servers, those of the system or one that is named, within named times."""

from collections.abc import Sequence
from typing import Final

from dns.exception import DNSException
from dns.inet import is_address
from dns.nameserver import Do53Nameserver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT
from dns.resolver import NXDOMAIN, Answer, NoAnswer, Resolver
from dns.reversename import from_address

from bailiwick.domain.fault import SettingsFault
from bailiwick.ports.dns import UnableToResolve

ASK_SECONDS: Final = 2.0  # ours: one try at one server
ANSWER_SECONDS: Final = 6.0  # ours: three tries
PORT: Final = 53
PORT_MAX: Final = 65_535


class DnsResolver:
    """Implements `ports.dns.Dns`."""

    def __init__(self, server: str = "", *, seconds_max: float = ANSWER_SECONDS) -> None:
        """Ask a server, `host:port`; the system's when empty. Raises SettingsFault."""
        try:
            self._resolver = Resolver(configure=not server)
        except DNSException as error:
            message = f"this machine names no name server ({type(error).__name__}); set dns_server"
            raise SettingsFault(message) from error
        if server:
            self._resolver.nameservers = [_server(server)]
        self._resolver.timeout = ASK_SECONDS
        self._seconds_max = seconds_max

    def texts(self, name: str) -> Sequence[str]:
        """Return the TXT records of a name, each with its parts joined."""
        found = self._asked(name, "TXT")
        return tuple(
            b"".join(record.strings).decode("utf-8", "replace")
            for record in found
            if isinstance(record, TXT)
        )

    def exchanges(self, name: str) -> Sequence[str]:
        """Return the mail servers of a domain (MX), best first; `.` says that it takes no mail."""
        found = [record for record in self._asked(name, "MX") if isinstance(record, MX)]
        best_first = sorted(found, key=lambda record: (record.preference, str(record.exchange)))
        return tuple(_plain(str(record.exchange)) for record in best_first)

    def addresses(self, name: str) -> Sequence[str]:
        """Return the IP addresses of a name."""
        return tuple(str(record) for kind in ("A", "AAAA") for record in self._asked(name, kind))

    def names(self, address: str) -> Sequence[str]:
        """Return the names of an IP address (PTR)."""
        reverse = from_address(address).to_text()
        return tuple(_plain(str(record)) for record in self._asked(reverse, "PTR"))

    def _asked(self, name: str, kind: str) -> Answer | tuple[()]:
        try:
            return self._resolver.resolve(name, kind, lifetime=self._seconds_max, search=False)
        except (NXDOMAIN, NoAnswer):
            return ()
        except DNSException as error:
            message = f"no name server answered for the {kind} of {name!r} ({type(error).__name__})"
            raise UnableToResolve(message) from error


def _server(words: str) -> Do53Nameserver:
    host, colon, port = words.partition(":")
    if is_address(host) and (not colon or (port.isdigit() and 0 < int(port) <= PORT_MAX)):
        return Do53Nameserver(host, int(port) if colon else PORT)
    message = f"dns_server {words!r} is not an IPv4 address with a port, such as 127.0.0.1:53"
    raise SettingsFault(message)


def _plain(name: str) -> str:
    return name.rstrip(".").lower() or "."
