"""The mailbox over IMAP: reads folders by UID so that nothing is missed or read twice.

A cursor is {UIDVALIDITY, UIDNEXT}; it moves only as far as the batch that carries it. A message
that the server lists but does not hand out stops the folder instead of leaving a gap.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bailiwick.connectors.mailbox.folder_name import sent_rank
from bailiwick.connectors.mailbox.imap_account import ImapAccount
from bailiwick.connectors.mailbox.imap_session import (
    TIMEOUT_SECONDS,
    Envelope,
    ImapSession,
    ListedFolder,
    UnableToReachMailbox,
    UnableToReadFolder,
)
from bailiwick.domain.fault import PortFault
from bailiwick.domain.message import Direction
from bailiwick.ports.mail_source import RAW_BYTES_MAX, RawMail
from bailiwick.ports.mailbox import FolderCursor, MailBatch, MailFolder

BATCH_MAILS_MAX: Final = 100  # ours: one transaction
BATCH_BYTES_MAX: Final = 4 * 1024 * 1024  # ours: bounds memory; one larger mail goes alone
UID_WINDOW: Final = 50_000  # ours: UIDs in one SEARCH; its answer stays under imaplib's 1 MB line
WINDOWS_COUNT_MAX: Final = 100_000  # UIDs are 32 bits: 2^32 / 50,000, rounded up
ATTEMPTS_COUNT_MAX: Final = 2  # ours: a Sent folder is asked once more over a fresh connection
SENT_FOLDER: Final = "Sent"
_MESSAGE_ID: Final = re.compile(r"<[!#-;=?-\[\]-~]{1,990}>", re.ASCII)


class ImapMailbox:
    """Reads over one connection; implements `Mailbox`."""

    def __init__(
        self,
        account: ImapAccount,
        *,
        also: Sequence[str] = (),
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._account = account
        self._also = tuple(also)
        self._session = ImapSession(account, timeout_seconds=timeout_seconds)

    def folders(self) -> tuple[MailFolder, ...]:
        """Return the inbox, the Sent folder when there is one, and the chosen folders.

        Raises UnableToReadFolder when a chosen folder does not exist.
        """
        listed = self._session.folders()
        chosen = [MailFolder(name="INBOX", direction=Direction.INBOUND)]
        sent = sent_folder(listed)
        if sent:
            chosen.append(MailFolder(name=sent.wire_name, direction=Direction.OUTBOUND))
        for name in self._also:
            found = next((f for f in listed if name in {f.name, f.wire_name}), None)
            if found is None:
                known = ", ".join(repr(f.name) for f in listed)
                message = f"{self._account.label} has no folder {name!r}; it has {known}"
                raise UnableToReadFolder(message)
            if all(found.wire_name != known.name for known in chosen):
                chosen.append(MailFolder(name=found.wire_name, direction=Direction.INBOUND))
        return tuple(chosen)

    def sync(self, folder: MailFolder, *, cursor: FolderCursor | None) -> Iterator[MailBatch]:
        """Yield what came after the cursor, in UID order."""
        examined = self._session.examine(folder.name)
        resynced = cursor is not None and cursor.uid_validity != examined.uid_validity
        start = 1 if cursor is None or resynced else cursor.uid_next
        for uids in self._windows(start, examined.uid_next):
            for mails in self._batches(folder, examined.uid_validity, uids):
                yield MailBatch(
                    mails=tuple(mail for _, mail in mails),
                    cursor=FolderCursor(
                        folder=folder.name,
                        uid_validity=examined.uid_validity,
                        uid_next=mails[-1][0] + 1,
                    ),
                    resynced=resynced,
                )
        yield MailBatch(
            mails=(),
            cursor=FolderCursor(
                folder=folder.name,
                uid_validity=examined.uid_validity,
                uid_next=max(start, examined.uid_next),
            ),
            resynced=resynced,
        )

    def close(self) -> None:
        """Log out."""
        self._session.close()

    def _windows(self, start: int, end: int) -> Iterator[tuple[int, ...]]:
        """Yield the UIDs that exist from `start` to before `end`, some at a time."""
        for low in range(start, min(end, start + UID_WINDOW * WINDOWS_COUNT_MAX), UID_WINDOW):
            high = min(low + UID_WINDOW, end) - 1
            # A server may answer with UIDs outside the range (`n:*` swaps its ends).
            yield tuple(u for u in self._session.search("UID", f"{low}:{high}") if low <= u <= high)

    def _batches(
        self, folder: MailFolder, uid_validity: int, uids: Sequence[int]
    ) -> Iterator[list[tuple[int, RawMail]]]:
        for at in range(0, len(uids), BATCH_MAILS_MAX):
            chunk = uids[at : at + BATCH_MAILS_MAX]
            envelopes = self._session.envelopes(chunk)
            self._check_gone([u for u in chunk if u not in envelopes])
            for group in _groups([(u, envelopes[u]) for u in chunk if u in envelopes]):
                mails = self._fetched(folder, uid_validity, group)
                if mails:
                    yield mails

    def _fetched(
        self, folder: MailFolder, uid_validity: int, group: Sequence[tuple[int, Envelope]]
    ) -> list[tuple[int, RawMail]]:
        small = [uid for uid, envelope in group if envelope.size_bytes <= RAW_BYTES_MAX]
        large = [uid for uid, envelope in group if envelope.size_bytes > RAW_BYTES_MAX]
        bodies = dict(self._session.bodies(small))
        for uid in large:
            bodies.update(self._session.bodies([uid], part_bytes=RAW_BYTES_MAX))
        self._check_gone([uid for uid, _ in group if uid not in bodies])
        return [
            (
                uid,
                RawMail(
                    raw=bodies[uid],
                    size_bytes=envelope.size_bytes if uid in large else len(bodies[uid]),
                    folder=folder.name,
                    external_id=f"uid:{uid_validity}/{uid}",
                    direction=folder.direction,
                    received_at=envelope.received_at,
                ),
            )
            for uid, envelope in group
            if uid in bodies
        ]

    def _check_gone(self, uids: Sequence[int]) -> None:
        """Make sure that messages which were not handed out no longer exist."""
        if not uids:
            return
        there = self._session.search("UID", ",".join(map(str, uids)))
        if set(there) & set(uids):
            message = (
                f"{self._account.label} lists {len(there)} messages that it does not hand out; "
                "nothing after them was read, sync again later"
            )
            raise UnableToReachMailbox(message)


class ImapSentFolder:
    """The Sent folder over its own connection, opened when needed; implements `SentFolder`."""

    def __init__(
        self,
        account: ImapAccount,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._account = account
        self._timeout_seconds = timeout_seconds
        self._session: ImapSession | None = None

    def find_by_message_id(self, rfc_message_id: str) -> bool | None:
        """Tell whether the mail is there; None when the mailbox cannot be asked."""
        for _ in range(ATTEMPTS_COUNT_MAX):
            try:
                return self._found(rfc_message_id)
            except PortFault as fault:
                self.close()
                if not fault.retryable:
                    return None
        return None

    def append_sent(self, raw: bytes, *, rfc_message_id: str) -> bool:
        """Put a copy there unless it is there; True when it was added.

        Raises UnableToReachMailbox or UnableToLogIn.
        """
        for attempt in range(1, ATTEMPTS_COUNT_MAX + 1):
            try:
                return self._appended(raw, rfc_message_id)
            except UnableToReachMailbox:
                self.close()
                if attempt == ATTEMPTS_COUNT_MAX:
                    raise
        raise AssertionError  # the loop returns or raises

    def close(self) -> None:
        """Log out."""
        session, self._session = self._session, None
        if session:
            session.close()

    def _appended(self, raw: bytes, rfc_message_id: str) -> bool:
        if self._found(rfc_message_id):
            return False
        session = self._opened()
        folder = sent_folder(session.folders())
        if folder is None:
            session.create(SENT_FOLDER)
        session.append(folder.wire_name if folder else SENT_FOLDER, raw)
        return True

    def _found(self, rfc_message_id: str) -> bool | None:
        if not _MESSAGE_ID.fullmatch(rfc_message_id):
            return None
        session = self._opened()
        folder = sent_folder(session.folders())
        if folder is None:
            return None
        session.examine(folder.wire_name)
        uids = session.search("HEADER", "Message-ID", f'"{rfc_message_id}"')
        # SEARCH matches substrings: only an equal header proves it.
        lines = session.message_ids(uids[-BATCH_MAILS_MAX:])
        return any(line.partition(":")[2].strip() == rfc_message_id for line in lines)

    def _opened(self) -> ImapSession:
        if self._session is None:
            self._session = ImapSession(self._account, timeout_seconds=self._timeout_seconds)
        return self._session


def sent_folder(listed: Sequence[ListedFolder]) -> ListedFolder | None:
    """Return the folder marked as Sent (RFC 6154), else the best of the known names."""
    marked = [f for f in listed if "\\sent" in f.attributes]
    if marked:
        return marked[0]
    ranked = [(rank, f.wire_name, f) for f in listed if (rank := sent_rank(f.name)) is not None]
    return min(ranked, key=lambda entry: entry[:2])[2] if ranked else None


def _groups(
    known: Sequence[tuple[int, Envelope]],
) -> Iterator[list[tuple[int, Envelope]]]:
    """Part messages so that one group holds about `BATCH_BYTES_MAX`."""
    group: list[tuple[int, Envelope]] = []
    size_bytes = 0
    for uid, envelope in known:
        if group and size_bytes + envelope.size_bytes > BATCH_BYTES_MAX:
            yield group
            group, size_bytes = [], 0
        group.append((uid, envelope))
        size_bytes += envelope.size_bytes
    if group:
        yield group
