"""A mail server is asked who it is, and nothing is sent."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from bench.servers.smtp import RawServer, Script, Sink, certificate_in, free_port, serving

from bailiwick.connectors.smtp.endpoint import Security, SmtpEndpoint
from bailiwick.connectors.smtp.greeting import UnableToGreet, greet


@pytest.fixture
def plain() -> Generator[SmtpEndpoint]:
    with serving(Sink()) as endpoint:
        yield endpoint


class TestGreeting:
    def test_tells_that_a_server_has_no_tls(self, plain: SmtpEndpoint) -> None:
        """A server that offers nothing is met, and said to offer nothing."""
        assert greet(plain, hello_name="test") == "no TLS"

    def test_tells_that_starttls_is_offered(self, tmp_path: Path) -> None:
        """A server with STARTTLS fits an endpoint that requires it."""
        with serving(Sink(), tls_context=certificate_in(tmp_path).server) as endpoint:
            required = replace(endpoint, security=Security.REQUIRED)
            assert greet(required, hello_name="test") == "STARTTLS"

    def test_refuses_a_server_without_the_tls_that_is_required(self, plain: SmtpEndpoint) -> None:
        """What would never send is found before it is needed."""
        with pytest.raises(UnableToGreet, match="STARTTLS"):
            greet(replace(plain, security=Security.REQUIRED), hello_name="test")

    def test_names_a_server_that_is_not_there(self) -> None:
        """Host and port are named, and it may be tried again."""
        port = free_port()
        with pytest.raises(UnableToGreet, match=f"127.0.0.1:{port}") as caught:
            greet(SmtpEndpoint(host="127.0.0.1", port=port), hello_name="test")
        assert caught.value.retryable

    def test_names_a_server_that_speaks_otherwise(self) -> None:
        """Something else on that port is no mail server."""
        server = RawServer(Script(greeting=b"HTTP/1.1 400 no\r\n"))
        endpoint = SmtpEndpoint(host="127.0.0.1", port=server.port, seconds_max=2)
        try:
            with pytest.raises(UnableToGreet):
                greet(endpoint, hello_name="test")
        finally:
            server.close()
