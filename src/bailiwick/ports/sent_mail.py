"""The mails that we sent, as they are kept in their threads."""

from datetime import datetime
from typing import Protocol

from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import MessageId


class SentMail(Protocol):
    """The mails that were sent by us."""

    def keep(self, row: EffectRow, *, at: datetime) -> MessageId:
        """Keep the mail of a sent effect in its thread and count it on the contact.

        The copy that a Sent folder shows later is recognised by its Message-ID. Raises
        IntegrityFault when the stored payload is no mail.
        """
        ...
