"""Each thing that receivers look at is found broken once, named with its repair, and else well."""

import base64
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from tests.fakes.dns import FakeDns
from tests.fakes.office import Office, office, step

from bailiwick.domain.breaker import HALT
from bailiwick.domain.crm import Role
from bailiwick.ports.egress import SECONDS_MAX, Answered, Blocked, Outgoing, Result
from bailiwick.settings import MailSettings
from bailiwick.wiring.answers import halting
from bailiwick.wiring.checkup_link import World
from bailiwick.wiring.checkup_mail import mail_findings
from bailiwick.wiring.finding import Finding, State

DOMAIN = "northwind.example"
KEY_AT = (f"s1._domainkey.{DOMAIN}", "TXT")
SPF_AT, MX_AT = (DOMAIN, "TXT"), (DOMAIN, "MX")
DMARC_AT = (f"_dmarc.{DOMAIN}", "TXT")
LINK_AT, SMTP_AT = (f"crm.{DOMAIN}", "A"), ("smtp.relay.example", "A")
PTR_AT = ("1.1.1.1.in-addr.arpa", "PTR")
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))  # the same in every test process
_PUBLIC = base64.b64encode(
    _KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
).decode()  # fmt: skip


class ServedPage:
    """Answers every link with the form of our page."""

    def check(self, url: str) -> Blocked | None:
        del url

    def send(self, request: Outgoing, *, seconds_max: float = SECONDS_MAX) -> Result:
        del request, seconds_max
        return Answered(status=200, body=b'<input name="List-Unsubscribe" value="One-Click">')


@dataclass(frozen=True, slots=True)
class Scene:
    """A workspace whose DNS is as it should be, until a test changes it."""

    place: Office
    dns: FakeDns
    settings: MailSettings

    @property
    def world(self) -> World:
        """What is asked outside: the page behind the link is there."""
        return World(dns=self.dns, egress=ServedPage(), token="t")

    def look(self, **changes: object) -> dict[str, Finding]:
        """Return the findings by topic; of several the worst."""
        app = self.place.app
        with app.units.read() as unit:
            found = mail_findings(
                replace(self.settings, **changes),  # pyright: ignore[reportArgumentType] - tests name fields
                app.workspace,
                self.world,
                unit=unit,
                at=self.place.clock.now(),
            )
            by_state = sorted(found, key=lambda f: list(State).index(f.state))
        return {finding.topic: finding for finding in by_state}


@pytest.fixture
def scene(tmp_path: Path, sqlite_url: str) -> Generator[Scene]:
    path = tmp_path / "dkim.pem"
    path.write_bytes(_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    zone = {
        MX_AT: ("10 mx.northwind.example.",),
        SPF_AT: ('"v=spf1 include:_spf.relay.example -all"',),
        ("_spf.relay.example", "TXT"): ('"v=spf1 ip4:192.0.2.0/24 -all"',),
        KEY_AT: (f'"v=DKIM1; k=ed25519; p={_PUBLIC}"',),
        DMARC_AT: (f'"v=DMARC1; p=quarantine; rua=mailto:d@{DOMAIN}"',),
        LINK_AT: ("8.8.8.8",),
        SMTP_AT: ("1.1.1.1",),
        PTR_AT: ("out.relay.example.",),
        ("out.relay.example", "A"): ("1.1.1.1",),
    }
    settings = MailSettings(
        smtp_url="smtp://smtp.relay.example:587",
        dkim_selector="s1",
        dkim_domain=DOMAIN,
        dkim_key_file=str(path),
        unsubscribe_url=f"https://crm.{DOMAIN}/u",
    )
    with office(tmp_path, url=sqlite_url) as place:
        yield Scene(place, FakeDns({**zone}), settings)


class TestADomainInOrder:
    def test_has_nothing_to_repair(self, scene: Scene) -> None:
        """Every topic is well."""
        found = scene.look()
        assert {f.state for f in found.values()} == {State.OK}, found
        assert found.keys() >= {
            "domain", "MX", "SPF", "DKIM", "DMARC", "alignment", "unsubscribe link", "PTR",
            "postal address", "complaints", "bounces", "warm-up",
        }  # fmt: skip

    def test_is_no_public_providers(self, scene: Scene) -> None:
        """Nobody signs for another company's domain."""
        app = scene.place.app
        with app.units.read() as unit:
            found = mail_findings(
                scene.settings, replace(app.workspace, mailbox="me@gmail.com"),
                scene.world, unit=unit, at=scene.place.clock.now(),
            )  # fmt: skip
            assert next(iter(found)).state is State.PROBLEM


_SPF_CHAIN = '"v=spf1 a mx a:a.example a:b.example include:_spf.relay.example -all"'
BROKEN: tuple[tuple[tuple[str, str], tuple[str, ...], str, State], ...] = (
    (MX_AT, (), "MX", State.PROBLEM),
    (MX_AT, ("0 .",), "MX", State.PROBLEM),
    (SPF_AT, (), "SPF", State.PROBLEM),
    (SPF_AT, ('"v=spf1 -all"', '"v=spf1 ~all"'), "SPF", State.PROBLEM),
    (SPF_AT, ('"v=spf1 +all"',), "SPF", State.PROBLEM),
    (SPF_AT, ('"v=spf1 a"',), "SPF", State.WARNING),
    (KEY_AT, (), "DKIM", State.PROBLEM),
    (KEY_AT, ('"v=DKIM1; p="',), "DKIM", State.PROBLEM),
    (KEY_AT, ('"v=DKIM1; k=ed25519; p=AAAA"',), "DKIM", State.PROBLEM),
    (KEY_AT, (f'"v=DKIM1; k=ed25519; t=y; p={_PUBLIC}"',), "DKIM", State.WARNING),
    (DMARC_AT, (), "DMARC", State.PROBLEM),
    (DMARC_AT, ('"v=DMARC1; p=later"',), "DMARC", State.PROBLEM),
    (DMARC_AT, ('"v=DMARC1; p=none"',), "DMARC", State.WARNING),
    (DMARC_AT, ('"v=DMARC1; p=reject"',), "DMARC", State.WARNING),
    (LINK_AT, (), "unsubscribe link", State.PROBLEM),
    (LINK_AT, ("192.168.1.4",), "unsubscribe link", State.PROBLEM),
    (PTR_AT, (), "PTR", State.WARNING),
    (PTR_AT, ("other.example.",), "PTR", State.WARNING),
)


class TestTheDns:
    @pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{case[2]}-{case[1]}")
    def test_is_found_broken(
        self, scene: Scene, case: tuple[tuple[str, str], tuple[str, ...], str, State]
    ) -> None:
        """One record at a time, with what to do; the other topics stay as they were."""
        where, values, topic, state = case
        scene.dns.zone[where] = values
        found = scene.look()
        assert (found[topic].state, bool(found[topic].fix)) == (state, True)
        others = {t for t, f in found.items() if f.state is not State.OK} - {topic, "alignment"}
        assert others == set()

    def test_counts_look_ups_through_includes(self, scene: Scene) -> None:
        """Ten are read, the eleventh makes receivers give up, even when records go in a ring."""
        scene.dns.zone[SPF_AT] = (_SPF_CHAIN,)
        five = '"v=spf1 a:a a:b a:c a:d {} -all"'
        scene.dns.zone["_spf.relay.example", "TXT"] = (five.format("a:e"),)
        assert scene.look()["SPF"].state is State.OK
        scene.dns.zone["_spf.relay.example", "TXT"] = (five.format("include:_spf.relay.example"),)
        assert scene.look()["SPF"].state is State.PROBLEM

    def test_may_be_silent(self, scene: Scene) -> None:
        """No answer is a warning of its own, and the rest is looked at."""
        scene.dns.silent.add(f"_dmarc.{DOMAIN}")
        found = scene.look()
        assert found["DMARC"].state is State.WARNING
        assert found["PTR"].state is State.OK

    def test_of_a_domain_above_counts(self, scene: Scene) -> None:
        """A policy of the organisation holds for what is below it."""
        app = scene.place.app
        mailbox = f"sales@mail.{DOMAIN}"
        with app.units.read() as unit:
            found = mail_findings(
                scene.settings, replace(app.workspace, mailbox=mailbox),
                scene.world, unit=unit, at=scene.place.clock.now(),
            )  # fmt: skip
            by_topic = {f.topic: f for f in found}
        assert by_topic["DMARC"].state is State.OK
        assert by_topic["alignment"].state is State.OK


class TestTheSettings:
    @pytest.mark.parametrize(
        ("name", "value", "topic", "state"),
        [
            ("dkim_key_file", "", "DKIM", State.WARNING),
            ("dkim_key_file", "nowhere.pem", "DKIM", State.PROBLEM),
            ("dkim_domain", "other.example", "alignment", State.PROBLEM),
            ("dkim_domain", "", "alignment", State.WARNING),
            ("unsubscribe_url", "", "unsubscribe link", State.PROBLEM),
            (
                "unsubscribe_url",
                "http://crm.northwind.example/u",
                "unsubscribe link",
                State.PROBLEM,
            ),
            ("smtp_url", "", "PTR", State.WARNING),
            ("smtp_url", "http://x", "PTR", State.PROBLEM),
        ],
    )
    def test_are_found_lacking(  # noqa: PLR0917 - one row of the table
        self, scene: Scene, name: str, value: str, topic: str, state: State
    ) -> None:
        """Each setting that providers' demands rest on is named with its repair."""
        found = scene.look(**{name: value})[topic]
        assert (found.state, bool(found.fix)) == (state, True)

    def test_name_a_link_of_another_domain(self, scene: Scene) -> None:
        """It works, and costs reputation."""
        scene.dns.zone["u.other.example", "A"] = ("8.8.8.8",)
        found = scene.look(unsubscribe_url="https://u.other.example/u")["unsubscribe link"]
        assert found.state is State.WARNING


class TestTheWarmUp:
    def test_is_told_from_the_first_mail_on(self, scene: Scene) -> None:
        """What may go today and what later; over, and off, it says so."""
        assert "nothing was sent yet: 10 now within 24 hours" in scene.look()["warm-up"].found
        place = scene.place
        place.propose(step())
        for card in place.pending():
            place.app.inbox.approve(
                card.approval_id,
                person_id=place.person(Role.SUPERVISOR),
                shown_hash=card.payload_hash,
            )
        place.drain()
        place.later(days=14)
        assert "day 15 of 28: 30 now" in scene.look()["warm-up"].found
        place.later(days=14)
        assert "over: 50 now" in scene.look()["warm-up"].found
        assert "off: 80" in scene.look(warm_up_days=0, mails_a_day=80)["warm-up"].found

    def test_that_cannot_be_kept_is_a_problem(self, scene: Scene) -> None:
        """Named with its setting."""
        found = scene.look(mails_a_day=3)["warm-up"]
        assert (found.state, "mails_a_day" in found.found) == (State.PROBLEM, True)


class TestTheWorkspace:
    def test_is_told_when_advertising_is_stopped(self, scene: Scene) -> None:
        """What the breaker did stands on the list."""
        place = scene.place
        halting(place.app).halt(HALT, person_id=place.person(Role.SUPERVISOR), reason="rates")
        assert scene.look()["breaker"].state is State.PROBLEM

    def test_needs_a_postal_address(self, scene: Scene) -> None:
        """Without one no marketing mail is drafted."""
        app = scene.place.app
        assert _postal(scene, "").state is State.PROBLEM
        assert _postal(scene, app.workspace.postal_address).state is State.OK


def _postal(scene: Scene, address: str) -> Finding:
    app = scene.place.app
    with app.units.read() as unit:
        found = mail_findings(
            scene.settings, replace(app.workspace, postal_address=address),
            scene.world, unit=unit, at=scene.place.clock.now(),
        )  # fmt: skip
        return next(f for f in found if f.topic == "postal address")
