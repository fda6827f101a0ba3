"""The IMAP adapter against servers that misbehave, and over encrypted connections."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bailiwick.connectors.mailbox.folder_name import direction_of, sent_rank
from bailiwick.connectors.mailbox.imap import ImapMailbox, ImapSentFolder, sent_folder
from bailiwick.connectors.mailbox.imap_account import ImapAccount, imap_account
from bailiwick.connectors.mailbox.imap_session import (
    ImapSession,
    ListedFolder,
    UnableToLogIn,
    UnableToReachMailbox,
    UnableToReadFolder,
    readable,
)
from bailiwick.domain.message import Direction
from bailiwick.ports.mail_source import RAW_BYTES_MAX, RawMail
from bailiwick.ports.mailbox import FolderCursor, MailFolder

INBOX: Final = MailFolder(name="INBOX", direction=Direction.INBOUND)
RAW: Final = b"From: a@x.example\r\n\r\nhi\r\n"
TIMEOUT_SECONDS: Final = 5.0
SELECTED: Final = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n* OK [UIDNEXT 6] n\r\n"
Script = Callable[[str], str]
"""From a command to everything the server says before the tagged OK; `!` says NO, `~` hangs up."""


class ScriptedServer:
    """Speaks just enough IMAP to answer by a script, on loopback."""

    def __init__(
        self, script: Script, *, tls: ssl.SSLContext | None = None, implicit: bool = False
    ) -> None:
        self._script = script
        self._tls = tls
        self._implicit = implicit
        self.commands: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def account(self) -> ImapAccount:
        scheme = "imaps" if self._implicit else "imap"
        return imap_account(f"{scheme}://u:p@127.0.0.1:{self._socket.getsockname()[1]}")

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with ExitStack() as stack:
                stack.enter_context(connection)
                try:
                    self._talk(
                        self._wrapped(connection, stack) if self._implicit else connection, stack
                    )
                except OSError:
                    continue

    def _wrapped(self, connection: socket.socket, stack: ExitStack) -> ssl.SSLSocket:
        assert self._tls is not None
        return stack.enter_context(self._tls.wrap_socket(connection, server_side=True))

    def _talk(self, connection: socket.socket, stack: ExitStack) -> None:
        connection.sendall(b"* OK ready\r\n")
        lines = stack.enter_context(connection.makefile("rb"))
        while line := lines.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.commands.append(command)
            if command == "STARTTLS":
                connection.sendall(f"{tag} OK go\r\n".encode())
                connection = self._wrapped(connection, stack)
                lines = stack.enter_context(connection.makefile("rb"))
                continue
            answer = self._answer(command)
            if answer == "~":
                return
            status = "NO" if answer == "!" else "OK"
            said = "" if answer == "!" else answer
            connection.sendall(f"{said}{tag} {status} done\r\n".encode("latin-1"))
            if command == "LOGOUT":
                return

    def _answer(self, command: str) -> str:
        if command == "CAPABILITY":
            starttls = " STARTTLS" if self._tls and not self._implicit else ""
            return f"* CAPABILITY IMAP4rev1{starttls}\r\n"
        if command.startswith("LOGIN"):
            return ""
        return self._script(command)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(TIMEOUT_SECONDS)


@pytest.fixture
def serve() -> Iterator[Callable[..., ScriptedServer]]:
    servers: list[ScriptedServer] = []

    def start(
        script: Script, *, tls: ssl.SSLContext | None = None, implicit: bool = False
    ) -> ScriptedServer:
        servers.append(ScriptedServer(script, tls=tls, implicit=implicit))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def script(**answers: str) -> Script:
    """Answer by the first word that the command holds."""

    def answer(command: str) -> str:
        for word, said in answers.items():
            if word.replace("_", " ") in command:
                return said
        return ""

    return answer


def synced(server: ScriptedServer, *, cursor: FolderCursor | None = None) -> list[RawMail]:
    mailbox = ImapMailbox(server.account, timeout_seconds=TIMEOUT_SECONDS)
    try:
        return [m for batch in mailbox.sync(INBOX, cursor=cursor) for m in batch.mails]
    finally:
        mailbox.close()


def body(uid: int) -> str:
    return f"* {uid} FETCH (UID {uid} BODY[] {{{len(RAW)}}}\r\n{RAW.decode()})\r\n"


def size(uid: int, size_bytes: int = len(RAW)) -> str:
    date = '"14-Jul-2026 11:12:44 +0200"'
    return f"* {uid} FETCH (UID {uid} RFC822.SIZE {size_bytes} INTERNALDATE {date})\r\n"


class TestHostileServer:
    def test_leaves_no_gap(self, serve: Callable[..., ScriptedServer]) -> None:
        """A mail that is listed but not handed out stops the sync instead of being passed over."""
        server = serve(
            script(
                EXAMINE=SELECTED, SEARCH="* SEARCH 4 5\r\n", SIZE=size(4) + size(5), BODY=body(5)
            )
        )
        with pytest.raises(UnableToReachMailbox, match="does not hand out"):
            synced(server)

    def test_passes_over_what_was_removed_meanwhile(
        self, serve: Callable[..., ScriptedServer]
    ) -> None:
        """A mail that vanished between listing and fetching is no gap."""
        searches = iter(["* SEARCH 4 5\r\n", "* SEARCH\r\n"])

        def answer(command: str) -> str:
            if "SEARCH" in command:
                return next(searches)
            return script(EXAMINE=SELECTED, SIZE=size(4) + size(5), BODY=body(5))(command)

        assert [m.external_id for m in synced(serve(answer))] == ["uid:7/5"]

    def test_cannot_send_more_than_was_asked_for(
        self, serve: Callable[..., ScriptedServer]
    ) -> None:
        """A literal of gigabytes is refused before it is read."""
        server = serve(
            script(
                EXAMINE=SELECTED,
                SEARCH="* SEARCH 5\r\n",
                SIZE=size(5),
                BODY="* 5 FETCH (UID 5 BODY[] {9999999999}\r\n",
            )
        )
        with pytest.raises(UnableToReachMailbox):
            synced(server)

    def test_may_hold_mails_that_are_too_large(self, serve: Callable[..., ScriptedServer]) -> None:
        """Of a mail beyond the limit only the beginning is fetched; its size is told."""
        server = serve(
            script(
                EXAMINE=SELECTED,
                SEARCH="* SEARCH 5\r\n",
                SIZE=size(5, RAW_BYTES_MAX + 1),
                BODY=body(5).replace("BODY[]", "BODY[]<0>"),
            )
        )
        (mail,) = synced(server)
        assert (mail.raw, mail.size_bytes) == (RAW, RAW_BYTES_MAX + 1)
        assert any(f"BODY.PEEK[]<0.{RAW_BYTES_MAX}>" in command for command in server.commands)

    def test_may_order_and_fill_its_answers_as_it_likes(
        self, serve: Callable[..., ScriptedServer]
    ) -> None:
        """UIDs after the body, flag updates between, an empty body, UIDs out of range."""
        bodies = (
            "* 1 FETCH (FLAGS (\\Seen))\r\n"
            f"* 5 FETCH (BODY[] {{{len(RAW)}}}\r\n{RAW.decode()} UID 5)\r\n"
            '* 4 FETCH (UID 4 BODY[] "")\r\n'
        )
        server = serve(
            script(
                EXAMINE=SELECTED, SEARCH="* SEARCH 9 5 4 2\r\n", SIZE=size(5) + size(4), BODY=bodies
            )
        )
        cursor = FolderCursor(folder="INBOX", uid_validity=7, uid_next=3)
        mails = synced(server, cursor=cursor)
        assert [(m.external_id, m.raw) for m in mails] == [("uid:7/4", b""), ("uid:7/5", RAW)]
        assert mails[1].received_at == dt.datetime(2026, 7, 14, 9, 12, 44, tzinfo=dt.UTC)

    @pytest.mark.parametrize("word", ["EXAMINE", "SEARCH", "SIZE", "BODY"])
    def test_may_hang_up_at_any_point(
        self, serve: Callable[..., ScriptedServer], word: str
    ) -> None:
        """A lost connection is a fault that may pass, wherever it happens."""
        answers = {
            "EXAMINE": SELECTED, "SEARCH": "* SEARCH 5\r\n", "SIZE": size(5), "BODY": body(5),
        }  # fmt: skip
        server = serve(script(**{**answers, word: "~"}))
        with pytest.raises(UnableToReachMailbox) as caught:
            synced(server)
        assert caught.value.retryable

    @pytest.mark.parametrize("selected", ["!", "* 3 EXISTS\r\n"])
    def test_may_not_open_the_folder(
        self, serve: Callable[..., ScriptedServer], selected: str
    ) -> None:
        """A folder that cannot be opened, or gives no UIDVALIDITY, is named as such."""
        with pytest.raises(UnableToReadFolder):
            synced(serve(script(EXAMINE=selected)))

    def test_is_read_only_and_unmarked(self, serve: Callable[..., ScriptedServer]) -> None:
        """Reading uses EXAMINE and PEEK alone."""
        server = serve(
            script(EXAMINE=SELECTED, SEARCH="* SEARCH 5\r\n", SIZE=size(5), BODY=body(5))
        )
        assert len(synced(server)) == 1
        words = " ".join(server.commands)
        assert "EXAMINE" in words
        assert not any(word in words for word in ("SELECT", "STORE", "RFC822)", "BODY[]"))

    def test_that_gives_no_answer_proves_nothing_was_sent(
        self, serve: Callable[..., ScriptedServer]
    ) -> None:
        """When the search fails, the Sent folder answers neither yes nor no."""
        listed = '* LIST (\\Sent) "/" "Gone Out"\r\n'
        server = serve(script(LIST=listed, EXAMINE=SELECTED, SEARCH="!"))
        sent = ImapSentFolder(server.account, timeout_seconds=TIMEOUT_SECONDS)
        assert sent.find_by_message_id("<m1@x.example>") is None
        assert sent.find_by_message_id('<m1"@x.example>') is None
        sent.close()
        assert 'EXAMINE "Gone Out"' in server.commands

    def test_without_a_sent_folder_proves_nothing_was_sent(
        self, serve: Callable[..., ScriptedServer]
    ) -> None:
        """No Sent folder, no answer."""
        server = serve(script(LIST='* LIST () "/" INBOX\r\n'))
        sent = ImapSentFolder(server.account, timeout_seconds=TIMEOUT_SECONDS)
        assert sent.find_by_message_id("<m1@x.example>") is None
        sent.close()


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's and a client's context that trust one throw-away certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


class TestEncryption:
    @pytest.mark.parametrize("implicit", [True, False])
    def test_covers_the_password(
        self,
        serve: Callable[..., ScriptedServer],
        contexts: tuple[ssl.SSLContext, ssl.SSLContext],
        *,
        implicit: bool,
    ) -> None:
        """With imaps:// and with STARTTLS the login goes through TLS."""
        server = serve(script(), tls=contexts[0], implicit=implicit)
        ImapSession(server.account, tls=contexts[1], timeout_seconds=TIMEOUT_SECONDS).close()
        assert ("STARTTLS" in server.commands) is not implicit
        assert any(command.startswith("LOGIN") for command in server.commands)

    @pytest.mark.parametrize("implicit", [True, False])
    def test_needs_a_certificate_we_trust(
        self,
        serve: Callable[..., ScriptedServer],
        contexts: tuple[ssl.SSLContext, ssl.SSLContext],
        *,
        implicit: bool,
    ) -> None:
        """An unknown certificate ends the connection before the login."""
        server = serve(script(), tls=contexts[0], implicit=implicit)
        with pytest.raises(UnableToReachMailbox):
            ImapSession(server.account, timeout_seconds=TIMEOUT_SECONDS)
        assert not any(command.startswith("LOGIN") for command in server.commands)

    def test_is_demanded_beyond_this_machine(self, serve: Callable[..., ScriptedServer]) -> None:
        """Without STARTTLS no password is given to a host that is not loopback."""
        server = serve(script())
        port = server.account.port
        # 0.0.0.0 reaches this machine and is not a loopback address.
        with pytest.raises(UnableToLogIn, match="no encryption"):
            ImapSession(imap_account(f"imap://u:p@0.0.0.0:{port}"), timeout_seconds=TIMEOUT_SECONDS)
        assert not any(command.startswith("LOGIN") for command in server.commands)


class TestFolderNames:
    @pytest.mark.parametrize(
        ("wire", "name"),
        [("INBOX", "INBOX"), ("&AMk-l&AOk-ments envoy&AOk-s", "Éléments envoyés"), ("A&-B", "A&B"),
         ("&!!-", "&!!-"), ("a&AAA-b", "ab")],
    )  # fmt: skip
    def test_are_readable(self, wire: str, name: str) -> None:
        """Modified UTF-7 is decoded; what is malformed stays as it is."""
        assert readable(wire) == name

    def test_prefer_the_mark_of_the_server(self) -> None:
        """A folder marked as Sent wins over one that is only named so."""
        named = ListedFolder(wire_name="Sent", name="Sent", attributes=frozenset())
        marked = ListedFolder(wire_name="Out", name="Out", attributes=frozenset({"\\sent"}))
        other = ListedFolder(wire_name="Sentry", name="Sentry", attributes=frozenset())
        assert sent_folder([named, marked]) == marked
        assert sent_folder([other, named]) == named
        assert sent_folder([other]) is None

    @pytest.mark.parametrize(
        ("name", "direction"),
        [("[Gmail]/Sent Mail", Direction.OUTBOUND), ("INBOX.Gesendet", Direction.OUTBOUND),
         ("inbox", Direction.INBOUND), ("Presented", None)],
    )  # fmt: skip
    def test_tell_the_direction(self, name: str, direction: Direction | None) -> None:
        """Sent folders of many languages hold what we wrote; other names tell nothing."""
        assert direction_of(name) is direction
        assert (sent_rank(name) is not None) is (direction is Direction.OUTBOUND)
