"""What machines told about mail of ours, and how much of it there was lately."""

from datetime import datetime
from typing import Protocol

from bailiwick.domain.breaker import ReportKind, Tally
from bailiwick.domain.ids import ContactId
from bailiwick.domain.message import Message


class Reports(Protocol):
    """Reports on the mail that a workspace sent."""

    def add(self, kind: ReportKind, about: Message, *, status: str, at: datetime) -> bool:
        """Note what was told about a mail of ours; False when this is known of it."""
        ...

    def soft_bounces(self, contact_id: ContactId) -> int:
        """Count the mails to a contact that failed for a while, since they last wrote to us."""
        ...

    def tally(self, since: datetime, *, at: datetime) -> Tally:
        """Count marketing mails that went in a stretch, and reports on any that came in it."""
        ...
