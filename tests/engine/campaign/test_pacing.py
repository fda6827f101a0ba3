from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import TUESDAY, Office, office, step
from tests.fakes.outreach import DAY, StillTimetable, hire, recipient, run_campaign, sign, turn

from bailiwick.domain.receipt import EffectState
from bailiwick.domain.record import RecordKind


@pytest.fixture
def times() -> StillTimetable:
    return StillTimetable(gap=7 * DAY)


@pytest.fixture
def place(tmp_path: Path, times: StillTimetable) -> Generator[Office]:
    with office(tmp_path, timetable=times) as found:
        yield found


class TestAMailOfACampaign:
    def test_signed_while_the_window_is_shut_waits_for_it(
        self, place: Office, times: StillTimetable
    ) -> None:
        """It is put back with its time and the reason, is no attempt, and then goes once."""
        campaign = run_campaign(place)
        turn(place)
        sign(place)
        times.opens_at = TUESDAY + DAY
        turn(place)
        assert place.mail.calls_count == 0
        with place.app.units.read() as unit:
            (row,) = unit.effects.in_state(EffectState.READY, cursor=None, size=9).items
            told = unit.records.about(row.effect_id)
        assert (row.due_at, row.attempt) == (times.opens_at, 1)
        assert [r.payload.get("finding") for r in told if r.kind is RecordKind.EFFECT_SETTLED] == [
            "too_early"
        ]
        assert RecordKind.EFFECT_ATTEMPT not in {r.kind for r in told}
        place.later(hours=23)
        turn(place)
        assert place.mail.calls_count == 0
        place.later(hours=1)
        turn(place)
        assert len(place.mail.delivered) == 1
        assert recipient(place, campaign).touches_count == 1

    def test_makes_no_other_mail_wait(self, place: Office, times: StillTimetable) -> None:
        """What is put back is not in the way of an answer that is due."""
        (kim,) = hire(place, 1)
        run_campaign(place, kim)
        turn(place)
        sign(place)
        times.opens_at = TUESDAY + DAY
        place.propose(step())
        assert sign(place) == 1
        turn(place)
        assert [b"dana@acme.example" in mail for _, mail in place.mail.delivered] == [True]
