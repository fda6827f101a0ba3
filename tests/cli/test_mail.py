"""Mail from files, as people export it."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from io import StringIO
from mailbox import mbox

import pytest
from tests.cli.house import ADA, MAILBOX, QUESTION, House

from bailiwick.cli.exits import Exit


class Stopping(StringIO):
    """Somebody who presses Ctrl-C instead of typing."""

    def isatty(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:
        del size
        raise KeyboardInterrupt


def letter(sender: str, to: str, text: str, number: int, *, days: int) -> EmailMessage:
    """Return a mail of some days ago, all in one thread."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = "Delivery times" if number == 1 else "Re: Delivery times"
    mail["Message-ID"] = f"<m{number}@northwind.example>"
    if number > 1:
        mail["In-Reply-To"] = "<m1@northwind.example>"
    mail["Date"] = format_datetime(datetime.now(UTC) - timedelta(days=days))  # noqa: TID251 - as any mail program
    mail.set_content(text)
    return mail


class TestExportedMailbox:
    def test_a_question_in_a_file_that_dates_all_mail_alike_is_answered(self, house: House) -> None:
        """What we wrote before it is not taken for the answer, though the file says `now` twice."""
        house.contact()
        box = mbox(house.folder / "mail.mbox")
        box.add(letter(MAILBOX, ADA, "Hello Ada, shall we renew?", 1, days=9))
        box.add(letter(ADA, MAILBOX, QUESTION, 2, days=1))
        box.close()
        assert house.run("mail", "import", "mail.mbox").code == Exit.OK
        assert house.run("sweep").code == Exit.OK
        shown = house.run("approvals", "show", house.card(), "--json").json()
        assert "In-Reply-To: <m2@northwind.example>" in str(shown["payload_text"])

    def test_an_answered_question_is_left(self, house: House) -> None:
        """The same mails the other way round: we wrote last, so no reply is drafted."""
        house.contact()
        box = mbox(house.folder / "mail.mbox")
        box.add(letter(ADA, MAILBOX, QUESTION, 1, days=2))
        box.add(letter(MAILBOX, ADA, "Four weeks, Ada.", 2, days=1))
        box.close()
        assert house.run("mail", "import", "mail.mbox").code == Exit.OK
        assert house.run("sweep").code == Exit.OK
        assert house.run("approvals", "list", "--json").items() == []


CONTACTS = "First name,Last name,Email,Country\nAda,Byron,ada@northwind.example,US\n"


class TestMailBeforeItsContact:
    def imported(self, house: House, text: str) -> None:
        """Take mail of somebody unknown in, and import them after."""
        assert "no contact has" in house.receive(text=text).out
        (house.folder / "contacts.csv").write_text(CONTACTS, encoding="utf-8")
        ran = house.run("import", "csv", "contacts.csv", "--dry-run")
        assert ran.code == Exit.OK, ran.err
        ran = house.run("import", "csv", "contacts.csv")
        assert ran.code == Exit.OK, ran.err
        assert house.run("sweep").code == Exit.OK

    def test_a_question_is_answered(self, house: House) -> None:
        """What was asked before the import is answered after it, not met with an introduction."""
        self.imported(house, QUESTION)
        shown = house.run("approvals", "show", house.card(), "--json").json()
        assert "In-Reply-To: <m1@northwind.example>" in str(shown["payload_text"])

    def test_who_asked_to_stop_is_not_written_to(self, house: House) -> None:
        """A request to stop counts although it came before its contact was known."""
        self.imported(house, "Please unsubscribe me, and do not write again.")
        assert house.run("approvals", "list", "--json").items() == []
        assert "outreach" not in house.run("plan", ADA, "--json").out


class TestMailImport:
    def test_no_path_is_input(self, house: House) -> None:
        """A glob that matched nothing is no empty success."""
        ran = house.run("mail", "import")
        assert ran.code == Exit.INPUT
        assert "name at least one file" in ran.err

    def test_says_who_is_planned_for_by_nobody(self, house: House) -> None:
        """Mail of a stranger is kept, and the report says that nothing follows from it."""
        ran = house.receive(sender="stranger@elsewhere.example")
        assert "no contact has" in ran.out


class TestCardOfAReply:
    def test_shows_the_mail_that_it_answers(self, house: House) -> None:
        """Whoever approves an answer reads the question beside it."""
        house.contact()
        house.receive()
        assert house.run("sweep").code == Exit.OK
        shown = house.run("approvals", "show", house.card()).out
        assert "could you tell me the delivery times for twelve units?" in shown
        listed = house.run("approvals", "list").out
        assert "Re: Delivery times" in listed

    def test_ctrl_c_at_the_question_leaves_the_card(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever stops instead of answering is told so, without a traceback."""
        house.contact()
        house.receive()
        house.run("sweep")
        monkeypatch.setattr(sys, "stdin", Stopping())
        ran = house.run("approvals", "approve", house.card())
        assert ran.code == Exit.FAULT
        assert "stopped; what was committed is kept" in ran.err
        assert house.card()


class TestGrant:
    def test_takes_addresses_for_ids(self, house: House) -> None:
        """A contact is named by address, an account by somebody who works there."""
        contact_id = house.contact()
        words = ("--evidence", "e", "--reason", "r", "--capability", "reply", "--json")
        for option, begins in (
            ("--contact", f"contact:{contact_id}"),
            ("--account", "account:acc"),
        ):
            ran = house.run("grant", "add", "send-message", "--level", "2", option, ADA, *words)
            assert ran.code == Exit.OK, ran.err
            assert str(ran.json()["segment"]).startswith(begins)
        ran = house.run("grant", "add", "send-message", "--level", "2", "--account", "x@y.example")
        assert ran.code == Exit.INPUT


class TestPipe:
    def test_a_reader_that_goes_is_no_traceback(self, house: House) -> None:
        """What `head` does to a long output ends the command with one sentence."""
        assert house.run("policy", "schema").code == Exit.OK
        command = [sys.executable, "-m", "bailiwick", "policy", "schema", "--json"]
        with subprocess.Popen(  # noqa: S603 - our own interpreter
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            told = process.stderr.read()
            assert process.wait(timeout=30) == Exit.FAULT
        assert told == "bailiwick: the output was closed before its end\n"
