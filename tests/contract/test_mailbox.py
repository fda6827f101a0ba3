"""One suite for the mailbox ports, on the fake and on the IMAP adapter against a real server."""

from collections.abc import Iterator
from typing import Final, Protocol

import pytest
from bench.servers.imap import PymapServer
from bench.servers.smtp import free_port

from bailiwick.connectors.mailbox.fake import FakeMailbox
from bailiwick.connectors.mailbox.imap import ImapMailbox, ImapSentFolder
from bailiwick.connectors.mailbox.imap_account import imap_account
from bailiwick.connectors.mailbox.imap_session import (
    ImapSession,
    UnableToLogIn,
    UnableToReachMailbox,
    UnableToReadFolder,
)
from bailiwick.domain.fault import PortFault
from bailiwick.domain.message import Direction
from bailiwick.ports.mailbox import FolderCursor, MailBatch, Mailbox, MailFolder, SentFolder

INBOX: Final = MailFolder(name="INBOX", direction=Direction.INBOUND)


def message(n: int, *, body: str = "hi") -> bytes:
    return f"From: a@x.example\r\nMessage-ID: <m{n}@x.example>\r\n\r\n{body} {n}\r\n".encode()


class Server(Protocol):
    """What a test does on the server's side."""

    def deliver(self, folder: str, raw: bytes) -> None: ...
    def expunge(self, folder: str, place: int) -> None: ...
    def renumber(self, folder: str) -> None: ...
    def go_away(self) -> None: ...
    def contents(self, folder: str) -> tuple[bytes, ...]: ...


class Rig:
    """A server and the adapters that talk to it."""

    def __init__(self, server: Server, mailbox: Mailbox, sent: SentFolder) -> None:
        self.server = server
        self.mailbox = mailbox
        self.sent = sent

    def store(self) -> "Store":
        return Store(self.mailbox)


class Store:
    """A caller that keeps a cursor and its mails together, as the port asks."""

    def __init__(self, mailbox: Mailbox, *, folder: MailFolder = INBOX) -> None:
        self.mailbox = mailbox
        self.folder = folder
        self.cursor: FolderCursor | None = None
        self.raws: list[bytes] = []

    def take(self, batch: MailBatch) -> None:
        for mail in batch.mails:
            if not (batch.resynced and mail.raw in self.raws):
                self.raws.append(mail.raw)
        self.cursor = batch.cursor

    def sync(self, *, crash_after: int | None = None) -> int:
        count = 0
        for batch in self.mailbox.sync(self.folder, cursor=self.cursor):
            if count == crash_after:
                break
            self.take(batch)
            count += 1
        return count


@pytest.fixture(params=["fake", "imap"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    if request.param == "fake":
        fake = FakeMailbox()
        yield Rig(fake, fake, fake)
        return
    server = PymapServer("rig")
    mailbox, sent = ImapMailbox(server.account), ImapSentFolder(server.account)
    yield Rig(server, mailbox, sent)
    mailbox.close()
    sent.close()
    server.go_away()


class TestMailbox:
    def test_names_inbox_and_sent(self, rig: Rig) -> None:
        """Both sides of the correspondence are read, each with its direction."""
        assert rig.mailbox.folders() == (
            INBOX,
            MailFolder(name="Sent", direction=Direction.OUTBOUND),
        )

    def test_reads_everything_once(self, rig: Rig) -> None:
        """A first sync brings all mails to the byte; a second one brings only what is new."""
        for n in range(3):
            rig.server.deliver("INBOX", message(n))
        store = rig.store()
        store.sync()
        assert store.raws == [message(0), message(1), message(2)]
        store.sync()
        rig.server.deliver("INBOX", message(3))
        store.sync()
        assert store.raws == [message(n) for n in range(4)]

    def test_says_where_a_mail_lay(self, rig: Rig) -> None:
        """A mail carries folder, direction and a reference to its place."""
        rig.server.deliver("Sent", message(1))
        sent = MailFolder(name="Sent", direction=Direction.OUTBOUND)
        first = next(iter(rig.mailbox.sync(sent, cursor=None)))
        (mail,) = first.mails
        assert (mail.folder, mail.direction) == ("Sent", Direction.OUTBOUND)
        assert mail.size_bytes == len(message(1))
        assert mail.external_id.startswith(f"uid:{first.cursor.uid_validity}/")

    def test_resumes_after_a_crash_between_batches(self, rig: Rig) -> None:
        """When only one batch was stored, the next sync goes on right behind it."""
        count = 230
        for n in range(count):
            rig.server.deliver("INBOX", message(n))
        store = rig.store()
        store.sync(crash_after=1)
        assert 0 < len(store.raws) < count
        store.sync()
        assert store.raws == [message(n) for n in range(count)]

    def test_passes_removed_mails_over(self, rig: Rig) -> None:
        """Mails that were removed leave no gap that stops the sync."""
        for n in range(4):
            rig.server.deliver("INBOX", message(n))
        rig.server.expunge("INBOX", 1)
        rig.server.expunge("INBOX", -1)
        store = rig.store()
        store.sync()
        assert store.raws == [message(0), message(2)]
        rig.server.deliver("INBOX", message(9))
        store.sync()
        assert store.raws == [message(0), message(2), message(9)]

    def test_reads_a_renumbered_folder_again(self, rig: Rig) -> None:
        """A new UIDVALIDITY brings every mail again, marked, so that none is lost or doubled."""
        for n in range(3):
            rig.server.deliver("INBOX", message(n))
        store = rig.store()
        store.sync()
        rig.server.deliver("INBOX", message(3))
        rig.server.renumber("INBOX")
        batches = list(rig.mailbox.sync(INBOX, cursor=store.cursor))
        assert all(batch.resynced for batch in batches)
        assert sum(len(batch.mails) for batch in batches) == 4
        store.sync()
        assert store.raws == [message(n) for n in range(4)]
        assert not any(b.resynced for b in rig.mailbox.sync(INBOX, cursor=store.cursor))

    def test_gives_a_cursor_for_an_empty_folder(self, rig: Rig) -> None:
        """An empty folder yields one empty batch, and later mail is not missed."""
        store = rig.store()
        store.sync()
        assert store.cursor is not None
        rig.server.deliver("INBOX", message(1))
        store.sync()
        assert store.raws == [message(1)]


class TestSentFolder:
    def test_finds_what_was_appended(self, rig: Rig) -> None:
        """A mail that is not there is absent for certain; once appended it is found."""
        assert rig.sent.find_by_message_id("<m1@x.example>") is False
        assert rig.sent.append_sent(message(1), rfc_message_id="<m1@x.example>")
        assert rig.sent.find_by_message_id("<m1@x.example>") is True

    def test_appends_once(self, rig: Rig) -> None:
        """A second append of the same mail changes nothing."""
        assert rig.sent.append_sent(message(1), rfc_message_id="<m1@x.example>")
        assert not rig.sent.append_sent(message(1), rfc_message_id="<m1@x.example>")
        assert rig.server.contents("Sent") == (message(1),)

    def test_takes_no_other_id_for_it(self, rig: Rig) -> None:
        """An id that contains or is contained in another one is another id."""
        rig.server.deliver("Sent", message(12))
        assert rig.sent.find_by_message_id("<m12@x.example>") is True
        assert rig.sent.find_by_message_id("<m1@x.example>") is False
        assert rig.sent.find_by_message_id("<2@x.example>") is False

    def test_does_not_look_into_the_inbox(self, rig: Rig) -> None:
        """A mail in the inbox proves nothing about what was sent."""
        rig.server.deliver("INBOX", message(1))
        assert rig.sent.find_by_message_id("<m1@x.example>") is False

    def test_does_not_guess_when_the_server_is_gone(self, rig: Rig) -> None:
        """No answer is neither yes nor no, and an append fails loudly."""
        rig.server.go_away()
        assert rig.sent.find_by_message_id("<m1@x.example>") is None
        with pytest.raises(PortFault):
            rig.sent.append_sent(message(1), rfc_message_id="<m1@x.example>")


@pytest.fixture(scope="module")
def server() -> Iterator[PymapServer]:
    with_archive = PymapServer("lone", folders=("Archive", "Éléments envoyés"))
    yield with_archive
    with_archive.go_away()


class TestImapMailbox:
    def test_knows_a_localised_sent_folder(self, server: PymapServer) -> None:
        """Without a mark by the server the Sent folder is known by its name, in French here."""
        mailbox = ImapMailbox(server.account)
        names = [(f.name, f.direction) for f in mailbox.folders()]
        mailbox.close()
        assert ("&AMk-l&AOk-ments envoy&AOk-s", Direction.OUTBOUND) in names

    def test_reads_chosen_folders(self, server: PymapServer) -> None:
        """A folder named in the settings is read as well."""
        mailbox = ImapMailbox(server.account, also=("Archive",))
        assert MailFolder(name="Archive", direction=Direction.INBOUND) in mailbox.folders()
        mailbox.close()

    def test_names_the_folders_when_one_is_missing(self, server: PymapServer) -> None:
        """A chosen folder that does not exist is an error that lists those that do."""
        mailbox = ImapMailbox(server.account, also=("Archives",))
        with pytest.raises(UnableToReadFolder, match=r"'Archives'; it has .*'Archive'"):
            mailbox.folders()
        mailbox.close()

    def test_leaves_mail_unread(self, server: PymapServer) -> None:
        """Reading sets no flag."""
        server.deliver("Archive", message(1))
        mailbox = ImapMailbox(server.account)
        list(mailbox.sync(MailFolder(name="Archive", direction=Direction.INBOUND), cursor=None))
        mailbox.close()
        session = ImapSession(server.account)
        session.examine("Archive")
        assert session.search("SEEN") == ()
        assert len(session.search("UNSEEN")) == 1
        session.close()

    def test_refuses_a_wrong_password(self, server: PymapServer) -> None:
        """A refused login names the account, not the password."""
        account = imap_account(f"imap://lone:wrong-secret@127.0.0.1:{server.port}")
        with pytest.raises(UnableToLogIn) as caught:
            ImapMailbox(account)
        assert "lone@127.0.0.1" in str(caught.value)
        assert "wrong-secret" not in str(caught.value)

    def test_reports_a_server_that_is_not_there(self) -> None:
        """Nobody listening is a fault that may pass."""
        account = imap_account(f"imap://u:p@127.0.0.1:{free_port()}")
        with pytest.raises(UnableToReachMailbox) as caught:
            ImapMailbox(account)
        assert caught.value.retryable


class TestImapSentFolder:
    def test_is_made_when_there_is_none(self) -> None:
        """Without a Sent folder nothing can be proved; an append makes one."""
        server = PymapServer("fresh", folders=())
        sent = ImapSentFolder(server.account)
        assert sent.find_by_message_id("<m1@x.example>") is None
        assert sent.append_sent(message(1), rfc_message_id="<m1@x.example>")
        assert sent.find_by_message_id("<m1@x.example>") is True
        assert server.contents("Sent") == (message(1),)
        sent.close()
        server.go_away()

    def test_goes_on_over_a_fresh_connection(self) -> None:
        """A connection that broke since the last call is replaced; the mail is added once."""
        server = PymapServer("broken")
        sent = ImapSentFolder(server.account)
        assert sent.find_by_message_id("<m1@x.example>") is False
        server.hang_up()
        assert sent.append_sent(message(1), rfc_message_id="<m1@x.example>")
        server.hang_up()
        assert sent.find_by_message_id("<m1@x.example>") is True
        assert server.contents("Sent") == (message(1),)
        sent.close()
        server.go_away()
