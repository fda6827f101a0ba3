"""Looking stored threads up, so that `domain/mail_thread.py` can decide which one a mail joins."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bailiwick.domain.mail_thread import KnownThread


class ThreadIndex(Protocol):
    """Answers from the same transaction that will store the mail, earlier mails of it included."""

    def by_message_ids(self, rfc_message_ids: Sequence[str]) -> Mapping[str, Sequence[KnownThread]]:
        """Return the threads that hold or refer to each Message-ID; an unknown id is left out."""
        ...

    def by_subject(
        self, subject_key: str, *, parties: frozenset[str], since: datetime
    ) -> Sequence[KnownThread]:
        """Return threads of this folded subject with any of these parties, newest first."""
        ...
