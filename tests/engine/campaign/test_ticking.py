from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.fakes.office import DANA, TUESDAY, Office, office
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
from tests.fakes.overtaking import Overtaken

from bailiwick.connectors.smtp.fake import Behaviour
from bailiwick.domain.campaign.enrolment import End, Stage
from bailiwick.domain.campaign.pace import HOUR
from bailiwick.domain.campaign.touch import Fate
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import EffectId
from bailiwick.domain.pool import Pool
from bailiwick.domain.receipt import EffectState, Outcome
from bailiwick.domain.record import RecordKind
from bailiwick.domain.run import RunStatus
from bailiwick.engine.campaign.ticking import DUE_COUNT_MAX, Tick
from bailiwick.engine.delivery.settle import Answer
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


def overtaken(place: Office, meanwhile: Callable[[], object]) -> Tick:
    """Return a tick between whose selection and first transaction something happens."""
    app = place.app
    return Tick(
        units=Overtaken(units=app.units, meanwhile=meanwhile),
        clock=app.clock,
        ids=app.ids,
        requests=app.runs.requests,
        timetable=app.campaigns.timetable,
    )


class TestATickThatIsOvertaken:
    def test_by_another_begins_nothing_again(self, place: Office) -> None:
        """Two ticks select one recipient; whoever comes second finds the touch and leaves it."""
        campaign = run_campaign(place)
        second = overtaken(place, place.app.campaigns.tick.run)
        assert second.run().begun_count == 0
        now = recipient(place, campaign)
        with place.app.units.read() as unit:
            tries = unit.touches.touches(now.enrolment_id)
            told = unit.records.about(now.enrolment_id)
        assert (now.stage, len(tries), len(told)) == (Stage.TOUCHING, 1, 1)

    def test_by_a_person_who_pauses_leaves_the_recipient_alone(self, place: Office) -> None:
        """Selected, then paused: no touch goes to who is not due any more."""
        campaign = run_campaign(place)
        steering, by = place.app.campaigns.steering, place.person(Role.ADMIN)
        tick = overtaken(place, lambda: steering.pause("Spring", DANA, by=by, reason="wait"))
        assert tick.run().begun_count == 0
        now = recipient(place, campaign)
        with place.app.units.read() as unit:
            tries = unit.touches.touches(now.enrolment_id)
        assert (now.stage, now.wake_at, tries) == (Stage.PAUSED, None, ())

    def test_by_nobody_begins_who_is_due(self, place: Office) -> None:
        """The other side: looked at again, who is still due is touched."""
        campaign = run_campaign(place)
        assert overtaken(place, lambda: None).run().begun_count == 1
        assert recipient(place, campaign).stage is Stage.TOUCHING


def doubtful(place: Office, *, accepted: bool) -> EffectId:
    """Let the mail server break off before it says whether it took the mail; return the row."""
    place.mail.script = (Behaviour(outcome=Outcome.UNKNOWN, accepted=accepted),)
    place.mail.findable = False
    turn(place)
    sign(place)
    turn(place)
    with place.app.units.read() as unit:
        (row,) = unit.effects.in_state(EffectState.IN_DOUBT, cursor=None, size=9).items
    return row.effect_id


class TestATouchThatIsDueAgain:
    """A mail is in doubt, its recipient was paused, and the pause is over."""

    def paused(self, place: Office) -> None:
        place.app.campaigns.steering.pause(
            "Spring",
            DANA,
            by=place.person(Role.ADMIN),
            reason="wait",
            until=place.clock.now() + 2 * DAY,
        )
        place.later(days=2)

    def test_is_not_begun_beside_the_one_that_may_have_gone(self, place: Office) -> None:
        """They are waited for: one try, on record as such, and no second mail."""
        campaign = run_campaign(place)
        doubtful(place, accepted=True)
        self.paused(place)
        report = place.app.campaigns.tick.run()
        now = recipient(place, campaign)
        with place.app.units.read() as unit:
            tries = unit.touches.touches(now.enrolment_id)
            told = [record.payload["event"] for record in unit.records.about(now.enrolment_id)]
        assert (report.begun_count, report.moved_count, len(tries)) == (0, 0, 1)
        assert (now.stage, now.touch, told[-1]) == (Stage.TOUCHING, 1, "waited_for")

    @pytest.mark.parametrize(
        ("accepted", "answer"), [(True, Answer.SENT), (False, Answer.NOT_SENT)]
    )
    def test_counts_once_it_is_known(
        self, place: Office, *, accepted: bool, answer: Answer
    ) -> None:
        """Gone, it counts; not gone, that very mail goes now: one mail either way."""
        campaign = run_campaign(place)
        effect_id = doubtful(place, accepted=accepted)
        self.paused(place)
        place.app.campaigns.tick.run()
        place.app.settlement.settle_by_person(
            effect_id, answer, person_id=place.person(Role.ADMIN), reason="asked them"
        )
        turn(place)
        now = recipient(place, campaign)
        assert (now.stage, now.touch, len(place.mail.delivered)) == (Stage.WAITING, 2, 1)

    def test_is_begun_anew_where_the_one_before_did_not_go(self, place: Office) -> None:
        """The other side: what was withdrawn is settled, and the touch is drafted again."""
        campaign = run_campaign(place)
        turn(place)
        self.paused(place)
        place.app.campaigns.settling.run()
        assert place.app.campaigns.tick.run().begun_count == 1
        with place.app.units.read() as unit:
            tries = unit.touches.touches(recipient(place, campaign).enrolment_id)
        assert [(one.number, one.attempt) for one in tries] == [(1, 0), (1, 1)]


class TestALineForTheMailbox:
    def test_is_left_as_it_is(self, place: Office, times: StillTimetable) -> None:
        """The first is refused: nobody is moved, nothing goes on record, the rest is not asked."""
        people = hire(place, 4)
        campaign = run_campaign(place, *people)
        before = [recipient(place, campaign, kim) for kim in people]
        times.full_until[1] = TUESDAY + DAY
        report = place.app.campaigns.tick.run()
        (waiting,) = report.waiting
        assert (report.begun_count, report.moved_count, report.behind) == (0, 0, False)
        assert (waiting.line.campaign_id, waiting.line.version) == (campaign.campaign_id, 1)
        assert (waiting.until, waiting.reason) == (TUESDAY + DAY, "the mailbox is full")
        assert [recipient(place, campaign, kim) for kim in people] == before
        with place.app.units.read() as unit:
            assert unit.records.about(before[0].enrolment_id) == ()
        assert len(times.asked) == 1

    def test_goes_on_in_order(self, place: Office, times: StillTimetable) -> None:
        """With room for two, the two who waited longest go, whenever they were looked at."""
        people = hire(place, 4)
        campaign = run_campaign(place, *people)
        steering, admin = place.app.campaigns.steering, place.person(Role.ADMIN)
        for hours, kim in zip((3, 1, 4, 2), people, strict=True):
            steering.move("Spring", kim, TUESDAY + hours * HOUR, by=admin)
        place.later(hours=5)
        times.full_until[1] = TUESDAY + DAY
        assert place.app.campaigns.tick.run().begun_count == 0
        times.full_until.clear()
        with place.app.units.write() as unit:
            unit.jobs.limit(Pool.EMAIL, PoolLimits(waiting_count_max=2))
            unit.commit()
        assert place.app.campaigns.tick.run().begun_count == 2
        stages = [recipient(place, campaign, kim).stage for kim in people]
        assert stages == [Stage.WAITING, Stage.TOUCHING, Stage.WAITING, Stage.TOUCHING]

    def test_does_not_hold_another_version_up(self, place: Office, times: StillTimetable) -> None:
        """Each version has limits of its own: a tight one waits alone."""
        kim, lee = hire(place, 2)
        campaign = run_campaign(place, kim)
        desk, admin = place.app.campaigns.administration, place.person(Role.ADMIN)
        desk.change("Spring", THREE, by=admin)
        desk.enrol("Spring", [lee], by=admin)
        assert recipient(place, campaign, lee).version == 2
        for tight, stages in (
            (1, (Stage.WAITING, Stage.TOUCHING)),
            (2, (Stage.TOUCHING, Stage.TOUCHING)),
        ):
            times.full_until = {tight: TUESDAY + DAY}
            report = place.app.campaigns.tick.run()
            assert report.begun_count == 1
            found = tuple(recipient(place, campaign, who).stage for who in (kim, lee))
            assert found == stages

    def test_is_looked_past(self, place: Office, times: StillTimetable) -> None:
        """More in line than one look takes: who is behind them in another campaign goes."""
        people = hire(place, DUE_COUNT_MAX + 1)
        run_campaign(place, *people)
        desk, admin = place.app.campaigns.administration, place.person(Role.ADMIN)
        desk.change("Spring", THREE, by=admin)
        desk.enrol("Spring", [DANA], by=admin)
        place.later(days=1)
        times.full_until[1] = TUESDAY + 2 * DAY
        report = place.app.campaigns.tick.run()
        assert (report.begun_count, len(report.waiting), report.behind) == (1, 1, False)

    def test_does_not_keep_who_is_finished(self, place: Office, times: StillTimetable) -> None:
        """Who waits for an answer only needs no room: they end, however full the mailbox is."""
        kim, lee = hire(place, 2)
        campaign = run_campaign(place, kim, lee)
        steering, admin = place.app.campaigns.steering, place.person(Role.ADMIN)
        for _ in THREE.touches:
            steering.skip("Spring", lee, by=admin)
        steering.move("Spring", lee, TUESDAY + DAY, by=admin)
        times.full_until[1] = TUESDAY + 9 * DAY
        place.later(days=2)
        report = place.app.campaigns.tick.run()
        assert (report.ended_count, len(report.waiting)) == (1, 1)
        assert recipient(place, campaign, lee).end is End.FINISHED
        assert recipient(place, campaign, kim).stage is Stage.WAITING

    def test_moves_whom_the_window_shuts_out_meanwhile(
        self, place: Office, times: StillTimetable
    ) -> None:
        """Room at night is nobody's: who is first in line is planned for the opening."""
        campaign = run_campaign(place)
        times.full_until[1] = TUESDAY + DAY
        assert place.app.campaigns.tick.run().moved_count == 0
        place.later(days=1)
        times.opens_at = TUESDAY + 3 * DAY
        assert place.app.campaigns.tick.run().moved_count == 1
        assert recipient(place, campaign).wake_at == times.opens_at

    def test_is_left_by_who_is_stopped(self, place: Office, times: StillTimetable) -> None:
        """A stop takes effect where it happens; with room, nothing goes to them."""
        campaign = run_campaign(place)
        times.full_until[1] = TUESDAY + DAY
        assert len(place.app.campaigns.tick.run().waiting) == 1
        place.app.campaigns.steering.stop("Spring", DANA, by=place.person(Role.ADMIN), reason="no")
        assert recipient(place, campaign).end is End.STOPPED
        place.later(days=2)
        report = place.app.campaigns.tick.run()
        assert (report.begun_count, report.waiting) == (0, ())
