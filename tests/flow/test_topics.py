"""A mail of a topic goes to nobody who left it, however it was signed; other mail goes on."""

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, mail_args, office, step

from bailiwick.domain.crm import Role
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.outbound import OutboundMail, Purpose, from_args
from bailiwick.domain.topic import Topic
from bailiwick.engine.mail.one_click import OptingOut

ADDRESS = address_hash("dana@acme.example")


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        with opened.app.units.write() as unit:
            unit.topics.add(Topic(name="news", title="News"), at=opened.clock.now())
            unit.commit()
        yield opened


def propose(place: Office, topic: str, number: int = 1) -> None:
    mail = mail_args(purpose=Purpose.MARKETING, topic=topic)
    place.propose(step(args={"contact_id": DANA, "mail": mail}, run=f"run_{number}"))


def sign(place: Office) -> None:
    for card in place.pending():
        place.app.inbox.approve(
            card.approval_id,
            person_id=place.person(Role.SUPERVISOR),
            shown_hash=card.payload_hash,
        )


def leave(place: Office) -> None:
    OptingOut(place.app.units, place.clock).leave(ADDRESS, ["news"])


class TestATopicThatWasLeft:
    def test_is_not_written_about(self, place: Office) -> None:
        """No card is made: no signature lifts it."""
        leave(place)
        propose(place, "news")
        assert place.pending() == ()

    @pytest.mark.parametrize("topic", ["other", ""])
    def test_is_no_other_topic(self, place: Office, topic: str) -> None:
        """Whoever left one still gets another, and what has none."""
        leave(place)
        propose(place, topic)
        sign(place)
        place.drain()
        assert len(place.mail.delivered) == 1

    def test_is_asked_again_when_the_mail_goes(self, place: Office) -> None:
        """A mail that was signed before its reader left the topic does not leave after."""
        propose(place, "news")
        sign(place)
        leave(place)
        place.drain()
        assert place.mail.delivered == []
        with place.app.units.read() as unit:
            (run,) = unit.runs.list(status=None, contact_id=DANA, cursor=None, size=9).items
            last = unit.runs.verdicts_of(run.run_id)[-1]
        assert "asked_to_stop/topic" in last.rules


class TestTheTopicOfAMail:
    def test_is_part_of_what_was_approved(self) -> None:
        """Another topic is another payload."""
        assert mail_args(topic="news") != mail_args(topic="other")

    def test_is_read_back(self) -> None:
        """With it, and without it as mail was stored before there were topics."""
        plain = mail_args()
        assert "topic" not in plain
        assert from_args(plain).topic == ""
        assert from_args(mail_args(topic="news")).topic == "news"
        assert isinstance(from_args(plain), OutboundMail)
