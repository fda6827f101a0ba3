"""One mail, the permit to send it, and the writer that sends it to a server of the tests."""

from collections.abc import Callable

from bailiwick.connectors.smtp.compose import ComposeSettings, message_id
from bailiwick.connectors.smtp.dkim import DkimKey
from bailiwick.connectors.smtp.endpoint import SmtpEndpoint
from bailiwick.connectors.smtp.writer import SentCopies, SmtpMailWriter
from bailiwick.domain.action import Action
from bailiwick.domain.ids import StepId
from bailiwick.domain.outbound import OutboundMail, Purpose
from bailiwick.domain.receipt import Receipt
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.hashing import canonical_bytes, digest_bytes
from bailiwick.policy.gate import pass_gate
from bailiwick.policy.permit import Permit
from bailiwick.policy.verdict import Allowed

Start = Callable[..., SmtpEndpoint]

KEY = "ab" * 32
SETTINGS = ComposeSettings(domain="bailiwick.example", unsubscribe_secret=b"s" * 32)
REFERENCE = message_id(KEY, domain=SETTINGS.domain)
MAIL = OutboundMail(
    to_address="ada@customer.example",
    to_name="Ada Lovelace",
    from_address="sales@bailiwick.example",
    from_name="Sales",
    subject="Your question",
    text="Dear Ada,\n.\n..\nbye\n",
    purpose=Purpose.SERVICE,
    language="en",
)


def payload_of(mail: OutboundMail, action: Action = Action.SEND_MESSAGE) -> bytes:
    args = {"contact_id": "con_1", "mail": mail.to_args()}
    return canonical_bytes({"action": action.value, "args": args})


def permit_for(payload: bytes) -> Permit:
    permit = pass_gate(
        Allowed(rules=(), rulebook_hash="r" * 64),
        step_id=StepId("run_1.0"),
        payload_hash=digest_bytes(payload),
        effect_key=KEY,
    )
    assert permit is not None
    return permit


def writer_for(
    endpoint: SmtpEndpoint,
    *,
    headers: ComposeSettings = SETTINGS,
    sent: SentCopies | None = None,
    key: DkimKey | None = None,
) -> SmtpMailWriter:
    return SmtpMailWriter(endpoint, headers=headers, clock=SystemClock(), sent=sent, dkim=key)


def sent_over(writer: SmtpMailWriter, mail: OutboundMail = MAIL) -> Receipt:
    payload = payload_of(mail)
    return writer.send(payload, permit=permit_for(payload))
