"""The mail writer over SMTP: compose, sign, hand over, file a copy, tell whether it was sent."""

import json
import ssl
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from bailiwick.connectors.smtp.compose import (
    ComposeSettings,
    UnableToCompose,
    compose,
    envelope_sender,
    message_id,
)
from bailiwick.connectors.smtp.dkim import DkimKey, signed
from bailiwick.connectors.smtp.endpoint import SmtpEndpoint
from bailiwick.connectors.smtp.exchange import Ending, Exchange, Watchdog
from bailiwick.domain.action import Action
from bailiwick.domain.fault import PortFault
from bailiwick.domain.outbound import OutboundMail, from_args
from bailiwick.domain.receipt import Outcome, Receipt
from bailiwick.kit.hashing import digest_bytes
from bailiwick.policy.permit import Permit
from bailiwick.ports.clock import Clock
from bailiwick.ports.mailbox import SentFolder

REASON_CHARS_MAX: Final = 300  # ours: a reason is one sentence


class Filing(StrEnum):
    """Who puts a sent mail into the Sent folder, and so what its absence there proves."""

    PROVIDER = "provider"
    """The provider files every mail that it accepts: not there means not sent."""
    OURS = "ours"
    """We file a copy after the server's yes: not there proves nothing, we may have died between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCopies:
    """The Sent folder, and who files into it."""

    folder: SentFolder
    filing: Filing


class SmtpMailWriter:
    """Sends approved mail through one server. One exchange at a time."""

    def __init__(
        self,
        endpoint: SmtpEndpoint,
        *,
        headers: ComposeSettings,
        clock: Clock,
        dkim: DkimKey | None = None,
        sent: SentCopies | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._headers = headers
        self._clock = clock
        self._dkim = dkim
        self._sent = sent
        self._watchdog = Watchdog(clock.monotonic)
        self._tls = ssl.create_default_context(cafile=endpoint.ca_file or None)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2

    def send(self, payload: bytes, *, permit: Permit) -> Receipt:
        """Send the mail of this payload; see `ports/outbound/mail.py`."""
        assert digest_bytes(payload) == permit.payload_hash, "the payload is not the permitted one"
        now = self._clock.now()
        try:
            mail = mail_for(payload, permit)
            message = compose(mail, permit.effect_key, date=now, settings=self._headers)
            sender = envelope_sender(mail, permit.effect_key, settings=self._headers)
        except UnableToCompose as fault:
            ending = Ending(outcome=Outcome.NOT_DONE_FINAL, reason=str(fault))
            return self._receipt(ending, permit, now)
        if self._dkim is not None:
            message = signed(message, self._dkim, at=now)
        ending = self.hand_over(message, sender=sender, recipient=mail.to_address)
        if ending.outcome is Outcome.DONE:
            ending = Ending(outcome=Outcome.DONE, reason=self._filed(message, permit))
        return self._receipt(ending, permit, self._clock.now())

    def hand_over(self, message: bytes, *, sender: str, recipient: str) -> Ending:
        """Put a finished message on the wire; nothing else does, so a bench replaces this alone."""
        exchange = Exchange(
            self._endpoint,
            tls=self._tls,
            monotonic=self._clock.monotonic,
            watchdog=self._watchdog,
            hello_name=self._headers.domain,
        )
        return exchange.hand_over(message, sender=sender, recipient=recipient)

    def was_sent(self, effect_key: str) -> bool | None:
        """Search the Sent folder for the effect's Message-ID.

        Absence counts only where the provider itself files what it accepts.
        """
        if self._sent is None:
            return None
        reference = message_id(effect_key, domain=self._headers.domain)
        found = self._sent.folder.find_by_message_id(reference)
        return None if found is False and self._sent.filing is Filing.OURS else found

    def close(self) -> None:
        """Log out of the Sent folder."""
        if self._sent is not None:
            self._sent.folder.close()

    def hurry(self, seconds: float) -> None:
        """Cut the exchange that is under way, if any, after this many seconds."""
        self._watchdog.hurry(seconds)

    def _filed(self, message: bytes, permit: Permit) -> str:
        """File the copy; a failure never un-sends the mail, it is only told."""
        if self._sent is None or self._sent.filing is Filing.PROVIDER:
            return ""
        reference = message_id(permit.effect_key, domain=self._headers.domain)
        try:
            self._sent.folder.append_sent(message, rfc_message_id=reference)
        except PortFault as fault:
            return f"sent; the copy for the Sent folder was not filed: {fault}"[:REASON_CHARS_MAX]
        return ""

    def _receipt(self, ending: Ending, permit: Permit, at: datetime) -> Receipt:
        return Receipt(
            outcome=ending.outcome,
            effect_key=permit.effect_key,
            payload_hash=permit.payload_hash,
            at=at,
            provider_ref=message_id(permit.effect_key, domain=self._headers.domain),
            reason=ending.reason,
        )


def mail_for(payload: bytes, permit: Permit) -> OutboundMail:
    """Return the mail of a payload, marked as automatic when no person approved it (RFC 3834).

    Raises UnableToCompose.
    """
    mail = mail_of(payload)
    return replace(mail, automatic=mail.automatic or not permit.attended)


def mail_of(payload: bytes) -> OutboundMail:
    """Read the mail out of a canonical step payload. Raises UnableToCompose."""
    try:
        step = json.loads(payload)
        if step["action"] != Action.SEND_MESSAGE.value:
            message = f"action {step['action']!r} sends no mail"
            raise UnableToCompose(message)
        return from_args(step["args"]["mail"])
    except (KeyError, TypeError, ValueError) as fault:
        message = f"the stored payload is no outbound mail ({type(fault).__name__})"
        raise UnableToCompose(message) from fault
