"""One logged-in IMAP connection with limits, as typed calls over the standard library's client.

Every failure of network, server or login becomes a PortFault; no text of the server or of a mail
goes into it.
"""

import binascii
import imaplib
import re
import ssl
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.connectors.mailbox.imap_account import ImapAccount
from bailiwick.connectors.mailbox.mail_date import mail_date
from bailiwick.domain.fault import PortFault
from bailiwick.kit.text import one_line
from bailiwick.ports.mail_source import RAW_BYTES_MAX

TIMEOUT_SECONDS: Final = 30.0  # ours: no answer for this long ends the connection
LITERAL_BYTES_MAX: Final = RAW_BYTES_MAX + 1024  # ours: larger mails are asked for in part
FOLDERS_COUNT_MAX: Final = 10_000  # ours
_LIST: Final = re.compile(rb'\(([^)]*)\) (?:"(?:\\?.)"|NIL) (.*)', re.DOTALL)
_UID: Final = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE: Final = re.compile(rb"\bRFC822\.SIZE (\d{1,15})\b")
_DATE: Final = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')
_MODIFIED_UTF7: Final = re.compile(r"&([A-Za-z0-9+,]*)-")


class UnableToReachMailbox(PortFault):
    """The server did not answer as it should; later it may."""

    retryable = True


class UnableToLogIn(PortFault):
    """The server refused user and password, or offers no safe way to give them."""


class UnableToReadFolder(PortFault):
    """A folder is missing, or the server does not hand out what it lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFolder:
    """A folder as the server lists it."""

    wire_name: str
    """As sent on the wire, without quotes."""
    name: str
    """For people."""
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A folder opened read-only."""

    uid_validity: int
    uid_next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is asked of a message before its body."""

    size_bytes: int
    received_at: datetime | None


class _Bounded(imaplib.IMAP4):
    """Refuses literals that are larger than we asked for."""

    def read(self, size: int) -> bytes:
        """Read a literal."""
        _check_literal(size)
        return super().read(size)


class _BoundedTls(imaplib.IMAP4_SSL):
    """The same over TLS."""

    def read(self, size: int) -> bytes:
        """Read a literal."""
        _check_literal(size)
        return super().read(size)


class ImapSession:
    """One connection, logged in. Close it when done."""

    def __init__(
        self,
        account: ImapAccount,
        *,
        tls: ssl.SSLContext | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._account = account
        self._lost = False
        with self._reaching("connect to"):
            self._imap = _connected(account, tls or ssl.create_default_context(), timeout_seconds)
        self._log_in()

    def folders(self) -> tuple[ListedFolder, ...]:
        """List the folders that can be opened."""
        listed: list[ListedFolder] = []
        for answer in self._called("list the folders of", self._imap.list):
            head, name = answer if isinstance(answer, tuple) else (answer, None)
            match = _LIST.match(head) if head else None
            if match is None:
                continue
            attributes = frozenset(match[1].decode("ascii", "replace").lower().split())
            wire_name = _unquoted(name if name is not None else match[2])
            if not {"\\noselect", "\\nonexistent"} & attributes:
                listed.append(
                    ListedFolder(
                        wire_name=wire_name, name=readable(wire_name), attributes=attributes
                    )
                )
        return tuple(listed[:FOLDERS_COUNT_MAX])

    def examine(self, wire_name: str) -> Examined:
        """Open a folder read-only, afresh. Raises UnableToReadFolder when there is none."""
        quoted = _quoted(wire_name)
        with self._reaching("open a folder of"):
            status, _ = self._imap.select(quoted, readonly=True)
        if status != "OK":
            message = f"{self._account.label}: the folder {readable(wire_name)!r} cannot be opened"
            raise UnableToReadFolder(message)
        validity, following = self._number("UIDVALIDITY"), self._number("UIDNEXT")
        if validity is None or following is None:
            message = f"{self._account.label}: the server gives no UIDVALIDITY and UIDNEXT"
            raise UnableToReadFolder(message)
        return Examined(uid_validity=validity, uid_next=following)

    def search(self, *criteria: str) -> tuple[int, ...]:
        """Return the UIDs that match, ascending."""
        answers = self._called("search", lambda: self._imap.uid("SEARCH", *criteria))
        found = b" ".join(a for a in answers if isinstance(a, bytes)).split()
        return tuple(sorted({int(uid) for uid in found if uid.isdigit()}))

    def envelopes(self, uids: Sequence[int]) -> Mapping[int, Envelope]:
        """Return size and arrival of messages that are still there."""
        found: dict[int, Envelope] = {}
        for head, _ in self._fetched(uids, "(UID RFC822.SIZE INTERNALDATE)"):
            uid, size, date = _UID.search(head), _SIZE.search(head), _DATE.search(head)
            if uid and size:
                found[int(uid[1])] = Envelope(
                    size_bytes=int(size[1]),
                    received_at=mail_date(date[1].decode("ascii", "replace")) if date else None,
                )
        return found

    def bodies(self, uids: Sequence[int], *, part_bytes: int | None = None) -> Mapping[int, bytes]:
        """Return the bytes of messages without marking them read; only the first of large ones."""
        section = "BODY.PEEK[]" if part_bytes is None else f"BODY.PEEK[]<0.{part_bytes}>"
        found: dict[int, bytes] = {}
        for head, literal in self._fetched(uids, f"(UID {section})"):
            uid = _UID.search(head)
            if uid and (literal is not None or b"BODY[" in head):
                found[int(uid[1])] = literal or b""
        return found

    def message_ids(self, uids: Sequence[int]) -> tuple[str, ...]:
        """Return the Message-ID header lines of messages."""
        section = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        return tuple(
            literal.decode("utf-8", "replace")
            for _, literal in self._fetched(uids, section)
            if literal is not None
        )

    def append(self, wire_name: str, raw: bytes) -> None:
        """Add a message, marked as read."""
        self._called(
            "append to",
            lambda: self._imap.append(_quoted(wire_name), "(\\Seen)", "", raw),
        )

    def create(self, wire_name: str) -> None:
        """Create a folder."""
        self._called("create a folder of", lambda: self._imap.create(_quoted(wire_name)))

    def close(self) -> None:
        """Log out; a server that is gone is no failure, and one that is silent is not asked."""
        with suppress(imaplib.IMAP4.error, OSError):
            if self._lost:
                self._imap.shutdown()
            else:
                self._imap.logout()

    def _log_in(self) -> None:
        with self._reaching("log in to"):
            accepted = self._accepted()
        if not accepted:
            self.close()
            message = f"{self._account.label}: the server refused user or password; check them"
            raise UnableToLogIn(message)

    def _accepted(self) -> bool:
        account = self._account
        try:
            if "AUTH=PLAIN" in self._imap.capabilities:
                secret = f"\0{account.user}\0{account.password}".encode()
                self._imap.authenticate("PLAIN", lambda _: secret)
            else:
                self._imap.login(_quoted(account.user), account.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            return False
        return True

    def _fetched(self, uids: Sequence[int], what: str) -> Iterator[tuple[bytes, bytes | None]]:
        """Yield for each message its attributes, from both sides of the literal, and that."""
        if not uids:
            return
        wanted = ",".join(map(str, uids))
        answers = self._called("fetch from", lambda: self._imap.uid("FETCH", wanted, what))
        head, literal = b"", None
        for answer in answers:
            if isinstance(answer, tuple):
                if literal is not None:
                    yield head, literal
                head, literal = answer
            elif answer is not None:
                yield (head + answer, literal) if literal is not None else (answer, None)
                head, literal = b"", None
        if literal is not None:
            yield head, literal

    def _called(
        self, doing: str, call: Callable[[], tuple[str, Sequence[object]]]
    ) -> tuple[bytes | tuple[bytes, bytes] | None, ...]:
        """Make one call and check the shape of its answer."""
        with self._reaching(doing):
            status, answers = call()
        if status != "OK":
            raise self._unreachable(doing)
        return tuple(_answer(a) for a in answers)

    def _number(self, code: str) -> int | None:
        _, answers = self._imap.response(code)
        last = _answer(answers[-1]) if answers else None
        return int(last) if isinstance(last, bytes) and last.isdigit() else None

    @contextmanager
    def _reaching(self, doing: str) -> Generator[None]:
        try:
            yield
        except (imaplib.IMAP4.error, OSError, ssl.SSLError) as error:
            raise self._unreachable(doing) from error

    def _unreachable(self, doing: str) -> UnableToReachMailbox:
        self._lost = True
        return UnableToReachMailbox(
            f"cannot {doing} {self._account.label}; check that the server is up, then sync again"
        )


def readable(wire_name: str) -> str:
    """Decode the modified UTF-7 of folder names (RFC 3501, 5.1.3); what is malformed stays."""

    def decode(match: re.Match[str]) -> str:
        if not match[1]:
            return "&"
        content = match[1].replace(",", "/")
        try:
            raw = binascii.a2b_base64(content + "=" * (-len(content) % 4))
            return raw.decode("utf-16-be")
        except (binascii.Error, UnicodeError):
            return match.group()

    return one_line(_MODIFIED_UTF7.sub(decode, wire_name))


def _connected(account: ImapAccount, tls: ssl.SSLContext, timeout: float) -> imaplib.IMAP4:
    if account.tls:
        return _BoundedTls(account.host, account.port, ssl_context=tls, timeout=timeout)
    imap = _Bounded(account.host, account.port, timeout=timeout)
    if "STARTTLS" in imap.capabilities:
        imap.starttls(ssl_context=tls)
    elif not account.loopback:
        imap.shutdown()
        message = (
            f"{account.label}: the server offers no encryption and the password would be readable "
            "on the way; use imaps://"
        )
        raise UnableToLogIn(message)
    return imap


def _check_literal(size: int) -> None:
    if size > LITERAL_BYTES_MAX:
        message = f"literal of {size} bytes"
        raise imaplib.IMAP4.abort(message)


def _answer(value: object) -> bytes | tuple[bytes, bytes] | None:
    match value:
        case bytes():
            return value
        case (bytes() as head, bytes() as literal):
            return head, literal
        case _:
            return None


def _quoted(text: str) -> str:
    assert "\r" not in text, "a command holds one line"
    assert "\n" not in text, "a command holds one line"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(name: bytes) -> str:
    text = name.decode("utf-8", "replace")
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text
