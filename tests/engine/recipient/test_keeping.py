"""One recipient moves on: the row, its record, and what is taken back with an end."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, office
from tests.fakes.outreach import DAY, THREE, StillTimetable, recipient, run_campaign, turn

from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.campaign.campaign import Campaign
from bailiwick.domain.campaign.enrolment import End, Stage, ended, moved, paused
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import RunId
from bailiwick.domain.record import Record, RecordKind
from bailiwick.engine.recipient.keeping import keep, series_of
from bailiwick.ports.campaigns import Kept
from bailiwick.ports.unit import Unit


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, timetable=StillTimetable()) as found:
        yield found


@pytest.fixture
def campaign(place: Office) -> Campaign:
    return run_campaign(place)


def dana_in(unit: Unit) -> Kept:
    """Return Dana's one enrolment."""
    (kept,) = unit.campaigns.of_contact(DANA)
    return kept


def told(place: Office, campaign: Campaign) -> list[Record]:
    """Return what is on record about Dana as a recipient."""
    with place.app.units.read() as unit:
        return list(unit.records.about(recipient(place, campaign).enrolment_id))


class TestAMove:
    def test_is_saved_and_recorded_together(self, place: Office, campaign: Campaign) -> None:
        """The row says where they are, the record what happened, when, and to whom."""
        later = place.clock.now() + 3 * DAY
        with place.app.units.write() as unit:
            before = dana_in(unit)
            now = replace(moved(before.enrolment, wake_at=later), reason="a holiday")
            after = keep(
                unit, before, now, "moved",
                at=place.clock.now(), run_id=RunId("run_1"), details={"touch": 1},
            )  # fmt: skip
            unit.commit()
        assert (after.enrolment, after.row_version) == (now, before.row_version + 1)
        assert recipient(place, campaign) == now
        (record,) = told(place, campaign)
        assert (record.kind, record.run_id, record.contact_id, record.at) == (
            RecordKind.RECIPIENT,
            "run_1",
            DANA,
            place.clock.now(),
        )
        assert record.payload == {
            "event": "moved",
            "stage": "waiting",
            "end": None,
            "touches": 0,
            "wake_at": later.isoformat(),
            "reason": "a holiday",
            "touch": 1,
        }

    def test_that_is_not_committed_leaves_nothing(self, place: Office, campaign: Campaign) -> None:
        """Neither row nor record stays of a unit that was left."""
        before = recipient(place, campaign)
        with place.app.units.write() as unit:
            kept = dana_in(unit)
            now = ended(kept.enrolment, End.STOPPED, reason="test", at=place.clock.now())
            keep(unit, kept, now, "ended", at=place.clock.now())
        assert recipient(place, campaign) == before
        assert told(place, campaign) == []

    def test_from_a_row_that_moved_on_is_a_bug(self, place: Office, campaign: Campaign) -> None:
        """Who changes a recipient read them in the same unit; an older reading is refused."""
        with place.app.units.read() as unit:
            old = dana_in(unit)
        at = place.clock.now()
        with place.app.units.write() as unit:
            keep(unit, old, moved(old.enrolment, wake_at=at), "moved", at=at)
            unit.commit()
        late = paused(old.enrolment, until=None, reason="late")
        with place.app.units.write() as unit, pytest.raises(AssertionError, match="in this unit"):
            keep(unit, old, late, "paused", at=at)
        assert recipient(place, campaign).stage is Stage.WAITING


class TestAnEnd:
    @pytest.mark.parametrize("over", [True, False])
    def test_takes_back_what_is_under_way(
        self, place: Office, campaign: Campaign, *, over: bool
    ) -> None:
        """Whoever ends, ends with the card that waits; whoever merely moves on keeps it."""
        turn(place)
        with place.app.units.write() as unit:
            before = dana_in(unit)
            now = replace(before.enrolment, reason="noted")
            if over:
                now = ended(now, End.STOPPED, reason="enough", at=place.clock.now())
            keep(unit, before, now, "test", at=place.clock.now())
            unit.commit()
        (card,) = place.cards()
        assert card.status is (ApprovalStatus.STALE if over else ApprovalStatus.PENDING)
        assert recipient(place, campaign).end is (End.STOPPED if over else None)


class TestTheSeries:
    def test_is_that_of_the_recipients_version(self, place: Office, campaign: Campaign) -> None:
        """A change for new ones only leaves who is under way with what they were promised."""
        shorter = replace(THREE, touches=THREE.touches[:1])
        place.app.campaigns.administration.change("Spring", shorter, by=campaign.made_by)
        with place.app.units.read() as unit:
            kept = dana_in(unit).enrolment
            assert series_of(unit, kept) == THREE
            assert len(series_of(unit, replace(kept, version=2)).touches) == 1

    def test_that_is_not_stored_is_a_fault(self, place: Office, campaign: Campaign) -> None:
        """The message names the version, and nobody's data."""
        assert campaign.version == 1
        with place.app.units.read() as unit:
            kept = dana_in(unit).enrolment
            with pytest.raises(IntegrityFault, match="version 7 of the series is not stored"):
                series_of(unit, replace(kept, version=7))
