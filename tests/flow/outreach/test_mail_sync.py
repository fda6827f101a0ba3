"""Mail on both sides of a mailbox: nothing missing, nothing twice (peers' acceptance 18)."""

from collections.abc import Generator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from tests.fakes.office import DANA, letter
from tests.flow.outreach.post_office import PostOffice, post_office

from bailiwick.ports.crm import History
from bailiwick.ports.intake_files import ImportOptions

PRIVATE = "Dana <dana.w@home.example>"


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[PostOffice]:
    with post_office(tmp_path, sqlite_url, "sync") as opened:
        yield opened


def history(place: PostOffice) -> History:
    with place.app.units.read() as unit:
        return unit.crm.history(DANA, each_max=50)


def answer(place: PostOffice) -> None:
    """Let Dana ask, and answer her."""
    place.imap.deliver("INBOX", letter("Could you tell me how onboarding works?\n\nDana"))
    place.sync()
    place.sweep()
    place.approve_all()
    place.drain()


class TestTheSentCopy:
    def test_18_lands_in_sent_as_it_went_out(self, place: PostOffice) -> None:
        """Peers 18: one copy with the very Message-ID and text that the recipient got."""
        answer(place)
        (went,) = place.sink.delivered
        (kept,) = place.imap.contents("Sent")
        out, copy = (message_from_bytes(raw, policy=default) for raw in (went, kept))
        for name in ("Message-ID", "To", "Subject", "In-Reply-To", "Date"):
            assert copy[name] == out[name]
        assert copy.get_content() == out.get_content()

    def test_18_is_known_when_it_is_read_back(self, place: PostOffice) -> None:
        """Peers 18: reading our own copy is one mail in the history, and answers the question."""
        answer(place)
        for _ in range(3):
            place.sync()
        told = history(place)
        assert (told.sent_count, told.received_count) == (1, 1)
        assert told.unanswered is None


class TestANewUidValidity:
    def test_18_leaves_no_gap_and_doubles_nothing(self, place: PostOffice) -> None:
        """Peers 18: a folder that the server numbered anew is read whole, each mail kept once."""
        answer(place)
        for number in range(2, 6):
            place.imap.deliver("INBOX", letter(f"Question {number}?", number=number))
        place.sync()
        before = history(place)
        place.imap.renumber("INBOX")
        place.imap.deliver("INBOX", letter("Question 6?", number=6))
        place.sync()
        after = history(place)
        assert after.received_count == before.received_count + 1
        assert after.sent_count == before.sent_count == 1

    def test_18_brings_what_came_while_nobody_looked(self, place: PostOffice) -> None:
        """Peers 18: what came between the last look and the renumbering is not passed over."""
        place.imap.deliver("INBOX", letter("Question 1?"))
        place.sync()
        for number in range(2, 5):
            place.imap.deliver("INBOX", letter(f"Question {number}?", number=number))
        place.imap.renumber("INBOX")
        assert place.sync().new_count == 3
        assert history(place).received_count == 4

    def test_18_makes_nobody_answer_twice(self, place: PostOffice) -> None:
        """Peers 18: a question that was answered is not a new one because its number changed."""
        answer(place)
        place.imap.renumber("INBOX")
        place.sync()
        place.sweep()
        place.approve_all()
        place.drain()
        assert len(place.sink.delivered) == 1


class TestANewAddress:
    def imported(self, place: PostOffice, folder: Path) -> None:
        """Import a file that gives Dana a second address."""
        path = folder / "contacts.csv"
        path.write_text(
            "First Name,Last Name,Email,Additional Emails\n"
            "Dana,Whitfield,dana@acme.example,dana.w@home.example\n"
        )
        report = place.app.import_csv([path], options=ImportOptions())
        assert report is not None

    def test_18_back_links_old_mail(self, place: PostOffice, tmp_path: Path) -> None:
        """Peers 18: mail from before the address was known is the contact's from then on."""
        place.imap.deliver("INBOX", letter("From my private account.", sender=PRIVATE))
        assert place.sync().unknown_senders_count == 1
        assert history(place).received_count == 0
        self.imported(place, tmp_path)
        assert history(place).received_count == 1

    def test_18_hears_an_opt_out_of_old_mail(self, place: PostOffice, tmp_path: Path) -> None:
        """Peers 18: who asked to stop from an address that nobody knew is left alone at once."""
        text = "Please take me off your mailing list and do not write to me again."
        place.imap.deliver("INBOX", letter(text, sender=PRIVATE))
        place.sync()
        self.imported(place, tmp_path)
        with place.app.units.read() as unit:
            safety = unit.crm.safety(DANA)
        assert safety.opt_out_doubtful or safety.suppressed
