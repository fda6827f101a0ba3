"""Who is told to wait in line for the mailbox, as a campaign is shown."""

from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import DANA, TUESDAY, Office, office
from tests.fakes.outreach import DAY, THREE, StillTimetable, hire, run_campaign

from bailiwick.domain.campaign.campaign import Campaign
from bailiwick.domain.crm import Role


@pytest.fixture
def times() -> StillTimetable:
    return StillTimetable()


@pytest.fixture
def place(tmp_path: Path, times: StillTimetable) -> Generator[Office]:
    with office(tmp_path, timetable=times) as found:
        yield found


def told(place: Office, campaign: Campaign) -> list[tuple[int, object, str]]:
    """Return the lines of a campaign."""
    return [
        (one.line.version, one.until, one.reason) for one in place.app.campaigns.lines_of(campaign)
    ]


class TestTheLinesOfACampaign:
    def test_are_those_that_the_next_tick_finds(self, place: Office, times: StillTimetable) -> None:
        """By version, with until when and why; without a full mailbox there is none."""
        kim, lee, sam = hire(place, 3)
        campaign = run_campaign(place, kim, lee)
        desk, admin = place.app.campaigns.administration, place.person(Role.ADMIN)
        desk.change("Spring", THREE, by=admin)
        desk.enrol("Spring", [sam], by=admin)
        assert told(place, campaign) == []
        times.full_until = {2: TUESDAY + DAY}
        assert told(place, campaign) == [(2, TUESDAY + DAY, "the mailbox is full")]
        times.full_until[1] = TUESDAY + 2 * DAY
        lines = place.app.campaigns.lines_of(campaign)
        assert sorted(one.line.version for one in lines) == [1, 2]
        assert set(lines) == set(place.app.campaigns.tick.run().waiting)

    def test_leave_out_who_is_finished_and_other_campaigns(
        self, place: Office, times: StillTimetable
    ) -> None:
        """Who only waits for an answer stands in no line, and hides nobody behind them."""
        kim, lee = hire(place, 2)
        campaign = run_campaign(place, kim, lee)
        other = run_campaign(place, DANA, name="Autumn", granted=False)
        desk, admin = place.app.campaigns.administration, place.person(Role.ADMIN)
        for _ in THREE.touches:
            place.app.campaigns.steering.skip("Spring", kim, by=admin)
        place.app.campaigns.steering.move("Spring", kim, TUESDAY + DAY, by=admin)
        place.later(days=2)
        times.full_until[1] = TUESDAY + 3 * DAY
        (line,) = place.app.campaigns.lines_of(campaign)
        assert line.line.campaign_id == campaign.campaign_id
        desk.pause("Spring", by=admin, reason="rest")
        assert place.app.campaigns.lines_of(campaign) == ()
        assert len(place.app.campaigns.lines_of(other)) == 1
