"""What our links and headers do in a mail that really went out (peers' acceptance 7, 8 and 9)."""

from collections.abc import Generator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import dkim
import pytest
from tests.fakes.office import DANA, letter, mail_args, step
from tests.flow.outreach.post_office import KIM, PostOffice, dns_of_key, post_office

from bailiwick.domain.ids import ContactId
from bailiwick.domain.outbound import Purpose

RFC_8058 = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[PostOffice]:
    with post_office(tmp_path, sqlite_url, "unsubscribing") as opened:
        yield opened


def advertise(place: PostOffice, number: int, *, to: ContactId = DANA) -> None:
    """Queue a marketing mail that a supervisor signed."""
    name = {DANA: "Dana Whitfield", KIM: "Kim Oduya"}[to]
    address = {DANA: "dana@acme.example", KIM: "kim@acme.example"}[to]
    mail = mail_args(purpose=Purpose.MARKETING, to_address=address, to_name=name)
    proposed = step(args={"contact_id": to, "mail": mail}, run=f"run_{number}")
    place.office().propose(proposed, contact_id=to)
    place.approve_all()


def sent(place: PostOffice, number: int = 1, *, to: ContactId = DANA) -> str:
    """Send a marketing mail and return the path of its link."""
    advertise(place, number, to=to)
    place.drain()
    return place.link()


class TestALinkThatIsLookedAt:
    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
    def test_8_opts_nobody_out(self, place: PostOffice, method: str) -> None:
        """Peers 8: a scanner that follows the link of a delivered mail changes nothing."""
        path = sent(place)
        for _ in range(3):
            place.web.request(method, path)
        assert not place.suppressed(DANA)


class TestAClick:
    def test_8_is_enough_without_login_or_cookie(self, place: PostOffice) -> None:
        """Peers 8: the POST that RFC 8058 describes, from the link of a delivered mail."""
        path = sent(place)
        answer = place.web.post(path, data=RFC_8058)
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert not place.web.cookies
        assert place.suppressed(DANA)

    def test_8_twice_is_the_same_as_once(self, place: PostOffice) -> None:
        """Peers 8: a mail program that posts again gets the same answer, and one record is kept."""
        path = sent(place)
        first, second = (place.web.post(path, data=RFC_8058) for _ in range(2))
        assert (first.status_code, first.text) == (second.status_code, second.text)
        with place.app.units.read() as unit:
            flags = [r for r in unit.records.about(DANA) if r.payload.get("flag") == "suppressed"]
        assert len(flags) == 1

    def test_9_holds_before_the_next_queued_send(self, place: PostOffice) -> None:
        """Peers 9: what was signed and queued when the click came is not sent."""
        path = sent(place)
        advertise(place, 2)
        place.web.post(path, data=RFC_8058)
        place.drain()
        assert len(place.sink.delivered) == 1, "the one before the click, and none after it"

    def test_7_leaves_the_others_running(self, place: PostOffice) -> None:
        """Peers 7: one member of a company leaves; a colleague still gets the mail queued then."""
        path = sent(place)
        advertise(place, 2, to=KIM)
        place.web.post(path, data=RFC_8058)
        place.drain()
        assert len(place.sink.delivered) == 2
        assert (place.suppressed(DANA), place.suppressed(KIM)) == (True, False)


class TestTheListHeaders:
    @pytest.mark.parametrize("name", ["List-Unsubscribe", "List-Unsubscribe-Post"])
    def test_9_are_signed(self, place: PostOffice, name: str) -> None:
        """Peers 9: DKIM of the delivered bytes holds, and breaks when a list header is changed."""
        sent(place)
        (raw,) = place.sink.delivered
        assert dkim.DKIM(raw).verify(dnsfunc=dns_of_key)
        message = message_from_bytes(raw, policy=default)
        signed = str(message["DKIM-Signature"]).replace(" ", "").casefold()
        fields = signed.split("h=", 1)[1].split(";", 1)[0].split(":")
        assert name.casefold() in fields
        forged = raw.replace(f"{name}: ".encode(), f"{name}: x".encode(), 1)
        assert forged != raw
        assert not dkim.DKIM(forged).verify(dnsfunc=dns_of_key)

    def test_9_cannot_be_added_a_second_time(self, place: PostOffice) -> None:
        """Peers 9: whoever puts another link on top of ours breaks the signature."""
        sent(place)
        (raw,) = place.sink.delivered
        added = b"List-Unsubscribe: <https://evil.example/u>\r\n" + raw
        assert not dkim.DKIM(added).verify(dnsfunc=dns_of_key)

    def test_9_are_missing_where_nothing_is_advertised(self, place: PostOffice) -> None:
        """Peers 9, the other side: an answer that somebody asked for is no list mail."""
        place.imap.deliver("INBOX", letter("Could you tell me how onboarding works?\n\nDana"))
        place.sync()
        place.sweep()
        place.approve_all()
        place.drain()
        (raw,) = place.sink.delivered
        assert message_from_bytes(raw, policy=default)["List-Unsubscribe"] is None
