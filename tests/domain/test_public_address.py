import pytest

from bailiwick.domain.public_address import is_loopback


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
