"""The resolver against a real name server on loopback, and against none."""

import socket

import pytest
from tests.fakes.dns import name_server

from bailiwick.connectors.dns.resolving import DnsResolver
from bailiwick.domain.fault import SettingsFault
from bailiwick.ports.dns import UnableToResolve

ZONE = {
    ("ours.example", "TXT"): ('"v=spf1 " "-all"', '"other"'),
    ("ours.example", "MX"): ("20 b.ours.example.", "10 A.ours.example."),
    ("null.example", "MX"): ("0 .",),
    ("mail.ours.example", "A"): ("192.0.2.1",),
    ("mail.ours.example", "AAAA"): ("2001:db8::1",),
    ("1.2.0.192.in-addr.arpa", "PTR"): ("mail.ours.example.",),
}


class TestAnswers:
    def test_are_what_the_zone_has(self) -> None:
        """Texts with their parts joined, mail servers by preference, both kinds of address."""
        with name_server(ZONE) as server:
            dns = DnsResolver(server)
            assert set(dns.texts("ours.example")) == {"v=spf1 -all", "other"}
            assert dns.exchanges("ours.example") == ("a.ours.example", "b.ours.example")
            assert dns.exchanges("null.example") == (".",)
            assert dns.addresses("mail.ours.example") == ("192.0.2.1", "2001:db8::1")
            assert dns.names("192.0.2.1") == ("mail.ours.example",)

    def test_are_empty_for_what_is_not_there(self) -> None:
        """A name without such records, and a name that is not there."""
        with name_server(ZONE) as server:
            dns = DnsResolver(server)
            assert dns.texts("mail.ours.example") == ()
            assert dns.exchanges("nowhere.example") == ()


class TestTrouble:
    def test_is_a_fault_when_nobody_answers(self) -> None:
        """A closed port is told apart from an empty answer."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.bind(("127.0.0.1", 0))
            port = line.getsockname()[1]
        with pytest.raises(UnableToResolve, match=r"ours\.example"):
            DnsResolver(f"127.0.0.1:{port}", seconds_max=0.1).texts("ours.example")

    @pytest.mark.parametrize("server", ["ns.ours.example", "127.0.0.1:0", "127.0.0.1:x", ":53"])
    def test_is_a_setting_that_names_no_server(self, server: str) -> None:
        """The setting is an address; a name would have to be looked up first."""
        with pytest.raises(SettingsFault, match="dns_server"):
            DnsResolver(server)
