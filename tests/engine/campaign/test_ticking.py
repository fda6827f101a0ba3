from collections.abc import Generator
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.fakes.office import TUESDAY, Office, office
from tests.fakes.outreach import DAY, StillTimetable, hire, recipient, run_campaign

from bailiwick.domain.campaign.enrolment import Stage
from bailiwick.domain.campaign.touch import Fate
from bailiwick.domain.crm import Role
from bailiwick.domain.pool import Pool
from bailiwick.domain.record import RecordKind
from bailiwick.domain.run import RunStatus
from bailiwick.ports.queue import PoolLimits
from bailiwick.store.scope import own
from bailiwick.store.tables.campaigns import CAMPAIGN_SERIES


@pytest.fixture
def times() -> StillTimetable:
    return StillTimetable()


@pytest.fixture
def place(tmp_path: Path, times: StillTimetable) -> Generator[Office]:
    with office(tmp_path, timetable=times) as found:
        yield found


class TestATick:
    def test_stores_the_touch_with_its_run(self, place: Office) -> None:
        """One row of each, in one commit, and on record; a second tick finds nothing to do."""
        campaign = run_campaign(place)
        assert place.app.campaigns.tick.run().begun_count == 1
        assert place.app.campaigns.tick.run().begun_count == 0
        now = recipient(place, campaign)
        with place.app.units.read() as unit:
            (touch,) = unit.touches.touches(now.enrolment_id)
            run = unit.runs.get(touch.run_id)
            told = unit.records.about(now.enrolment_id)
        assert (touch.number, touch.attempt, touch.fate) == (1, 0, None)
        assert run is not None
        assert (run.capability, run.status) == ("campaign", RunStatus.PENDING)
        assert now.stage is Stage.TOUCHING
        assert [r.kind for r in told] == [RecordKind.RECIPIENT]
        assert told[0].payload["reason"] == "the window is open"

    def test_moves_whom_the_window_shuts_out(self, place: Office, times: StillTimetable) -> None:
        """They wait for the opening, with the reason; nothing is stored for them before."""
        campaign = run_campaign(place)
        times.opens_at = TUESDAY + 2 * DAY
        assert place.app.campaigns.tick.run().moved_count == 1
        now = recipient(place, campaign)
        assert (now.stage, now.wake_at) == (Stage.WAITING, times.opens_at)
        assert now.reason == "the window is shut"
        place.later(days=1)
        assert place.app.campaigns.tick.run().begun_count == 0
        place.later(days=1)
        assert place.app.campaigns.tick.run().begun_count == 1

    def test_leaves_a_campaign_that_pauses_alone(self, place: Office) -> None:
        """Nobody of it is begun; after the pause they are."""
        run_campaign(place)
        desk = place.app.campaigns.administration
        desk.pause("Spring", by=place.person(Role.ADMIN), reason="wait")
        assert place.app.campaigns.tick.run().begun_count == 0
        desk.resume("Spring", by=place.person(Role.ADMIN))
        assert place.app.campaigns.tick.run().begun_count == 1

    def test_stops_at_a_full_pool_and_goes_on_later(self, place: Office) -> None:
        """What the pool does not take stays due: no touch without its run."""
        people = hire(place, 3)
        campaign = run_campaign(place, *people)
        with place.app.units.write() as unit:
            unit.jobs.limit(Pool.EMAIL, PoolLimits(waiting_count_max=2))
            unit.commit()
        report = place.app.campaigns.tick.run()
        assert (report.begun_count, report.behind) == (2, True)
        stages = [recipient(place, campaign, kim).stage for kim in people]
        assert stages == [Stage.TOUCHING, Stage.TOUCHING, Stage.WAITING]

    def test_pauses_whose_series_cannot_be_read(self, place: Office) -> None:
        """A damaged row stops its own recipients, with the reason, and nobody else."""
        (kim,) = hire(place, 1)
        broken = run_campaign(place)
        whole = run_campaign(place, kim, name="Autumn", granted=False)
        with place.app.units.write() as unit:
            unit.scope.change(
                update(CAMPAIGN_SERIES)
                .where(own(CAMPAIGN_SERIES), CAMPAIGN_SERIES.c.campaign_id == broken.campaign_id)
                .values(series={"version": 1})
            )
            unit.commit()
        report = place.app.campaigns.tick.run()
        assert (report.begun_count, report.paused_count) == (1, 1)
        now = recipient(place, broken)
        assert (now.stage, now.wake_at) == (Stage.PAUSED, None)
        assert "cannot be read back" in now.reason
        assert recipient(place, whole, kim).stage is Stage.TOUCHING

    def test_numbers_the_tries_of_a_touch(self, place: Office) -> None:
        """A try that came to nothing is followed by another of the same number."""
        campaign = run_campaign(place)
        place.app.campaigns.tick.run()
        with place.app.units.write() as unit:
            (touch,) = unit.touches.touches(recipient(place, campaign).enrolment_id)
            unit.runs.cancel(touch.run_id, reason="test", at=place.clock.now())
            unit.commit()
        assert place.app.campaigns.settling.run().fates == {Fate.PUT_OFF: 1}
        place.later(days=1)
        assert place.app.campaigns.tick.run().begun_count == 1
        with place.app.units.read() as unit:
            tries = unit.touches.touches(recipient(place, campaign).enrolment_id)
        assert [(one.number, one.attempt) for one in tries] == [(1, 0), (1, 1)]
