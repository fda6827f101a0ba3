"""A campaign from its first touch to its end, through every part of the real machine."""

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import Office, office
from tests.fakes.outreach import DAY, THREE, StillTimetable, recipient, run_campaign, sign, turn

from bailiwick.domain.campaign.campaign import CampaignStatus
from bailiwick.domain.campaign.enrolment import End, Stage


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, timetable=StillTimetable(gap=7 * DAY)) as found:
        yield found


class TestACampaign:
    def test_touches_until_the_series_ends_and_is_completed(self, place: Office) -> None:
        """A signed first touch, granted ones after it, each once; then the recipient has an end."""
        campaign = run_campaign(place)
        assert turn(place).tick.begun_count == 1
        assert len(place.mail.delivered) == 0
        sign(place)
        for number in range(1, len(THREE.touches) + 1):
            turn(place)
            assert len(place.mail.delivered) == number
            now = recipient(place, campaign)
            assert (now.stage, now.touches_count) == (Stage.WAITING, number)
            assert turn(place).tick.begun_count == 0
            place.later(days=7)
        turn(place)
        now = recipient(place, campaign)
        assert (now.stage, now.end) == (Stage.ENDED, End.FINISHED)
        with place.app.units.read() as unit:
            found = unit.campaigns.get(campaign.campaign_id)
        assert found is not None
        assert found.status is CampaignStatus.COMPLETED
        assert len(place.mail.delivered) == len(THREE.touches)


class TestTheFirstTouch:
    def test_waits_for_a_person(self, place: Office) -> None:
        """A-CAMP-6: even under a grant the first touch is held, and goes with a signature only."""
        run_campaign(place)
        for _ in range(3):
            turn(place)
            place.later(hours=12)
        assert [card.capability for card in place.pending()] == ["campaign"]
        assert place.mail.delivered == []
