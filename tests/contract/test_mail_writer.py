"""What every mail writer promises, tried on the fake and on SMTP against a real server."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bailiwick.connectors.smtp.compose import ComposeSettings
from bailiwick.connectors.smtp.endpoint import SmtpEndpoint
from bailiwick.connectors.smtp.fake import Behaviour, FakeMailWriter
from bailiwick.connectors.smtp.writer import Filing, SentCopies, SmtpMailWriter
from bailiwick.domain.action import Action
from bailiwick.domain.ids import StepId
from bailiwick.domain.outbound import OutboundMail, Purpose
from bailiwick.domain.receipt import Outcome, Receipt
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.hashing import canonical_bytes, digest_bytes
from bailiwick.policy.gate import pass_gate
from bailiwick.policy.permit import Permit
from bailiwick.policy.verdict import Allowed
from bailiwick.ports.outbound.mail import MailWriter

SETTINGS = ComposeSettings(domain="bailiwick.example", unsubscribe_secret=b"s" * 32)
KEY, OTHER = "ab" * 32, "cd" * 32
MAIL = OutboundMail(
    to_address="ada@customer.example",
    to_name="Ada",
    from_address="sales@bailiwick.example",
    from_name="Sales",
    subject="Your question",
    text="Hello\n",
    purpose=Purpose.SERVICE,
    language="en",
)
CASES = {
    "done": Behaviour(outcome=Outcome.DONE),
    "later": Behaviour(outcome=Outcome.NOT_DONE_RETRY, accepted=False),
    "never": Behaviour(outcome=Outcome.NOT_DONE_FINAL, accepted=False),
    "done, answer lost": Behaviour(outcome=Outcome.UNKNOWN, accepted=True),
    "not done, answer lost": Behaviour(outcome=Outcome.UNKNOWN, accepted=False),
}


def payload_of(mail: OutboundMail) -> bytes:
    args = {"contact_id": "con_1", "mail": mail.to_args()}
    return canonical_bytes({"action": Action.SEND_MESSAGE.value, "args": args})


def permit_for(payload: bytes, key: str) -> Permit:
    permit = pass_gate(
        Allowed(rules=(), rulebook_hash="r" * 64),
        step_id=StepId("run_1.0"),
        payload_hash=digest_bytes(payload),
        effect_key=key,
    )
    assert permit is not None
    return permit


@dataclass
class Provider:
    """A mail server that follows a case, with a Sent folder of what it accepted."""

    case: str
    accepted: list[str] = field(default_factory=list[str])

    async def handle_RCPT(  # noqa: N802, PLR0917 - aiosmtpd's signature
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if self.case in {"later", "never"}:
            return "451 later" if self.case == "later" else "550 never"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del session
        assert isinstance(envelope.content, bytes)
        if self.case != "not done, answer lost":
            self.accepted.append(message_from_bytes(envelope.content)["Message-ID"])
        if "lost" in self.case:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"

    def find_by_message_id(self, rfc_message_id: str) -> bool | None:
        return rfc_message_id in self.accepted

    def close(self) -> None:
        return

    def append_sent(self, raw: bytes, *, rfc_message_id: str) -> bool:
        raise NotImplementedError


@dataclass(frozen=True)
class Tried:
    """A writer and what its provider accepted."""

    writer: MailWriter
    accepted: Callable[[], list[str]]

    def send(self, mail: OutboundMail = MAIL, *, key: str = KEY) -> Receipt:
        payload = payload_of(mail)
        return self.writer.send(payload, permit=permit_for(payload, key))


Make = Callable[[str], Tried]


def fake(case: str) -> Tried:
    writer = FakeMailWriter(headers=SETTINGS, clock=SystemClock(), script=(CASES[case],) * 9)
    return Tried(writer=writer, accepted=lambda: [reference for reference, _ in writer.delivered])


@pytest.fixture(params=["fake", "smtp"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    running: list[Controller] = []

    def smtp(case: str) -> Tried:
        provider = Provider(case)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        running.append(Controller(provider, hostname="127.0.0.1", port=port))
        running[-1].start()
        writer = SmtpMailWriter(
            SmtpEndpoint(host="127.0.0.1", port=port, seconds_max=5),
            headers=SETTINGS,
            clock=SystemClock(),
            sent=SentCopies(folder=provider, filing=Filing.PROVIDER),
        )
        return Tried(writer=writer, accepted=lambda: provider.accepted)

    yield fake if request.param == "fake" else smtp
    for controller in running:
        controller.stop()


class TestAMailWriter:
    @pytest.mark.parametrize("case", CASES)
    def test_tells_each_ending_apart(self, make: Make, case: str) -> None:
        """The receipt has the outcome of the case and names effect, payload and reference."""
        receipt = make(case).send()
        assert receipt.outcome is CASES[case].outcome
        assert receipt.effect_key == KEY
        assert receipt.payload_hash == digest_bytes(payload_of(MAIL))
        assert receipt.provider_ref == f"<{KEY[:40]}@bailiwick.example>"

    @pytest.mark.parametrize("case", CASES)
    def test_finds_exactly_what_was_accepted(self, make: Make, case: str) -> None:
        """After any ending the look-up answers by what the provider took, not by what we heard."""
        tried = make(case)
        tried.send()
        expected = CASES[case].accepted
        assert tried.writer.was_sent(KEY) is expected
        assert len(tried.accepted()) == expected
        assert tried.writer.was_sent(OTHER) is False

    def test_takes_no_other_payload_than_the_permitted(self, make: Make) -> None:
        """A payload that does not hash to the permit's is a bug, and nothing goes out."""
        tried = make("done")
        other = payload_of(replace(MAIL, subject="Other"))
        with pytest.raises(AssertionError):
            tried.writer.send(payload_of(MAIL), permit=permit_for(other, KEY))
        assert tried.accepted() == []

    def test_refuses_what_is_no_mail(self, make: Make) -> None:
        """A mail with a header break is a final receipt, not an exception and not a mail."""
        tried = make("done")
        receipt = tried.send(replace(MAIL, subject="a\r\nBcc: x@evil.test"))
        assert receipt.outcome is Outcome.NOT_DONE_FINAL
        assert tried.accepted() == []

    def test_names_the_same_effect_alike(self, make: Make) -> None:
        """Two sends of one effect carry one reference, two effects carry two."""
        tried = make("done")
        for key in (KEY, KEY, OTHER):
            tried.send(key=key)
        first, second, third = tried.accepted()
        assert first == second != third
