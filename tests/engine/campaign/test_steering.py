"""What people do with single recipients, and what that does to a letter that waits."""

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, office
from tests.fakes.outreach import DAY, StillTimetable, hire, recipient, run_campaign, turn

from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import End, Stage, ended, enrolment_id
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ContactId
from bailiwick.engine.campaign.changing import UnableToChangeCampaign, UnableToChangeStaleCampaign
from bailiwick.engine.campaign.steering import Steering, UnableToFindRecipient
from bailiwick.store.unit import SqlUnit


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, timetable=StillTimetable(gap=7 * DAY)) as found:
        yield found


@pytest.fixture
def steering(place: Office) -> Steering:
    return place.app.campaigns.steering


def told(place: Office, campaign: Campaign, contact_id: ContactId = DANA) -> list[object]:
    """Return what is on record about a recipient."""
    with place.app.units.read() as unit:
        about = enrolment_id(campaign.campaign_id, contact_id)
        return [record.payload["event"] for record in unit.records.about(about)]


class TestALetterThatWaits:
    def test_is_withdrawn_by_a_pause_and_drafted_anew(
        self, place: Office, steering: Steering
    ) -> None:
        """The card is closed, nothing is sent while they are paused, and then there is one card."""
        campaign, by = run_campaign(place), place.person(Role.REP)
        turn(place)
        assert len(place.pending()) == 1
        steering.pause("Spring", DANA, by=by, reason="a fair")
        assert place.pending() == ()
        for _ in range(2):
            turn(place)
            place.later(days=1)
        assert place.pending() == ()
        steering.resume("Spring", DANA, by=by)
        for _ in range(3):
            turn(place)
            place.later(days=1)
        assert len(place.pending()) == 1
        assert place.mail.delivered == []
        assert recipient(place, campaign).stage is Stage.TOUCHING

    def test_is_withdrawn_by_a_stop_of_one_or_of_all(
        self, place: Office, steering: Steering
    ) -> None:
        """One recipient or the whole campaign: no card is left, and every end is final."""
        (kim,) = hire(place, 1)
        campaign, by = run_campaign(place, DANA, kim), place.person(Role.REP)
        turn(place)
        assert len(place.pending()) == 2
        steering.stop("Spring", DANA, by=by, reason="they moved")
        assert [card.contact_id for card in place.pending()] == [kim]
        assert recipient(place, campaign).end is End.STOPPED
        done = place.app.campaigns.administration.stop("Spring", by=by, reason="no budget")
        assert done.recipients_count == 1
        assert place.pending() == ()
        assert recipient(place, campaign, kim).end is End.STOPPED
        turn(place)
        assert place.mail.delivered == []

    def test_keeps_its_recipient_where_they_are(self, place: Office, steering: Steering) -> None:
        """Who is being touched is neither moved nor skipped: the card is decided first."""
        run_campaign(place)
        by = place.person(Role.REP)
        turn(place)
        for act in (
            lambda: steering.skip("Spring", DANA, by=by),
            lambda: steering.move("Spring", DANA, place.clock.now() + DAY, by=by),
        ):
            with pytest.raises(UnableToChangeCampaign, match="decide its card first"):
                act()


class TestARecipient:
    def test_is_paused_until_an_instant(self, place: Office, steering: Steering) -> None:
        """They go on by themselves then, and not before."""
        campaign = run_campaign(place)
        until = place.clock.now() + 3 * DAY
        steering.pause("Spring", DANA, by=place.person(Role.REP), reason="a fair", until=until)
        assert turn(place).tick.begun_count == 0
        place.later(days=3)
        assert turn(place).tick.begun_count == 1
        assert told(place, campaign) == ["paused", "begun"]

    def test_is_moved_and_skipped_on_record(self, place: Office, steering: Steering) -> None:
        """A move sets the time; a skip counts as passed and plans the touch after it."""
        campaign, by = run_campaign(place), place.person(Role.REP)
        at = place.clock.now() + 2 * DAY
        assert steering.move("Spring", DANA, at, by=by).enrolment.wake_at == at
        assert turn(place).tick.begun_count == 0
        now = steering.skip("Spring", DANA, by=by).enrolment
        assert (now.touches_count, now.wake_at) == (1, place.clock.now() + 7 * DAY)
        steering.skip("Spring", DANA, by=by)
        steering.skip("Spring", DANA, by=by)
        with pytest.raises(UnableToChangeCampaign, match="no touch is left"):
            steering.skip("Spring", DANA, by=by)
        assert told(place, campaign) == ["rescheduled", "skipped", "skipped", "skipped"]

    def test_is_changed_by_a_rep_who_read_them_last(
        self, place: Office, steering: Steering
    ) -> None:
        """A viewer, an old version, a stranger, the past and an end are refused as such."""
        run_campaign(place)
        by, now = place.person(Role.REP), place.clock.now()
        with pytest.raises(UnableToChangeCampaign, match="takes a rep"):
            steering.skip("Spring", DANA, by=place.person(Role.VIEWER))
        with pytest.raises(UnableToChangeStaleCampaign, match="moved meanwhile"):
            steering.skip("Spring", DANA, by=by, seen=7)
        with pytest.raises(UnableToFindRecipient, match="no recipient"):
            steering.skip("Spring", ContactId("con_nobody"), by=by)
        for at in (now, now + timedelta(days=401)):
            with pytest.raises(UnableToChangeCampaign, match="next 400 days"):
                steering.move("Spring", DANA, at, by=by)
        with pytest.raises(UnableToChangeCampaign, match="only who is paused"):
            steering.resume("Spring", DANA, by=by)
        steering.stop("Spring", DANA, by=by, reason="they moved")
        with pytest.raises(UnableToChangeCampaign, match="an end is final"):
            steering.resume("Spring", DANA, by=by)


class TestTheMissing:
    def test_are_tried_again_and_nobody_else(self, place: Office, steering: Steering) -> None:
        """Who was unreachable waits anew and the campaign goes on; who left stays left."""
        kim, lee = hire(place, 2)
        campaign = run_campaign(place, DANA, kim, lee)
        at = place.clock.now()
        with place.app.units.write() as unit:
            assert isinstance(unit, SqlUnit)
            ends = {DANA: End.UNREACHABLE, kim: End.OPTED_OUT, lee: End.STOPPED}
            for contact_id, end in ends.items():
                kept = unit.campaigns.enrolment(enrolment_id(campaign.campaign_id, contact_id))
                assert kept is not None
                over = ended(kept.enrolment, end, reason="", at=at)
                unit.campaigns.save_enrolment(replace(kept, enrolment=over))
            unit.commit()
        turn(place)
        missing = place.app.campaigns.tallying.missing("Spring", cursor=None, size=9)
        assert [row.contact_id for row in missing.items] == [DANA]
        with pytest.raises(UnableToChangeCampaign, match="takes an approver"):
            steering.send_to_missing("Spring", by=place.person(Role.REP), reason="again")
        count = steering.send_to_missing("Spring", by=place.person(Role.APPROVER), reason="again")
        assert count == 1
        assert recipient(place, campaign).stage is Stage.WAITING
        assert recipient(place, campaign, kim).end is End.OPTED_OUT
        assert recipient(place, campaign, lee).end is End.STOPPED
        with place.app.units.read() as unit:
            found = unit.campaigns.get(campaign.campaign_id)
        assert found is not None
        assert (found.status, found.ended_at) == (CampaignStatus.RUNNING, None)
        assert turn(place).tick.begun_count == 1
