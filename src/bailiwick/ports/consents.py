"""The consent ledger: statements are added and read, never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bailiwick.domain.consent import Consent
from bailiwick.domain.ids import ContactId
from bailiwick.kit.paging import Page


class Consents(Protocol):
    """What the contacts of a workspace said about being written to."""

    def add(self, consent: Consent) -> Consent:
        """Store one statement; returns it with its id and the instant at which it was stored."""
        ...

    def current(self, contact_id: ContactId, *, at: datetime) -> Sequence[Consent]:
        """Return what holds for a contact at an instant, one for each purpose and channel."""
        ...

    def list(self, contact_id: ContactId | None, *, cursor: str | None, size: int) -> Page[Consent]:
        """Return statements of one contact or of all, in the order in which they were stored."""
        ...
