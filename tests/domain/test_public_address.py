import pytest

from bailiwick.domain.public_address import is_loopback, network_of


class TestIsLoopback:
    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
    def test_knows_this_machine(self, host: str) -> None:
        """Its names and addresses stay inside."""
        assert is_loopback(host)

    @pytest.mark.parametrize(
        "host", ["", "10.0.0.1", "::", "mail.example", "127.0.0.1.evil.test", "localhost.evil"]
    )
    def test_takes_nothing_else_for_it(self, host: str) -> None:
        """A name that only looks like it, a private network and every interface do not."""
        assert not is_loopback(host)


class TestNetworkOf:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
            ("::1", "::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("no address", "no address"),
            ("", ""),
        ],
    )
    def test_is_what_one_host_can_choose_from(self, address: str, network: str) -> None:
        """A host has one address of IPv4, and 64 bits of IPv6."""
        assert network_of(address) == network
