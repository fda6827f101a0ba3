from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, TUESDAY, Office, office
from tests.fakes.outreach import (
    DAY,
    StillTimetable,
    hire,
    recipient,
    run_campaign,
    sign,
    turn,
)
from tests.fakes.overtaking import Overtaken

from bailiwick.connectors.smtp.fake import Behaviour
from bailiwick.domain.approval import APPROVAL_HOURS_MAX
from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.campaign.enrolment import End, Stage
from bailiwick.domain.campaign.touch import Fate
from bailiwick.domain.crm import Role
from bailiwick.domain.receipt import EffectState, Outcome
from bailiwick.engine.campaign.settling import Settling
from bailiwick.engine.recipient.stopping import pause


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, timetable=StillTimetable(gap=7 * DAY)) as found:
        yield found


class TestSettling:
    def test_waits_for_a_card_that_nobody_decided(self, place: Office) -> None:
        """A touch that is held has no fate, however often one looks."""
        campaign = run_campaign(place)
        turn(place)
        assert place.app.campaigns.settling.run().fates == {}
        assert recipient(place, campaign).stage is Stage.TOUCHING

    def test_puts_off_a_touch_whose_card_expired(self, place: Office) -> None:
        """A day later the same touch is tried again."""
        campaign = run_campaign(place)
        turn(place)
        place.later(hours=APPROVAL_HOURS_MAX)
        place.app.inbox.expire()
        assert place.app.campaigns.settling.run().fates == {Fate.PUT_OFF: 1}
        now = recipient(place, campaign)
        assert (now.stage, now.touches_count, now.put_offs_count) == (Stage.WAITING, 0, 1)
        assert now.wake_at == place.clock.now() + DAY
        assert now.reason == "the card was closed: expired"

    def test_skips_a_touch_that_a_person_rejected(self, place: Office) -> None:
        """The next one comes at its gap, and says nothing of a mail that never went."""
        campaign = run_campaign(place)
        turn(place)
        (card,) = place.pending()
        place.app.inbox.reject(
            card.approval_id, person_id=place.person(Role.ADMIN), reason="not this one"
        )
        assert place.app.campaigns.settling.run().fates == {Fate.REJECTED: 1}
        now = recipient(place, campaign)
        assert (now.stage, now.touch) == (Stage.WAITING, 2)
        assert now.wake_at == TUESDAY + 7 * DAY

    def test_counts_the_gap_from_when_the_mail_went(self, place: Office) -> None:
        """A touch that waited two days to be signed moves the next one by as much."""
        campaign = run_campaign(place)
        turn(place)
        place.later(days=2)
        sign(place)
        place.drain()
        assert place.app.campaigns.settling.run().fates == {Fate.ACCEPTED: 1}
        assert recipient(place, campaign).wake_at == TUESDAY + 2 * DAY + 7 * DAY

    def test_gives_up_on_whom_no_touch_ever_reaches(self, place: Office) -> None:
        """After ten tries that came to nothing they are unreachable, and the campaign is over."""
        campaign = run_campaign(place)
        for _ in range(24):  # each try waits for its card, then for the next day
            turn(place)
            place.later(hours=APPROVAL_HOURS_MAX)
            place.app.inbox.expire()
        turn(place)
        assert recipient(place, campaign).end is End.UNREACHABLE
        with place.app.units.read() as unit:
            found = unit.campaigns.get(campaign.campaign_id)
        assert found is not None
        assert found.status is CampaignStatus.COMPLETED
        assert place.mail.delivered == []

    def test_counts_what_went_before_a_pause(self, place: Office) -> None:
        """A mail that was sent counts, though its recipient pauses; nothing is planned for them."""
        campaign = run_campaign(place)
        turn(place)
        sign(place)
        place.drain()
        with place.app.units.write() as unit:
            (kept,) = unit.campaigns.of_contact(DANA)
            pause(unit, kept, until=None, reason="a word first", at=place.clock.now())
            unit.commit()
        assert place.app.campaigns.settling.run().fates == {Fate.ACCEPTED: 1}
        now = recipient(place, campaign)
        assert (now.stage, now.touches_count, now.wake_at) == (Stage.PAUSED, 1, None)

    @pytest.mark.parametrize(("days", "wakes_after"), [(None, None), (2, 7), (9, 9)])
    def test_counts_what_was_rejected_before_a_pause(
        self, place: Office, days: int | None, wakes_after: int | None
    ) -> None:
        """A no is not forgotten for a pause before anybody looked: the touch is not tried again."""
        campaign = run_campaign(place)
        turn(place)
        (card,) = place.pending()
        place.app.inbox.reject(
            card.approval_id, person_id=place.person(Role.ADMIN), reason="not this one"
        )
        until = None if days is None else TUESDAY + days * DAY
        with place.app.units.write() as unit:
            (kept,) = unit.campaigns.of_contact(DANA)
            pause(unit, kept, until=until, reason="they are away", at=place.clock.now())
            unit.commit()
        assert place.app.campaigns.settling.run().fates == {Fate.REJECTED: 1}
        now = recipient(place, campaign)
        wakes = None if wakes_after is None else TUESDAY + wakes_after * DAY
        assert (now.stage, now.touches_count, now.wake_at) == (Stage.PAUSED, 1, wakes)

    def test_finishes_a_stop_that_died_on_its_way(self, place: Office) -> None:
        """Of a stopped campaign nothing is sent, signed or not, and everybody has an end."""
        campaign = run_campaign(place)
        turn(place)
        sign(place)
        with place.app.units.write() as unit:
            found = unit.campaigns.get(campaign.campaign_id)
            assert found is not None
            over = replace(found, status=CampaignStatus.STOPPED, status_reason="no more")
            assert unit.campaigns.save(over)
            unit.commit()
        turn(place)
        now = recipient(place, campaign)
        assert (now.end, now.reason) == (End.STOPPED, "no more")
        assert place.mail.delivered == []

    @pytest.mark.parametrize(
        ("again", "fates", "mails"),
        [
            ("no", {Fate.PUT_OFF: 1}, 0),
            ("replayed", {}, 0),
            ("sent", {Fate.ACCEPTED: 1}, 1),
        ],
    )
    def test_believes_its_own_look_and_no_older_one(
        self, place: Office, again: str, fates: dict[Fate, int], mails: int
    ) -> None:
        """A dead letter that a person sends again after the first look is under way, or went."""
        campaign = run_campaign(place)
        place.mail.script = (Behaviour(outcome=Outcome.NOT_DONE_FINAL, reason="no such box"),)
        turn(place)
        sign(place)
        place.drain()
        with place.app.units.read() as unit:
            (row,) = unit.effects.in_state(EffectState.DEAD, cursor=None, size=9).items

        def meanwhile() -> None:
            if again != "no":
                by = place.person(Role.ADMIN)
                place.app.settlement.replay(row.effect_id, person_id=by, reason="it is back")
            if again == "sent":
                place.drain()

        settling = Settling(
            units=Overtaken(units=place.app.units, meanwhile=meanwhile),
            clock=place.clock,
            timetable=place.app.campaigns.timetable,
        )
        assert settling.run().fates == fates
        assert recipient(place, campaign).touches_count == len(place.mail.delivered) == mails
        turn(place)
        assert len(place.mail.delivered) == int(again != "no")

    def test_completes_a_campaign_once_everybody_has_an_end(self, place: Office) -> None:
        """Not before the last of them, and on record once."""
        people = hire(place, 2)
        campaign = run_campaign(place, *people)
        ends = iter(people)
        assert place.app.campaigns.settling.run().completed_count == 0
        for left in (1, 0):
            with place.app.units.write() as unit:
                unit.guards.mark_bounced(f"kim{people.index(next(ends))}@acme.example")
                unit.commit()
            place.app.campaigns.look_again()
            done = place.app.campaigns.settling.run().completed_count
            assert done == (0 if left else 1)
        assert place.app.campaigns.settling.run().completed_count == 0
        with place.app.units.read() as unit:
            told = [r.payload["event"] for r in unit.records.about(campaign.campaign_id)]
        assert told.count("completed") == 1
