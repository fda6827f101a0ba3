"""Mail from files, as people export it."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from mailbox import mbox

from tests.cli.house import ADA, MAILBOX, QUESTION, House

from bailiwick.cli.exits import Exit


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
