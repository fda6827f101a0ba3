"""A mailbox in memory that obeys the contract of the real one; for tests and the demo."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bailiwick.connectors.mailbox.folder_name import sent_rank
from bailiwick.connectors.mailbox.imap_session import UnableToReachMailbox
from bailiwick.domain.message import Direction
from bailiwick.ports.mail_source import RawMail
from bailiwick.ports.mailbox import FolderCursor, MailBatch, MailFolder

BATCH_MAILS_MAX = 100  # as the IMAP adapter


@dataclass(slots=True)
class _Folder:
    """Messages by UID."""

    uid_validity: int = 1
    uid_next: int = 1
    mails: dict[int, bytes] = field(default_factory=dict[int, bytes])


class FakeMailbox:
    """Implements `Mailbox` and `SentFolder`; `deliver` and its like play the server's part."""

    def __init__(self) -> None:
        self._folders = {"INBOX": _Folder(), "Sent": _Folder()}
        self._unreachable = False

    def deliver(self, folder: str, raw: bytes) -> None:
        """Put a message into a folder."""
        box = self._folders[folder]
        box.mails[box.uid_next] = raw
        box.uid_next += 1

    def expunge(self, folder: str, place: int) -> None:
        """Remove the message at a place."""
        box = self._folders[folder]
        del box.mails[list(box.mails)[place]]

    def renumber(self, folder: str) -> None:
        """Give the folder a new UIDVALIDITY and new UIDs."""
        box = self._folders[folder]
        raws = list(box.mails.values())
        self._folders[folder] = _Folder(
            uid_validity=box.uid_validity + 1,
            uid_next=len(raws) + 1,
            mails=dict(enumerate(raws, start=1)),
        )

    def go_away(self) -> None:
        """Answer no more."""
        self._unreachable = True

    def contents(self, folder: str) -> tuple[bytes, ...]:
        """Return what a folder holds."""
        return tuple(self._folders[folder].mails.values()) if folder in self._folders else ()

    def folders(self) -> tuple[MailFolder, ...]:
        """Return the folders to read."""
        self._check()
        return tuple(
            MailFolder(
                name=name,
                direction=Direction.INBOUND if sent_rank(name) is None else Direction.OUTBOUND,
            )
            for name in self._folders
        )

    def sync(self, folder: MailFolder, *, cursor: FolderCursor | None) -> Iterator[MailBatch]:
        """Yield what came after the cursor, in UID order."""
        self._check()
        box = self._folders[folder.name]
        resynced = cursor is not None and cursor.uid_validity != box.uid_validity
        start = 1 if cursor is None or resynced else cursor.uid_next
        uids = [uid for uid in box.mails if uid >= start]
        for at in range(0, len(uids), BATCH_MAILS_MAX):
            chunk = uids[at : at + BATCH_MAILS_MAX]
            mails = tuple(self._mail(folder, box, uid) for uid in chunk)
            yield MailBatch(
                mails=mails, cursor=_cursor(folder, box, chunk[-1] + 1), resynced=resynced
            )
        end = max(start, box.uid_next)
        yield MailBatch(mails=(), cursor=_cursor(folder, box, end), resynced=resynced)

    def close(self) -> None:
        """Log out."""

    def find_by_message_id(self, rfc_message_id: str) -> bool | None:
        """Tell whether the mail is there."""
        if self._unreachable or "Sent" not in self._folders:
            return None
        return any(_message_id(raw) == rfc_message_id.encode() for raw in self.contents("Sent"))

    def append_sent(self, raw: bytes, *, rfc_message_id: str) -> bool:
        """Put a copy into Sent unless it is there."""
        self._check()
        if self.find_by_message_id(rfc_message_id):
            return False
        self._folders.setdefault("Sent", _Folder())
        self.deliver("Sent", raw)
        return True

    def _check(self) -> None:
        if self._unreachable:
            message = "cannot connect to the mailbox; check that the server is up"
            raise UnableToReachMailbox(message)

    @staticmethod
    def _mail(folder: MailFolder, box: _Folder, uid: int) -> RawMail:
        raw = box.mails[uid]
        return RawMail(
            raw=raw,
            size_bytes=len(raw),
            folder=folder.name,
            external_id=f"uid:{box.uid_validity}/{uid}",
            direction=folder.direction,
        )


def _cursor(folder: MailFolder, box: _Folder, uid_next: int) -> FolderCursor:
    return FolderCursor(folder=folder.name, uid_validity=box.uid_validity, uid_next=uid_next)


def _message_id(raw: bytes) -> bytes:
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    for line in head.split(b"\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"message-id":
            return value.strip()
    return b""
