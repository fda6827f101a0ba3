"""The unsubscribe page is looked at over real TLS: each way in which it fails has its repair."""

import datetime as dt
import ssl
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.api.premises import BASE_URL
from tests.fakes.dns import FakeDns
from tests.fakes.https_server import Answer, certified, https_server
from tests.fakes.office import Office, office

from bailiwick.api.app import build_app
from bailiwick.connectors.egress.guarded import GuardedEgress
from bailiwick.domain.mail_address import address_hash
from bailiwick.ports.egress import Egress
from bailiwick.wiring.checkup_link import Link, World, link_finding, world_of
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.finding import Finding, State
from bailiwick.wiring.service import serve

HOST = "crm.northwind.example"


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        yield opened


@pytest.fixture
def page(place: Office) -> Generator[Answer]:
    """What the served workspace answers."""
    service = serve(place.app.settings, (), Doubles(clock=place.clock, mail=place.mail))
    client = TestClient(build_app(service), base_url=BASE_URL)

    def answer(path: str) -> tuple[int, bytes]:
        found = client.get(path)
        return found.status_code, found.content

    yield answer
    service.close()


def looked(place: Office, port: int, trust: ssl.SSLContext | None) -> Finding:
    """Look at the page behind a name that leads to the server on this port."""
    egress = GuardedEgress(allowed=frozenset({f"{HOST}:{port}"}), find=_here, trust=trust)
    return link_finding(_link(place, egress, port=port))


def _here(host: str, port: int) -> tuple[str, ...]:
    del host, port
    return ("127.0.0.1",)


def _link(place: Office, egress: Egress, *, port: int) -> Link:
    world = world_of(place.app)
    dns = FakeDns({(HOST, "A"): ("8.8.8.8",)})
    return Link(
        url=f"https://{HOST}:{port}/u",
        domain="northwind.example",
        world=World(dns=dns, egress=egress, token=world.token),
    )


class TestThePage:
    def test_of_this_workspace_is_well(self, place: Office, page: Answer, tmp_path: Path) -> None:
        """A certificate that is trusted, for this name, and our page behind it; nobody left."""
        tls = certified(tmp_path, HOST)
        with https_server(tls.server, page) as port:
            found = looked(place, port, tls.trusting)
        assert (found.state, "one click" in found.found) == (State.OK, True), found
        with place.app.units.read() as unit:
            assert unit.opt_outs.list(topic="", cursor=None, size=9).items == ()
            assert not unit.guards.suppressed(address_hash("dana@acme.example"))

    @pytest.mark.parametrize(
        ("status", "body", "words"),
        [
            (200, b"<html>Welcome to nginx</html>", "pass /u to"),
            (404, b"", "pass /u to"),
            (502, b"", "pass /u to"),
            (301, b"", "RFC 8058"),
            (421, b"", f"--host-name {HOST}"),
        ],
    )
    def test_of_somebody_else_is_a_problem(  # noqa: PLR0917 - one row of the table
        self, place: Office, tmp_path: Path, status: int, body: bytes, words: str
    ) -> None:
        """A web server that answers is not yet an unsubscribe page."""
        tls = certified(tmp_path, HOST)
        with https_server(tls.server, lambda _: (status, body)) as port:
            found = looked(place, port, tls.trusting)
        assert (found.state, words in found.fix, str(status) in found.found) == (
            State.PROBLEM,
            True,
            True,
        )

    def test_of_another_workspace_is_a_problem(
        self, place: Office, page: Answer, tmp_path: Path
    ) -> None:
        """A link that was made elsewhere is unknown there."""
        tls = certified(tmp_path, HOST)
        with https_server(tls.server, page) as port:
            egress = GuardedEgress(
                allowed=frozenset({f"{HOST}:{port}"}),
                find=_here,
                trust=tls.trusting,
            )
            link = _link(place, egress, port=port)
            found = link_finding(replace(link, world=replace(link.world, token="made-up")))
        assert (found.state, "404" in found.found) == (State.PROBLEM, True)


class TestTheCertificate:
    @pytest.mark.parametrize("by_itself", [True, False])
    def test_that_nobody_vouches_for_is_a_problem(
        self, place: Office, page: Answer, tmp_path: Path, *, by_itself: bool
    ) -> None:
        """Signed by itself or by an authority that nobody knows: said, with what to use instead."""
        tls = certified(tmp_path, HOST, by_itself=by_itself)
        with https_server(tls.server, page) as port:
            found = looked(place, port, None)
        assert found.state is State.PROBLEM
        assert "certificate is not valid" in found.found
        assert "public authority" in found.fix

    def test_of_another_host_is_a_problem(
        self, place: Office, page: Answer, tmp_path: Path
    ) -> None:
        """The name that was asked for is told, not the one that was presented."""
        tls = certified(tmp_path, "other.example")
        with https_server(tls.server, page) as port:
            found = looked(place, port, tls.trusting)
        assert (found.state, HOST in found.found) == (State.PROBLEM, True)
        assert "other.example" not in found.found
        assert "made for this name" in found.fix

    def test_that_has_run_out_is_a_problem(
        self, place: Office, page: Answer, tmp_path: Path
    ) -> None:
        """With what to see to."""
        tls = certified(tmp_path, HOST, lasting=dt.timedelta(days=90))
        with https_server(tls.server, page) as port:
            found = looked(place, port, tls.trusting)
        assert (found.state, "renew" in found.fix) == (State.PROBLEM, True)


class TestTheWayThere:
    def test_that_is_shut_is_a_problem(self, place: Office, tmp_path: Path) -> None:
        """Nothing listens there."""
        tls = certified(tmp_path, HOST)
        with https_server(tls.server, lambda _: (200, b"")) as port:
            pass
        found = looked(place, port, tls.trusting)
        assert (found.state, "443" in found.fix) == (State.PROBLEM, True)

    def test_is_guarded(self, place: Office) -> None:
        """A name that leads into this network is not followed, whatever the DNS says of it."""
        egress = GuardedEgress(find=_here)
        found = link_finding(_link(place, egress, port=443))
        assert (found.state, "not public" in found.found) == (State.PROBLEM, True)
