"""What stops a recipient the moment it happens: each reason, what it leaves alone, and damage."""

from collections.abc import Generator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import update
from tests.fakes.changing import give_away
from tests.fakes.office import DANA, TUESDAY, Office, letter, office
from tests.fakes.outreach import (
    DAY,
    THREE,
    StillTimetable,
    hire,
    recipient,
    run_campaign,
    sign,
    turn,
)

from bailiwick.domain.campaign.campaign import Campaign
from bailiwick.domain.campaign.enrolment import End, Stage
from bailiwick.domain.campaign.series import Series
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ContactId
from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.reading import Intent, Reading
from bailiwick.engine.permission.one_click import OptingOut
from bailiwick.engine.recipient.stopping import (
    away,
    heard_from,
    left_topic,
    look_again,
    pause,
    stop,
)
from bailiwick.store.scope import own
from bailiwick.store.tables.campaigns import CAMPAIGN_SERIES
from bailiwick.store.tables.crm import CONTACTS

DEAF: Final = replace(THREE, stops=frozenset())
"""Stops for nothing but what stops every campaign."""
COMPANY: Final = replace(THREE, stops=THREE.stops | {End.ACCOUNT_REPLIED})
GONE: Final = letter("I am out of the office until 24 July 2026.").replace(
    b"Subject: Question about our renewal",
    b"Subject: Automatic reply\r\nAuto-Submitted: auto-replied",
)


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, timetable=StillTimetable()) as found:
        yield found


def reading(intent: Intent = Intent.OTHER, **changes: object) -> Reading:
    """Return what was read in a mail."""
    found = Reading(intent=intent, confidence_permille=900, language="en")
    return replace(found, **changes)  # pyright: ignore[reportArgumentType] - tests name fields


def hear(place: Office, found: Reading, contact_id: ContactId = DANA) -> None:
    """Act on a mail of a contact."""
    with place.app.units.write() as unit:
        heard_from(unit, StillTimetable(), contact_id, found, at=place.clock.now())
        unit.commit()


def go_away(place: Office, returns_on: date | None = None) -> int:
    """Hear that Dana is away; return how many campaigns pause."""
    with place.app.units.write() as unit:
        count = away(unit, StillTimetable(), DANA, returns_on=returns_on, at=place.clock.now())
        unit.commit()
    return count


def damage(place: Office, campaign: Campaign) -> None:
    """Let nobody read back what a campaign sends."""
    with place.app.units.write() as unit:
        unit.scope.change(
            update(CAMPAIGN_SERIES)
            .where(own(CAMPAIGN_SERIES), CAMPAIGN_SERIES.c.campaign_id == campaign.campaign_id)
            .values(series={"version": 1})
        )
        unit.commit()


def two(place: Office, first: Series, second: Series) -> tuple[Campaign, Campaign]:
    """Run two campaigns for Dana."""
    return (
        run_campaign(place, series=first),
        run_campaign(place, series=second, name="Autumn", granted=False),
    )


def ends(place: Office, *campaigns: Campaign, contact_id: ContactId = DANA) -> list[End | None]:
    """Return how a recipient ended in each."""
    return [recipient(place, one, contact_id).end for one in campaigns]


class TestAStop:
    @pytest.mark.parametrize(
        ("end", "expected"),
        [
            (End.OPTED_OUT, [End.OPTED_OUT, End.OPTED_OUT]),
            (End.BOUNCED, [End.BOUNCED, End.BOUNCED]),
            (End.COMPLAINED, [End.COMPLAINED, End.COMPLAINED]),
            (End.REPLIED, [End.REPLIED, None]),
            (End.MEETING, [End.MEETING, None]),
            (End.DEAL_MOVED, [End.DEAL_MOVED, None]),
            (End.OWNER_CHANGED, [End.OWNER_CHANGED, None]),
            (End.ACCOUNT_REPLIED, [None, None]),
        ],
    )
    def test_ends_the_campaigns_that_stop_for_it(
        self, place: Office, end: End, expected: list[End | None]
    ) -> None:
        """Some reasons stop every campaign, the others those that chose them; each is counted."""
        campaigns = two(place, THREE, DEAF)
        with place.app.units.write() as unit:
            count = stop(unit, DANA, end, at=place.clock.now())
            unit.commit()
        assert ends(place, *campaigns) == expected
        assert count == sum(one is not None for one in expected)
        over = [recipient(place, one) for one in campaigns]
        assert all(bool(one.reason) == (one.end is not None) for one in over)

    def test_is_told_in_the_words_that_were_given(self, place: Office) -> None:
        """Whoever stops may say why."""
        campaign = run_campaign(place)
        with place.app.units.write() as unit:
            stop(unit, DANA, End.MEETING, at=place.clock.now(), reason="we shook hands")
            unit.commit()
        assert recipient(place, campaign).reason == "we shook hands"

    def test_of_who_ended_changes_nothing(self, place: Office) -> None:
        """The first end stands, and a second stop counts nobody."""
        campaign = run_campaign(place)
        with place.app.units.write() as unit:
            counts = [
                stop(unit, DANA, one, at=place.clock.now()) for one in (End.REPLIED, End.OPTED_OUT)
            ]
            unit.commit()
        assert (counts, ends(place, campaign)) == ([1, 0], [End.REPLIED])

    def test_that_is_not_committed_ends_nobody(self, place: Office) -> None:
        """It is part of the transaction of what said it."""
        campaign = run_campaign(place)
        with place.app.units.write() as unit:
            stop(unit, DANA, End.OPTED_OUT, at=place.clock.now())
        assert ends(place, campaign) == [None]


class TestATopicThatWasLeft:
    def test_ends_the_campaigns_about_it(self, place: Office) -> None:
        """And no other."""
        campaigns = two(place, replace(THREE, topic="news"), replace(THREE, topic="events"))
        with place.app.units.write() as unit:
            assert left_topic(unit, DANA, "news", at=place.clock.now()) == 1
            unit.commit()
        assert ends(place, *campaigns) == [End.OPTED_OUT, None]


class TestAnAbsence:
    @pytest.mark.parametrize(
        ("returns_on", "days"), [(date(2026, 7, 24), 11), (date(2026, 7, 15), 2), (None, 5)]
    )
    def test_pauses_until_they_are_back(
        self, place: Office, returns_on: date | None, days: int
    ) -> None:
        """A day after the return, or five days where no day is named."""
        campaign = run_campaign(place)
        assert go_away(place, returns_on) == 1
        now = recipient(place, campaign)
        assert (now.stage, now.wake_at) == (Stage.PAUSED, TUESDAY + days * DAY)

    def test_brings_no_touch_forward(self, place: Office) -> None:
        """Whoever is back sooner than their next touch was due waits for that."""
        campaign = run_campaign(place)
        due = TUESDAY + 30 * DAY
        place.app.campaigns.steering.move("Spring", DANA, due, by=place.person(Role.ADMIN))
        go_away(place, date(2026, 7, 15))
        assert recipient(place, campaign).wake_at == due

    def test_leaves_who_was_paused_by_a_person(self, place: Office) -> None:
        """A person paused them, and a person goes on; the other campaign pauses."""
        campaigns = two(place, THREE, THREE)
        steering, by = place.app.campaigns.steering, place.person(Role.ADMIN)
        steering.pause("Spring", DANA, by=by, reason="a word first")
        assert go_away(place, date(2026, 7, 24)) == 1
        first, second = (recipient(place, one) for one in campaigns)
        assert (first.wake_at, first.reason) == (None, "a word first")
        assert second.wake_at is not None


class TestAPause:
    @pytest.mark.parametrize("until", [TUESDAY + 3 * DAY, None])
    def test_takes_back_what_was_under_way(self, place: Office, until: object) -> None:
        """The signed mail does not go; the recipient waits for the instant, or for a person."""
        campaign = run_campaign(place)
        turn(place)
        sign(place)
        with place.app.units.write() as unit:
            (kept,) = unit.campaigns.of_contact(DANA)
            wake_at = None if until is None else TUESDAY + 3 * DAY
            told = pause(unit, kept, until=wake_at, reason="wait", at=place.clock.now())
            unit.commit()
        now = recipient(place, campaign)
        assert told.enrolment == now
        assert (now.stage, now.wake_at, now.reason) == (Stage.PAUSED, until, "wait")
        place.drain()
        assert place.mail.delivered == []


class TestAMailOfTheirs:
    def test_ends_it_where_the_series_stops_for_answers(self, place: Office) -> None:
        """Whatever a person wrote; the series that goes on in spite of answers goes on."""
        campaigns = two(place, THREE, DEAF)
        hear(place, reading(Intent.OTHER))
        assert ends(place, *campaigns) == [End.REPLIED, None]

    @pytest.mark.parametrize("certain", [True, False])
    def test_that_asks_to_stop_ends_all_when_that_is_certain(
        self, place: Office, *, certain: bool
    ) -> None:
        """A request that is certain stops even who answers stop nothing; a doubtful one waits."""
        campaign = run_campaign(place, series=DEAF)
        hear(place, reading(Intent.UNSUBSCRIBE, opt_out=True, opt_out_certain=certain))
        assert ends(place, campaign) == [End.OPTED_OUT if certain else None]

    def test_that_agrees_to_meet_is_a_meeting_where_that_is_a_stop(self, place: Office) -> None:
        """Else it is an answer like any other."""
        campaigns = two(place, THREE, replace(THREE, stops=frozenset({End.REPLIED})))
        hear(place, reading(Intent.MEETING_SCHEDULED))
        assert ends(place, *campaigns) == [End.MEETING, End.REPLIED]

    @pytest.mark.parametrize("intent", [Intent.BOUNCED, Intent.OTHER, Intent.INTERESTED])
    def test_that_a_machine_wrote_stops_nothing(self, place: Office, intent: Intent) -> None:
        """Only an absence pauses; a receipt of a machine is neither answer nor absence."""
        campaign = run_campaign(place)
        hear(place, reading(intent, automatic=True, opt_out_certain=True))
        now = recipient(place, campaign)
        assert (now.stage, now.end) == (Stage.WAITING, None)

    @pytest.mark.parametrize(("named", "days"), [("2026-07-24", 11), ("soon", 5), ("", 5)])
    def test_that_a_machine_wrote_in_their_absence_pauses(
        self, place: Office, named: str, days: int
    ) -> None:
        """Until the day that it names, where it is one."""
        campaign = run_campaign(place)
        hear(place, reading(Intent.AUTO_REPLY, automatic=True, return_on=named))
        now = recipient(place, campaign)
        assert (now.stage, now.wake_at) == (Stage.PAUSED, TUESDAY + days * DAY)

    def test_stops_their_company_where_the_series_says_so(self, place: Office) -> None:
        """Colleagues of one account, in one campaign; strangers and themselves are not counted."""
        people = hire(place, 2)
        first = run_campaign(place, *people, series=COMPANY)
        second = run_campaign(place, *people, name="Autumn", granted=False)
        hear(place, reading(), people[0])
        assert [ends(place, first, second, contact_id=kim) for kim in people] == [
            [End.REPLIED, End.REPLIED],
            [End.ACCOUNT_REPLIED, None],
        ]

    def test_stops_nobody_of_another_company(self, place: Office) -> None:
        """Who has no account has no colleagues."""
        people = hire(place, 2)
        campaign = run_campaign(place, *people, series=COMPANY)
        with place.app.units.write() as unit:
            unit.scope.change(
                update(CONTACTS)
                .where(own(CONTACTS), CONTACTS.c.id == people[0])
                .values(account_id=None)
            )
            unit.commit()
        hear(place, reading(), people[0])
        assert ends(place, campaign, contact_id=people[1]) == [None]

    def test_makes_a_prospect_a_lead_once(self, place: Office) -> None:
        """Whether or not a campaign stops for it; a second answer is on record as no lead."""
        (kim,) = hire(place, 1, lifecycle="")
        run_campaign(place, kim, series=DEAF)
        hear(place, reading(), kim)
        hear(place, reading(), kim)
        with place.app.units.read() as unit:
            contact = unit.crm.contact(kim)
            told = [record.payload.get("event") for record in unit.records.about(kim)]
        assert contact is not None
        assert (contact.lifecycle, told.count("became_lead")) == ("lead", 1)


class TestALook:
    @pytest.mark.parametrize("changed", [True, False])
    def test_ends_who_changed(self, place: Office, *, changed: bool) -> None:
        """Another owner is seen at once; where nothing changed nobody ends."""
        campaigns = two(place, THREE, DEAF)
        with place.app.units.write() as unit:
            if changed:
                give_away(unit, DANA)
            assert look_again(unit, DANA, at=place.clock.now()) == int(changed)
            unit.commit()
        assert ends(place, *campaigns) == [End.OWNER_CHANGED if changed else None, None]


class TestASeriesThatCannotBeRead:
    """One damaged row stops its own recipients, and keeps nobody else's word from being heard."""

    def test_does_not_keep_an_opt_out_from_being_taken(self, place: Office) -> None:
        """By the link: both campaigns end, the one that can be read and the one that cannot."""
        campaigns = two(place, THREE, DEAF)
        damage(place, campaigns[0])
        OptingOut(place.app.units, place.clock).opt_out(address_hash("dana@acme.example"))
        assert ends(place, *campaigns) == [End.OPTED_OUT] * 2
        with place.app.units.read() as unit:
            assert unit.crm.safety(DANA).suppressed

    def test_stops_for_an_answer(self, place: Office) -> None:
        """What it stops for nobody knows, so it stops for whatever was said; the mail is kept."""
        campaign = run_campaign(place)
        damage(place, campaign)
        place.receive(letter("Thanks, tell me more about it, please."))
        assert ends(place, campaign) == [End.REPLIED]
        with place.app.units.read() as unit:
            assert len(unit.crm.history(DANA, each_max=9).received) == 1

    def test_pauses_in_an_absence_until_a_person_looks(self, place: Office) -> None:
        """Nobody knows its window; the reason is on record, and the mailbox goes on."""
        campaign = run_campaign(place)
        damage(place, campaign)
        place.receive(GONE)
        now = recipient(place, campaign)
        assert (now.stage, now.wake_at) == (Stage.PAUSED, None)
        assert "cannot be read back" in now.reason

    def test_ends_for_a_topic_that_was_left(self, place: Office) -> None:
        """Whether it is about that topic nobody knows, so nothing of it goes any more."""
        campaigns = two(place, THREE, THREE)
        damage(place, campaigns[0])
        with place.app.units.write() as unit:
            assert left_topic(unit, DANA, "news", at=place.clock.now()) == 1
            unit.commit()
        assert ends(place, *campaigns) == [End.OPTED_OUT, None]

    def test_keeps_nobody_from_being_looked_at(self, place: Office) -> None:
        """After an import the others end; the tick pauses this one, with the reason."""
        campaigns = two(place, THREE, THREE)
        damage(place, campaigns[0])
        with place.app.units.write() as unit:
            give_away(unit, DANA)
            unit.commit()
        assert place.app.campaigns.look_again() == 1
        assert ends(place, *campaigns) == [None, End.OWNER_CHANGED]
        place.app.campaigns.tick.run()
        assert recipient(place, campaigns[0]).stage is Stage.PAUSED


class TestARealTimetable:
    @pytest.mark.parametrize("named", ["9999-12-31", "0001-01-01"])
    def test_takes_an_absurd_day_of_return(self, tmp_path: Path, named: str) -> None:
        """A day at the end of all time, or long past, is no reason not to hear the notice."""
        with office(tmp_path) as place:
            campaign = run_campaign(place)
            absence = reading(Intent.AUTO_REPLY, automatic=True, return_on=named)
            with place.app.units.write() as unit:
                timetable = place.app.campaigns.timetable
                heard_from(unit, timetable, DANA, absence, at=place.clock.now())
                unit.commit()
            now = recipient(place, campaign)
            assert now.stage is Stage.PAUSED
            assert now.wake_at is not None
            assert TUESDAY < now.wake_at < TUESDAY + 366 * DAY

    def test_pauses_for_a_person_where_no_hour_is_open(self, tmp_path: Path) -> None:
        """Of whom nobody knows where in Russia they live, the notice is still heard."""
        with office(tmp_path) as place:
            (kim,) = hire(place, 1, country="RU")
            with place.app.units.write() as unit:
                unit.scope.change(
                    update(CONTACTS).where(own(CONTACTS), CONTACTS.c.id == kim).values(timezone="")
                )
                unit.commit()
            campaign = run_campaign(place, kim)
            place.receive(GONE.replace(b"dana@acme.example", b"kim0@acme.example"))
            now = recipient(place, campaign, kim)
            assert (now.stage, now.wake_at) == (Stage.PAUSED, None)
            assert "never opens" in now.reason
