"""When touches come: in working days, in the window, and never caught up."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.campaign.timing import back_at, jittered, next_touch_at, working_day
from bailiwick.domain.campaign.window import OFFICE_HOURS, is_open

BERLIN = (ZoneInfo("Europe/Berlin"),)
PLACES = st.sampled_from(["Pacific/Auckland", "Asia/Kolkata", "America/St_Johns", "UTC"])
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 2 * 365 * 86_400).map(lambda n: BEGIN + timedelta(seconds=n))
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 26)}


def never(_: date) -> bool:
    return False


class TestTheNextTouch:
    def test_comes_in_the_morning_after_the_gap(self) -> None:
        """Three working days after a Thursday afternoon is Tuesday at eight."""
        thursday = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
        found = next_touch_at(thursday, gap_days=3, window=OFFICE_HOURS, zones=BERLIN, rests=never)
        assert found == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)

    def test_comes_at_once_without_a_gap(self) -> None:
        """The first touch goes when the window is open next."""
        noon = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
        assert (
            next_touch_at(noon, gap_days=0, window=OFFICE_HOURS, zones=BERLIN, rests=never) == noon
        )

    def test_counts_no_holiday(self) -> None:
        """One working day after the day before Christmas is the Monday after it."""
        eve = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
        found = next_touch_at(
            eve, gap_days=1, window=OFFICE_HOURS, zones=BERLIN, rests=CHRISTMAS.__contains__
        )
        assert found == datetime(2026, 12, 28, 7, 0, tzinfo=UTC)

    @given(INSTANTS, st.integers(0, 10), PLACES, st.floats(0, 1))
    def test_is_open_and_never_before_its_day(
        self, after: datetime, gap: int, place: str, draw: float
    ) -> None:
        """With jitter, too, it is in the window and no working day too early."""
        zones = (ZoneInfo(place),)
        due = next_touch_at(after, gap_days=gap, window=OFFICE_HOURS, zones=zones, rests=never)
        found = jittered(due, draw, window=OFFICE_HOURS, zones=zones, rests=never)
        assert is_open(found, OFFICE_HOURS, zones, never)
        earliest = working_day(after.astimezone(zones[0]).date(), gap, never)
        assert found.astimezone(zones[0]).date() >= earliest
        assert found > after


class TestWhoIsAway:
    def test_is_written_to_a_working_day_after_the_return(self) -> None:
        """Back on a Friday: the Monday after."""
        heard = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        found = back_at(
            date(2026, 11, 27), heard=heard, window=OFFICE_HOURS, zones=BERLIN, rests=never
        )
        assert found == datetime(2026, 11, 30, 7, 0, tzinfo=UTC)

    def test_is_given_a_week_when_no_day_is_told(self) -> None:
        """No day of return, or one that has passed, is five working days."""
        heard = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        for told in (None, date(2026, 1, 1)):
            found = back_at(told, heard=heard, window=OFFICE_HOURS, zones=BERLIN, rests=never)
            assert found == datetime(2026, 11, 27, 7, 0, tzinfo=UTC)

    def test_is_not_waited_for_beyond_reason(self) -> None:
        """A return in a hundred years does not break the calendar."""
        heard = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        found = back_at(
            date(2126, 1, 1), heard=heard, window=OFFICE_HOURS, zones=BERLIN, rests=never
        )
        assert found < heard + timedelta(days=365)
