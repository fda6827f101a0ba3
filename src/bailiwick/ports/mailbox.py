"""Reading a mailbox without gaps or doubles, and finding what was sent in its Sent folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from bailiwick.domain.message import Direction
from bailiwick.ports.mail_source import RawMail


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFolder:
    """A folder that is read."""

    name: str
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderCursor:
    """How far a folder has been read; stored in the transaction that stores the mails."""

    folder: str
    uid_validity: int
    uid_next: int
    """The lowest UID that has not been read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBatch:
    """Some mails in UID order, and the cursor that is right once they are stored."""

    mails: tuple[RawMail, ...]
    cursor: FolderCursor
    resynced: bool
    """The server renumbered the folder: mails may be known, tell them by raw hash or Message-ID."""


class Mailbox(Protocol):
    """Reads only: it changes no flag and no folder. Raises PortFault when it cannot answer."""

    def folders(self) -> tuple[MailFolder, ...]:
        """Return what is read: the inbox, the Sent folder if there is one, chosen folders."""
        ...

    def sync(self, folder: MailFolder, *, cursor: FolderCursor | None) -> Iterator[MailBatch]:
        """Yield what came after the cursor; the last batch may be empty.

        The caller stores a batch with its cursor before it asks for the next; one sync at a time.
        """
        ...

    def close(self) -> None:
        """Log out."""
        ...


class SentFolder(Protocol):
    """The folder that proves what was sent."""

    def find_by_message_id(self, rfc_message_id: str) -> bool | None:
        """Tell whether the mail is there; None when the mailbox cannot be asked."""
        ...

    def append_sent(self, raw: bytes, *, rfc_message_id: str) -> bool:
        """Put a copy there unless it is there; True when it was added. Raises PortFault."""
        ...

    def close(self) -> None:
        """Log out."""
        ...
