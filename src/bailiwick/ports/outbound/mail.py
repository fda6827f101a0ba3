"""Sending mail, and asking whether it was sent."""

from typing import Protocol

from bailiwick.domain.receipt import Receipt
from bailiwick.policy.permit import Permit


class MailWriter(Protocol):
    """Sends one approved payload. Never raises for a provider's answer: the receipt tells it."""

    def send(self, payload: bytes, *, permit: Permit) -> Receipt:
        """Send the mail whose canonical step payload this is.

        `payload` is `canonical_bytes({"action": …, "args": …})`; its SHA-256 must equal the
        permit's payload hash (assertion). The Message-ID is derived from the effect key.
        """
        ...

    def was_sent(self, effect_key: str) -> bool | None:
        """Look the effect up by its Message-ID; None when the provider cannot be asked."""
        ...
