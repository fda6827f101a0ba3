"""Where mail is kept: every message once, with its bytes, its thread and how far folders were read.

An archive works inside a unit, so mails, threads, cursor, signals and records of one batch become
durable together or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bailiwick.domain.ids import ContactId, MessageId, ThreadId
from bailiwick.domain.message import Direction, Message, ParsedMail
from bailiwick.domain.reading import Reading
from bailiwick.ports.mailbox import FolderCursor
from bailiwick.ports.thread_index import ThreadIndex
from bailiwick.ports.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One mail to keep."""

    raw: bytes
    mail: ParsedMail
    reading: Reading | None
    direction: Direction
    contact_id: ContactId | None
    thread_id: ThreadId | None
    """The thread it joins; None begins a new one."""
    received_at: datetime
    folder: str
    external_id: str


class MailArchive(ThreadIndex, Protocol):
    """Mail of one workspace, inside one unit."""

    def add(self, arrival: Arrival) -> tuple[MessageId, bool]:
        """Keep a mail and tell whether it is new.

        Known is what has the same raw bytes, or the same direction, Message-ID, sender, subject,
        text and attachments; then nothing changes and the id of the kept mail is returned. Raises
        IntegrityFault when the thread is unknown.
        """
        ...

    def orphans(self, *, after: str, size: int) -> Sequence[Message]:
        """Return usable mail without a contact, by id: all that we sent, and from known addresses.

        Mail with a token of ours that named nobody yet is found, too. A contact that is imported
        after their mail makes such mail theirs.
        """
        ...

    def adopt(self, message: Message, contact_id: ContactId) -> None:
        """Give a kept mail and its thread the contact that it lacked, and count it there."""
        ...

    def read_again(self, message_id: MessageId, reading: Reading) -> None:
        """Replace what was read in a kept mail."""
        ...

    def message(self, message_id: MessageId) -> Message | None:
        """Return a kept mail."""
        ...

    def by_rfc_id(self, rfc_message_id: str) -> Message | None:
        """Return the oldest kept mail with this Message-ID, such as the one a bounce is about."""
        ...

    def raw(self, message_id: MessageId) -> bytes | None:
        """Return the bytes as received."""
        ...

    def contact_by_address(self, address: str) -> ContactId | None:
        """Return the contact that has this address."""
        ...

    def contact_by_hash(self, address_hash: str) -> ContactId | None:
        """Return the contact that has the address with this hash."""
        ...

    def cursor(self, mailbox: str, folder: str) -> FolderCursor | None:
        """Return how far a folder has been read."""
        ...

    def set_cursor(self, mailbox: str, cursor: FolderCursor, *, at: datetime) -> None:
        """Note how far a folder has been read."""
        ...


class MailArchives(Protocol):
    """Opens the archive of a unit."""

    def within(self, unit: Unit) -> MailArchive:
        """Return the archive whose changes commit with this unit."""
        ...
