"""A mail writer without a network: a provider in memory that can be told how to fail."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bailiwick.connectors.smtp.compose import ComposeSettings, UnableToCompose, compose, message_id
from bailiwick.connectors.smtp.writer import mail_for
from bailiwick.domain.receipt import Outcome, Receipt
from bailiwick.kit.hashing import digest_bytes
from bailiwick.policy.permit import Permit
from bailiwick.ports.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How the provider takes one mail."""

    outcome: Outcome = Outcome.DONE
    accepted: bool = True
    """Whether the mail is delivered, whatever the caller is told."""
    reason: str = ""
    retry_after_seconds: int | None = None


@dataclass(slots=True, kw_only=True)
class FakeMailWriter:
    """Keeps the contract of the SMTP writer. `script` answers call by call, then all is well."""

    headers: ComposeSettings
    clock: Clock
    script: Sequence[Behaviour] = ()
    findable: bool = True
    """Whether the provider can be asked what it accepted."""
    delivered: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])
    """Message-ID and message of each delivery, in order: the external ledger."""
    calls_count: int = 0
    lookups_count: int = 0

    def send(self, payload: bytes, *, permit: Permit) -> Receipt:
        """Take a mail as the script says."""
        assert digest_bytes(payload) == permit.payload_hash, "the payload is not the permitted one"
        reference = message_id(permit.effect_key, domain=self.headers.domain)
        index, self.calls_count = self.calls_count, self.calls_count + 1
        behaviour = self.script[index] if index < len(self.script) else Behaviour()
        try:
            mail = mail_for(payload, permit)
            message = compose(mail, permit.effect_key, date=self.clock.now(), settings=self.headers)
        except UnableToCompose as fault:
            behaviour = Behaviour(outcome=Outcome.NOT_DONE_FINAL, accepted=False, reason=str(fault))
        else:
            if behaviour.outcome in {Outcome.DONE, Outcome.UNKNOWN} and behaviour.accepted:
                self.delivered.append((reference, message))
        return Receipt(
            outcome=behaviour.outcome,
            effect_key=permit.effect_key,
            payload_hash=permit.payload_hash,
            at=self.clock.now(),
            provider_ref=reference,
            reason=behaviour.reason,
            retry_after_seconds=behaviour.retry_after_seconds,
        )

    def was_sent(self, effect_key: str) -> bool | None:
        """Look into what was delivered; None when the provider cannot be asked."""
        self.lookups_count += 1
        if not self.findable:
            return None
        reference = message_id(effect_key, domain=self.headers.domain)
        return any(found == reference for found, _ in self.delivered)
