"""Who asked to come back is written to again: by an admin, with proof, and on record."""

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, letter, mail_args, office, step

from bailiwick.domain.consent import Bar, Consent, ConsentPurpose, ConsentState
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.message import Direction
from bailiwick.domain.outbound import Purpose
from bailiwick.domain.record import Record, RecordKind
from bailiwick.domain.topic import Topic
from bailiwick.engine.mail.leaving import leave_alone, leave_topic
from bailiwick.engine.permission.consenting import UnableToConsent
from bailiwick.engine.permission.lifting import Lifted, UnableToLift, Wish
from bailiwick.engine.permission.one_click import OptingOut
from bailiwick.ports.crm import Safety
from bailiwick.store.crm_rows import CrmRows
from bailiwick.wiring.permission import consenting, lifting

DANAS = address_hash("dana@acme.example")
ASKED = Wish(contact_id=DANA, reason="she called me", evidence="form entry 17")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Office]:
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    with office(tmp_path, url=url) as opened:
        with opened.app.units.write() as unit:
            unit.topics.add(Topic(name="news", title="News"), at=opened.clock.now())
            unit.commit()
        yield opened


def lift(place: Office, wish: Wish = ASKED, role: Role = Role.ADMIN) -> Lifted:
    """Lift as somebody of a role, a while later."""
    place.later(minutes=5)
    return lifting(place.app).lift(wish, by=place.person(role))


def leave(place: Office, topic: str = "", *, source: str = "list") -> None:
    """Opt Dana out, of a topic or of everything."""
    with place.app.units.write() as unit:
        if topic:
            leave_topic(unit, DANAS, topic, source=source, at=place.clock.now())
        else:
            leave_alone(unit, DANAS, source=source, at=place.clock.now())
        unit.commit()


def safety(place: Office) -> Safety:
    with place.app.units.read() as unit:
        return unit.crm.safety(DANA)


def left(place: Office) -> frozenset[str]:
    with place.app.units.read() as unit:
        return frozenset(unit.opt_outs.topics_left(DANAS))


def consents(place: Office) -> list[Consent]:
    with place.app.units.read() as unit:
        return list(unit.consents.list(DANA, cursor=None, size=9).items)


def flagged(place: Office) -> list[Record]:
    with place.app.units.read() as unit:
        return [one for one in unit.records.about(DANA) if one.kind is RecordKind.FLAGGED]


def delivered(place: Office, run: str, topic: str = "") -> int:
    """Propose a mail, sign what is held, deliver, and count what went since the start."""
    mail = mail_args(purpose=Purpose.MARKETING, topic=topic)
    place.propose(step(args={"contact_id": DANA, "mail": mail}, run=run))
    for card in place.pending():
        place.app.inbox.approve(
            card.approval_id, person_id=place.person(Role.SUPERVISOR), shown_hash=card.payload_hash
        )
    place.drain()
    return len(place.mail.delivered)


class TestComingBack:
    def test_opens_what_an_opt_out_closed(self, place: Office) -> None:
        """Before it nothing goes, after it mail goes as the law allows; each address is open."""
        with place.app.units.write() as unit:
            dana = unit.crm.contact(DANA)
            assert dana is not None
            more = replace(dana, addresses=(*dana.addresses, "d@home.example"))
            CrmRows(unit).add_contact(more)
            unit.commit()
        leave(place)
        assert delivered(place, "run_a") == 0
        lift(place)
        assert (safety(place).suppressed, safety(place).unsubscribed) == (False, False)
        assert delivered(place, "run_b") == 1

    def test_leaves_who_why_what_proves_it_and_when(self, place: Office) -> None:
        """Four facts on record, and a fresh consent with the same proof."""
        leave(place)
        lifted = lift(place, replace(ASKED, despite=frozenset({Bar.BOUNCED})))
        told = flagged(place)[-1].payload
        assert told["by"] == place.person(Role.ADMIN)
        assert (told["reason"], told["note"]) == ("she called me", "form entry 17")
        assert (told["asked_at"], told["value"]) == (place.clock.now().isoformat(), False)
        assert told["consent"] == lifted.consent.consent_id
        (said,) = [one for one in consents(place) if one.purpose is ConsentPurpose.MARKETING]
        assert (said.state, said.evidence) == (ConsentState.GRANTED, "form entry 17")
        assert said.source == "asked to come back"

    def test_takes_the_time_from_their_own_mail(self, place: Office) -> None:
        """The message in which they asked is the proof; a new opt-out after it stands."""
        leave(place)
        place.later(minutes=1)
        place.receive(letter("Please write to me again, I would like your catalogue.", number=2))
        with place.app.units.read() as unit:
            (message,) = unit.crm.history(DANA, each_max=5).received
        assert message.direction is Direction.INBOUND
        wish = replace(ASKED, evidence=f"message:{message.message_id}")
        assert lift(place, wish).consent.valid_from == message.received_at
        leave(place)
        with pytest.raises(UnableToLift, match="before they opted out"):
            lift(place, wish)

    def test_is_not_undone_by_the_mail_of_old(self, place: Office) -> None:
        """The opt-out that is in the mailbox still does not suppress them again; a new one does."""
        place.receive(letter("Please unsubscribe me from everything."))
        place.sweep()
        assert safety(place).suppressed
        lift(place)
        place.receive(letter("What does the new range cost?", number=2))
        place.sweep()
        assert not safety(place).suppressed
        place.later(minutes=5)
        place.receive(letter("Please unsubscribe me from everything.", number=3))
        place.sweep()
        assert safety(place).suppressed

    def test_leaves_topics_left(self, place: Office) -> None:
        """Each door is opened by its own wish."""
        leave(place, "news")
        leave(place)
        lift(place)
        assert left(place) == {"news"}
        assert delivered(place, "run_a", topic="news") == 0
        lift(place, replace(ASKED, topic="news"))
        assert left(place) == frozenset()
        assert delivered(place, "run_b", topic="news") == 1


class TestWhatIsRefused:
    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REP, Role.APPROVER, Role.SUPERVISOR])
    @pytest.mark.parametrize("topic", ["", "news"])
    def test_is_whoever_is_no_admin(self, place: Office, role: Role, topic: str) -> None:
        """Nothing changes, and nothing is recorded."""
        leave(place, topic)
        before = flagged(place)
        with pytest.raises(UnableToLift, match="takes an admin"):
            lift(place, replace(ASKED, topic=topic), role)
        assert (left(place), safety(place).suppressed) == ({topic} - {""}, topic == "")
        assert flagged(place) == before

    def test_is_an_agent(self, place: Office) -> None:
        """Never, whatever it brings along."""
        agent = Person(
            person_id=PersonId("per_agent"), name="A", email="a@ours.example", role=Role.AGENT
        )
        with place.app.units.write() as unit:
            unit.authority.add_person(agent)
            unit.commit()
        leave(place)
        place.later(minutes=5)
        with pytest.raises(UnableToLift, match="takes an admin"):
            lifting(place.app).lift(ASKED, by=agent.person_id)
        assert safety(place).suppressed

    @pytest.mark.parametrize(
        ("wish", "words"),
        [
            (replace(ASKED, evidence=" "), "what proves"),
            (replace(ASKED, reason=" "), "a reason"),
            (replace(ASKED, evidence="message:msg_unknown"), "no mail of theirs"),
            (replace(ASKED, evidence="x" * 501), "what proves"),
            (replace(ASKED, topic="news"), "did not leave"),
        ],
    )
    def test_is_what_proves_nothing(self, place: Office, wish: Wish, words: str) -> None:
        """No proof, no reason, a mail that is not theirs, a door that is open."""
        leave(place)
        with pytest.raises(UnableToLift, match=words):
            lift(place, wish)
        assert safety(place).suppressed

    def test_is_a_wish_older_than_the_opt_out_or_of_tomorrow(self, place: Office) -> None:
        """Who asked to come back and then left again stays away."""
        leave(place)
        for asked_at in (place.clock.now(), place.clock.now() + timedelta(days=1)):
            with pytest.raises(InputFault, match=r"before they opted out|not said then"):
                lift(place, replace(ASKED, asked_at=asked_at))
        assert safety(place).suppressed

    def test_is_who_is_not_left_alone(self, place: Office) -> None:
        """A consent is taken down elsewhere."""
        with pytest.raises(UnableToLift, match="not left alone"):
            lift(place)
        assert consents(place) == []

    def test_is_a_complaint_a_dead_address_and_our_own_note(self, place: Office) -> None:
        """Each has to be named: nothing is lifted while one is not."""
        leave(place, source="complaint")
        with place.app.units.write() as unit:
            unit.guards.mark_bounced("dana@acme.example")
            unit.commit()
        for named in ((), (Bar.BOUNCED,), (Bar.COMPLAINED,), (Bar.DO_NOT_CONTACT,)):
            with pytest.raises(UnableToLift, match="despite"):
                lift(place, replace(ASKED, despite=frozenset(named)))
            assert (safety(place).suppressed, safety(place).bounced) == (True, True)
        lift(place, replace(ASKED, despite=frozenset({Bar.BOUNCED, Bar.COMPLAINED})))
        assert (safety(place).suppressed, safety(place).bounced) == (False, False)

    def test_is_a_topic_while_everything_is_shut(self, place: Office) -> None:
        """An opt-out of everything, or a denial, is not lifted by lifting one topic."""
        leave(place, "news")
        denial = Consent(
            contact_id=DANA,
            purpose=ConsentPurpose.MARKETING,
            state=ConsentState.DENIED,
            source="phone call",
            valid_from=place.clock.now(),
        )
        consenting(place.app).state(denial, by=place.person(Role.REP))
        with pytest.raises(UnableToLift, match="a topic alone"):
            lift(place, replace(ASKED, topic="news"))
        leave(place)
        with pytest.raises(UnableToLift, match="a topic alone"):
            lift(place, replace(ASKED, topic="news"))
        assert (left(place), safety(place).suppressed) == ({"news"}, True)

    def test_is_an_answer_to_the_gate_as_any_consent(self, place: Office) -> None:
        """What lifts an opt-out cannot be taken down as a plain statement by a rep."""
        leave(place)
        said = Consent(
            contact_id=DANA,
            purpose=ConsentPurpose.CONTACT,
            state=ConsentState.GRANTED,
            source="form",
            evidence="17",
            valid_from=place.clock.now(),
        )
        with pytest.raises(UnableToConsent, match="tasks doubt"):
            consenting(place.app).state(said, by=place.person(Role.ADMIN))


class TestTheirOwnLink:
    def test_takes_back_what_it_did(self, place: Office) -> None:
        """A topic that was left by the link is joined by the link: a consent with that source."""
        link = OptingOut(place.app.units, place.clock)
        link.leave(DANAS, ["news"])
        assert delivered(place, "run_a", topic="news") == 0
        assert link.rejoin(DANAS, ["news", "made-up"])
        assert left(place) == frozenset()
        (said,) = consents(place)
        assert (said.source, said.state) == ("preference page", ConsentState.GRANTED)
        assert "topic:news" in said.evidence
        told = flagged(place)[-1].payload
        assert (told["topic"], told["value"], told["consent"]) == ("news", False, said.consent_id)
        assert delivered(place, "run_b", topic="news") == 1
        assert not link.rejoin(DANAS, ["news"])

    @pytest.mark.parametrize("source", ["list", "complaint"])
    def test_opens_no_door_that_another_closed(self, place: Office, source: str) -> None:
        """Whoever was forwarded the mail holds the link, too."""
        link = OptingOut(place.app.units, place.clock)
        leave(place, "news", source=source)
        assert not link.topics(DANAS)[0].may_return
        assert not link.rejoin(DANAS, ["news"])
        assert (left(place), consents(place)) == ({"news"}, [])

    def test_opens_nothing_where_everything_is_shut(self, place: Office) -> None:
        """One click for no mail at all is not taken back by a click for a topic."""
        link = OptingOut(place.app.units, place.clock)
        link.leave(DANAS, ["news"])
        link.opt_out(DANAS)
        assert not link.rejoin(DANAS, ["news"])
        assert (left(place), safety(place).suppressed) == ({"news"}, True)

    def test_joins_nothing_for_who_is_no_contact(self, place: Office) -> None:
        """There is nobody whose consent it would be."""
        link = OptingOut(place.app.units, place.clock)
        gone = address_hash("gone@acme.example")
        link.leave(gone, ["news"])
        assert not link.rejoin(gone, ["news"])
