"""Every message once: its bytes, what was read in them, and the thread it belongs to."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, Text, bindparam, func, or_, select, type_coerce, update

from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import PREFIX, ContactId, MessageId, ThreadId
from bailiwick.domain.mail_thread import KnownThread, parties, subject_key
from bailiwick.domain.message import Direction, Message, Parse, ParsedMail
from bailiwick.domain.reading import Reading
from bailiwick.ports.mail_archive import Arrival
from bailiwick.ports.mailbox import FolderCursor
from bailiwick.store.mail_codec import mail_to_json, reading_to_json
from bailiwick.store.repositories import history
from bailiwick.store.repositories.contacts import SIZE
from bailiwick.store.repositories.guards import address_owner, hash_owner, later
from bailiwick.store.scope import Scope, Value, key, own
from bailiwick.store.tables.crm import CONTACT_ADDRESSES, CONTACTS
from bailiwick.store.tables.mail import (
    MAIL_CURSORS,
    MAIL_REFERENCES,
    MAIL_THREADS,
    MESSAGES,
    RAW_MESSAGES,
)
from bailiwick.store.tables.schema import Instant

REFERENCES_KEPT_MAX: Final = 50  # ours: Message-IDs by which one mail makes its thread findable
PARTIES_MAX: Final = 200  # ours: a thread with more people is a list, found by Message-ID alone
THREADS_LOOKED_AT_MAX: Final = 100  # ours: threads of one subject in the window that are compared
TWINS_LOOKED_AT_MAX: Final = 20  # ours: kept mails of one Message-ID that are compared
COMPRESSION_LEVEL: Final = 6  # zlib's default; raw mail shrinks to about a third

_BY_SHA: Final = select(MESSAGES.c.id).where(own(MESSAGES), MESSAGES.c.raw_sha256 == key())
_TWIN: Final = (
    select(MESSAGES)
    .where(
        own(MESSAGES),
        MESSAGES.c.rfc_message_id == key(),
        MESSAGES.c.direction == key("direction"),
        MESSAGES.c.from_address == key("sender"),
        MESSAGES.c.subject == key("subject"),
    )
    .order_by(MESSAGES.c.id)
    .limit(TWINS_LOOKED_AT_MAX)
)
_BY_RFC: Final = (
    select(MESSAGES)
    .where(own(MESSAGES), MESSAGES.c.rfc_message_id == key())
    .order_by(MESSAGES.c.received_at, MESSAGES.c.id)
    .limit(1)
)
_ORPHANS: Final = (
    select(MESSAGES)
    .where(
        own(MESSAGES),
        MESSAGES.c.contact_id.is_(None),
        MESSAGES.c.parse != Parse.QUARANTINED.value,
        MESSAGES.c.id > key("after"),
        or_(
            MESSAGES.c.direction == Direction.OUTBOUND.value,
            func.lower(MESSAGES.c.from_address).in_(
                select(CONTACT_ADDRESSES.c.address).where(own(CONTACT_ADDRESSES))
            ),
            # Canonical JSON, where a quote inside a string is escaped: only the real key matches.
            type_coerce(MESSAGES.c.reading, Text).like('%"opt_out_proven":true%'),
        ),
    )
    .order_by(MESSAGES.c.id)
    .limit(SIZE)
)
_THREAD: Final = select(MAIL_THREADS).where(own(MAIL_THREADS), MAIL_THREADS.c.id == key())
_REFERRED: Final = (
    select(
        MAIL_REFERENCES.c.rfc_message_id,
        MAIL_THREADS.c.id,
        MAIL_THREADS.c.parties,
        MAIL_THREADS.c.last_at,
    )
    .join(
        MAIL_THREADS,
        (MAIL_THREADS.c.workspace_id == MAIL_REFERENCES.c.workspace_id)
        & (MAIL_THREADS.c.id == MAIL_REFERENCES.c.thread_id),
    )
    .where(
        own(MAIL_REFERENCES),
        MAIL_REFERENCES.c.rfc_message_id.in_(bindparam("names", expanding=True)),
    )
    .order_by(MAIL_REFERENCES.c.id)
)
_KNOWN_NAMES: Final = select(MAIL_REFERENCES.c.rfc_message_id).where(
    own(MAIL_REFERENCES), MAIL_REFERENCES.c.thread_id == key()
)
_BY_SUBJECT: Final = (
    select(MAIL_THREADS)
    .where(
        own(MAIL_THREADS),
        MAIL_THREADS.c.subject_folded == key(),
        MAIL_THREADS.c.last_at >= bindparam("since", type_=Instant),
    )
    .order_by(MAIL_THREADS.c.last_at.desc(), MAIL_THREADS.c.id.desc())
    .limit(THREADS_LOOKED_AT_MAX)
)
_RAW: Final = select(RAW_MESSAGES.c.content).where(own(RAW_MESSAGES), RAW_MESSAGES.c.id == key())
_CURSOR: Final = select(MAIL_CURSORS).where(
    own(MAIL_CURSORS), MAIL_CURSORS.c.mailbox == key(), MAIL_CURSORS.c.folder == key("folder")
)


class SqlMailArchive:
    """Mail of one workspace, inside one unit."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, arrival: Arrival) -> tuple[MessageId, bool]:
        """Keep a mail and tell whether it is new. Raises IntegrityFault: the thread is unknown."""
        known = self._known(arrival)
        if known is not None:
            return known, False
        thread_id = self._thread(arrival)
        message_id = MessageId(self._scope.ids.new(PREFIX["message"]))
        # When it came to us, not the date it carries: a card judges by that what is news.
        stored_at = self._scope.clock.now()
        values = _message_values(arrival, message_id, thread_id)
        self._scope.insert(MESSAGES, {**values, "created_at": stored_at})
        self._scope.insert(
            RAW_MESSAGES,
            {
                "id": message_id,
                "content": zlib.compress(arrival.raw, COMPRESSION_LEVEL),
                "size_bytes": len(arrival.raw),
                "folder": arrival.folder,
                "external_id": arrival.external_id,
                "created_at": stored_at,
            },
        )
        self._refer(arrival, thread_id)
        if arrival.contact_id is not None:
            self._count(arrival.contact_id, arrival.direction, arrival.received_at)
        return message_id, True

    def orphans(self, *, after: str, size: int) -> Sequence[Message]:
        """Return usable mail without a contact, by id: all that we sent, and from known addresses.

        Mail with a token of ours that named nobody yet is found, too. A contact that is imported
        after their mail makes such mail theirs.
        """
        return tuple(
            map(history.stored_message, self._scope.rows(_ORPHANS, after=after, size=size))
        )

    def adopt(self, message: Message, contact_id: ContactId) -> None:
        """Give a kept mail and its thread the contact that it lacked, and count it there."""
        self._scope.change(
            update(MESSAGES)
            .where(own(MESSAGES), MESSAGES.c.id == message.message_id)
            .values(contact_id=contact_id, row_version=MESSAGES.c.row_version + 1)
        )
        self._scope.change(
            update(MAIL_THREADS)
            .where(own(MAIL_THREADS), MAIL_THREADS.c.id == message.thread_id)
            .values(
                contact_id=func.coalesce(MAIL_THREADS.c.contact_id, contact_id),
                row_version=MAIL_THREADS.c.row_version + 1,
            )
        )
        self._count(contact_id, message.direction, message.received_at)

    def read_again(self, message_id: MessageId, reading: Reading) -> None:
        """Replace what was read in a kept mail."""
        self._scope.change(
            update(MESSAGES)
            .where(own(MESSAGES), MESSAGES.c.id == message_id)
            .values(reading=reading_to_json(reading), row_version=MESSAGES.c.row_version + 1)
        )

    def by_message_ids(self, rfc_message_ids: Sequence[str]) -> Mapping[str, Sequence[KnownThread]]:
        """Return the threads that hold or refer to each Message-ID; an unknown id is left out."""
        found: dict[str, list[KnownThread]] = {}
        if rfc_message_ids:
            for row in self._scope.rows(_REFERRED, names=list(rfc_message_ids)):
                found.setdefault(row["rfc_message_id"], []).append(_known_thread(row))
        return found

    def by_subject(
        self, subject_key: str, *, parties: frozenset[str], since: datetime
    ) -> Sequence[KnownThread]:
        """Return threads of this folded subject with any of these parties, newest first."""
        rows = self._scope.rows(_BY_SUBJECT, key=subject_key, since=since)
        return tuple(t for t in map(_known_thread, rows) if t.parties & parties)

    def message(self, message_id: MessageId) -> Message | None:
        """Return a kept mail."""
        return history.message(self._scope, message_id)

    def by_rfc_id(self, rfc_message_id: str) -> Message | None:
        """Return the oldest kept mail with this Message-ID, such as the one a bounce is about."""
        row = self._scope.row(_BY_RFC, key=rfc_message_id)
        return None if row is None else history.stored_message(row)

    def raw(self, message_id: MessageId) -> bytes | None:
        """Return the bytes as received."""
        row = self._scope.row(_RAW, key=message_id)
        return None if row is None else zlib.decompress(row["content"])

    def contact_by_address(self, address: str) -> ContactId | None:
        """Return the contact that has this address."""
        return address_owner(self._scope, address)

    def contact_by_hash(self, address_hash: str) -> ContactId | None:
        """Return the contact that has the address with this hash."""
        return hash_owner(self._scope, address_hash)

    def cursor(self, mailbox: str, folder: str) -> FolderCursor | None:
        """Return how far a folder has been read."""
        row = self._scope.row(_CURSOR, key=mailbox, folder=folder)
        if row is None:
            return None
        return FolderCursor(
            folder=row["folder"], uid_validity=row["uid_validity"], uid_next=row["uid_next"]
        )

    def set_cursor(self, mailbox: str, cursor: FolderCursor, *, at: datetime) -> None:
        """Note how far a folder has been read."""
        values = {
            "uid_validity": cursor.uid_validity,
            "uid_next": cursor.uid_next,
            "synced_at": at,
        }
        fresh = {
            **values,
            "id": self._scope.ids.new(PREFIX["cursor"]),
            "mailbox": mailbox,
            "folder": cursor.folder,
            "created_at": at,
        }
        if not self._scope.insert_new(MAIL_CURSORS, fresh, unique=("mailbox", "folder")):
            self._scope.change(
                update(MAIL_CURSORS)
                .where(
                    own(MAIL_CURSORS),
                    MAIL_CURSORS.c.mailbox == mailbox,
                    MAIL_CURSORS.c.folder == cursor.folder,
                )
                .values(**values)
            )

    def _known(self, arrival: Arrival) -> MessageId | None:
        mail = arrival.mail
        row = self._scope.row(_BY_SHA, key=mail.raw_sha256)
        if row is not None:
            return MessageId(row["id"])
        if not mail.rfc_message_id or not mail.from_address:
            return None
        # A copy differs in its trace headers only. A Message-ID alone proves nothing: dropping by
        # it would let a forged mail keep the real one out.
        twins = self._scope.rows(
            _TWIN,
            key=mail.rfc_message_id,
            direction=arrival.direction.value,
            sender=mail.from_address,
            subject=mail.subject,
        )
        for twin in map(history.stored_message, twins):
            # Nobody else writes our Sent folder, and our Message-IDs are digests.
            if arrival.direction is Direction.OUTBOUND or (
                twin.mail.text,
                twin.mail.attachments,
            ) == (mail.text, mail.attachments):
                return twin.message_id
        return None

    def _thread(self, arrival: Arrival) -> ThreadId:
        if arrival.thread_id is None:
            return self._new_thread(arrival)
        row = self._scope.row(_THREAD, key=arrival.thread_id)
        if row is None:
            message = f"thread {arrival.thread_id!r} is not stored in this workspace"
            raise IntegrityFault(message)
        everybody = frozenset(row["parties"].splitlines()) | parties(arrival.mail)
        self._scope.change(
            update(MAIL_THREADS)
            .where(own(MAIL_THREADS), MAIL_THREADS.c.id == arrival.thread_id)
            .values(
                parties=_lines(everybody),
                last_at=later(MAIL_THREADS.c.last_at, arrival.received_at),
                contact_id=func.coalesce(MAIL_THREADS.c.contact_id, arrival.contact_id),
                row_version=MAIL_THREADS.c.row_version + 1,
            )
        )
        return arrival.thread_id

    def _new_thread(self, arrival: Arrival) -> ThreadId:
        thread_id = ThreadId(self._scope.ids.new(PREFIX["thread"]))
        self._scope.insert(
            MAIL_THREADS,
            {
                "id": thread_id,
                "subject": arrival.mail.subject,
                "subject_folded": subject_key(arrival.mail.subject),
                "parties": _lines(parties(arrival.mail)),
                "contact_id": arrival.contact_id,
                "ours": arrival.direction is Direction.OUTBOUND,
                "last_at": arrival.received_at,
                "created_at": arrival.received_at,
            },
        )
        return thread_id

    def _refer(self, arrival: Arrival, thread_id: ThreadId) -> None:
        """Make the thread findable by the mail's own Message-ID and those it names."""
        mail = arrival.mail
        named = (mail.rfc_message_id, *mail.in_reply_to, *reversed(mail.references))
        names = dict.fromkeys(name for name in named if name)
        known = {row["rfc_message_id"] for row in self._scope.rows(_KNOWN_NAMES, key=thread_id)}
        self._scope.insert_all(
            MAIL_REFERENCES,
            [
                {
                    "id": self._scope.ids.new(PREFIX["reference"]),
                    "rfc_message_id": name,
                    "thread_id": thread_id,
                    "created_at": arrival.received_at,
                }
                for name in list(names)[:REFERENCES_KEPT_MAX]
                if name not in known
            ],
        )

    def _count(self, contact_id: ContactId, direction: Direction, at: datetime) -> None:
        # Sent mail is counted when it is delivered; its copy in the Sent folder only dates it.
        values: dict[str, Value] = (
            {
                "received_count": CONTACTS.c.received_count + 1,
                "last_inbound_at": later(CONTACTS.c.last_inbound_at, at),
            }
            if direction is Direction.INBOUND
            else {"last_outbound_at": later(CONTACTS.c.last_outbound_at, at)}
        )
        self._scope.change(
            update(CONTACTS).where(own(CONTACTS), CONTACTS.c.id == contact_id).values(**values)
        )


def _message_values(
    arrival: Arrival, message_id: MessageId, thread_id: ThreadId
) -> dict[str, Value]:
    mail: ParsedMail = arrival.mail
    return {
        "id": message_id,
        "thread_id": thread_id,
        "contact_id": arrival.contact_id,
        "direction": arrival.direction.value,
        "rfc_message_id": mail.rfc_message_id,
        "raw_sha256": mail.raw_sha256,
        "parse": mail.parse.value,
        "from_address": mail.from_address,
        "subject": mail.subject,
        "received_at": arrival.received_at,
        "sent_at": mail.sent_at,
        "mail": mail_to_json(mail),
        "reading": None if arrival.reading is None else reading_to_json(arrival.reading),
    }


def _known_thread(row: RowMapping) -> KnownThread:
    return KnownThread(
        thread_id=ThreadId(row["id"]),
        parties=frozenset(row["parties"].splitlines()),
        last_at=row["last_at"],
    )


def _lines(addresses: frozenset[str]) -> str:
    return "\n".join(sorted(addresses)[:PARTIES_MAX])
