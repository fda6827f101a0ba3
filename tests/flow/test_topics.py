"""A mail of a topic goes to nobody who left it, however it was signed; other mail goes on."""

from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, mail_args, office, step
from tests.fakes.outreach import DAY, THREE, StillTimetable, recipient, run_campaign, turn

from bailiwick.domain.breaker import HALT
from bailiwick.domain.campaign.enrolment import End, Stage
from bailiwick.domain.crm import Role
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.outbound import OutboundMail, Purpose, from_args
from bailiwick.domain.topic import Topic
from bailiwick.engine.mail.leaving import leave_topic
from bailiwick.engine.permission.one_click import OptingOut
from bailiwick.wiring.answers import halting

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


class TestACampaignOfATopic:
    def test_says_so_in_its_mail_and_ends_when_the_topic_is_left(self, tmp_path: Path) -> None:
        """What is under way is withdrawn; a campaign of another topic goes on."""
        with office(tmp_path, timetable=StillTimetable(gap=7 * DAY)) as place:
            news = run_campaign(place, series=replace(THREE, topic="news"), granted=False)
            turn(place)
            (card,) = place.pending()
            mail = card.args["mail"]
            assert isinstance(mail, Mapping)
            assert from_args(mail).topic == "news"
            other = run_campaign(
                place, series=replace(THREE, topic="other"), name="Other", granted=False
            )
            with place.app.units.write() as unit:
                leave_topic(unit, ADDRESS, "news", source="test", at=place.clock.now())
                unit.commit()
            ended = recipient(place, news)
            assert (ended.end, ended.reason) == (End.OPTED_OUT, "the contact left the topic")
            assert place.pending() == ()
            assert recipient(place, other).end is None


class TestAHalt:
    @pytest.mark.parametrize("scope", [HALT, "capability:campaign", "action:send_message", "*"])
    def test_lets_recipients_wait(self, tmp_path: Path, scope: str) -> None:
        """No touch is begun in vain, however long it lasts; lifted, the first one is begun."""
        with office(tmp_path, timetable=StillTimetable(gap=7 * DAY)) as place:
            campaign = run_campaign(place)
            supervisor = place.person(Role.SUPERVISOR)
            halting(place.app).halt(scope, person_id=supervisor, reason="drill")
            for _ in range(3):
                turn(place)
                place.later(hours=1)
            now = recipient(place, campaign)
            assert (now.stage, now.put_offs_count) == (Stage.WAITING, 0)
            halting(place.app).lift(scope, person_id=supervisor, reason="over")
            assert turn(place).tick.begun_count == 1

    def test_of_something_else_lets_them_go(self, tmp_path: Path) -> None:
        """A capability that is stopped stops no other."""
        with office(tmp_path, timetable=StillTimetable(gap=7 * DAY)) as place:
            run_campaign(place)
            supervisor = place.person(Role.SUPERVISOR)
            halting(place.app).halt("capability:reply", person_id=supervisor, reason="drill")
            assert turn(place).tick.begun_count == 1
