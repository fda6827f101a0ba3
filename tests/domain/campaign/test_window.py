"""Sending windows: never early, never outside, in any zone of the world and over clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.campaign.window import (
    OFFICE_HOURS,
    Block,
    UnableToFindOpening,
    Window,
    is_open,
    next_opening,
)

BERLIN = (ZoneInfo("Europe/Berlin"),)
NIGHTLY = Window(name="n", blocks=tuple(Block(weekday=d, start=150, end=200) for d in range(7)))
EVERY_ZONE = sorted(available_timezones() - {"Factory", "localtime"})


def never(_: date) -> bool:
    return False


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Draw a window of up to five blocks of a minute to a day."""
    blocks: list[Block] = []
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, 1439))
        end = draw(st.integers(start + 1, 1440))
        blocks.append(Block(weekday=draw(st.integers(0, 6)), start=start, end=end))
    return Window(name="drawn", blocks=tuple(blocks))


BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 4 * 365 * 86_400).map(lambda n: BEGIN + timedelta(seconds=n))
ZONES = st.sampled_from(EVERY_ZONE).map(ZoneInfo)


class TestTheNextOpening:
    @given(INSTANTS, windows(), ZONES, st.frozensets(st.integers(0, 365), max_size=30))
    def test_is_open_not_early_and_the_first(
        self, at: datetime, window: Window, zone: ZoneInfo, resting: frozenset[int]
    ) -> None:
        """What is found is open, and no minute before it was."""

        def rests(day: date) -> bool:
            return day.timetuple().tm_yday in resting

        found = next_opening(at, window, (zone,), rests)
        assert found >= at
        assert is_open(found, window, (zone,), rests)
        # Looking at every minute of weeks would take too long: each hour, and the last two hours.
        steps = [*range(60, 60 * 24 * 9, 61), *range(1, 120)]
        for minutes in steps:
            before = found - timedelta(minutes=minutes)
            if before < at:
                continue
            assert not is_open(before, window, (zone,), rests), (before, found)

    @given(INSTANTS, ZONES, ZONES)
    def test_is_open_in_both_ends_of_a_wide_country(
        self, at: datetime, one: ZoneInfo, other: ZoneInfo
    ) -> None:
        """Who may live in either zone is written to when it is day in both, or never."""
        try:
            found = next_opening(at, OFFICE_HOURS, (one, other), never)
        except UnableToFindOpening:
            return
        assert is_open(found, OFFICE_HOURS, (one,), never)
        assert is_open(found, OFFICE_HOURS, (other,), never)

    @pytest.mark.parametrize(
        ("at", "expected"),
        [
            ("2026-11-20T09:00", "2026-11-20T09:00"),  # Friday, ten in Berlin
            ("2026-11-20T17:00", "2026-11-23T07:00"),  # six in the evening: closed
            ("2026-11-20T16:59", "2026-11-20T16:59"),
            ("2026-12-24T17:00", "2026-12-28T07:00"),  # two days of Christmas and a weekend
        ],
    )
    def test_keeps_office_hours_and_holidays(self, at: str, expected: str) -> None:
        """Evenings, weekends and holidays wait for the next working morning."""
        holidays = {date(2026, 12, 25), date(2026, 12, 26)}
        found = next_opening(
            datetime.fromisoformat(at).replace(tzinfo=UTC),
            OFFICE_HOURS,
            BERLIN,
            holidays.__contains__,
        )
        assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


class TestAClockChange:
    def test_moves_a_start_that_is_left_out(self) -> None:
        """02:30 does not exist on 29 March 2026 in Berlin: the block opens at 03:00."""
        at = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
        assert next_opening(at, NIGHTLY, BERLIN, never) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    def test_drops_a_block_that_is_left_out_whole(self) -> None:
        """A block within the missing hour opens on the next day."""
        short = Window(
            name="s", blocks=tuple(Block(weekday=d, start=130, end=160) for d in range(7))
        )
        at = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
        assert next_opening(at, short, BERLIN, never) == datetime(2026, 3, 30, 0, 10, tzinfo=UTC)

    def test_opens_twice_when_the_hour_comes_twice(self) -> None:
        """02:30 comes at 00:30 and 01:30 UTC on 25 October 2026; between them it is closed."""
        first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        assert next_opening(first, NIGHTLY, BERLIN, never) == first
        again = next_opening(first + timedelta(minutes=50), NIGHTLY, BERLIN, never)
        assert again == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


class TestWhatIsNoWindow:
    @pytest.mark.parametrize(
        ("weekday", "start", "end"), [(7, 0, 1), (0, 5, 5), (0, -1, 5), (0, 0, 1441)]
    )
    def test_is_refused_with_the_reason(self, weekday: int, start: int, end: int) -> None:
        """A block outside of a week or a day, or without length, is no block."""
        with pytest.raises(ValueError, match="is no block"):
            Block(weekday=weekday, start=start, end=end)

    def test_may_not_be_empty_or_never_open(self) -> None:
        """A window without blocks, or with holidays only, is told and never waited for."""
        with pytest.raises(ValueError, match="not 1 to 42"):
            Window(name="empty", blocks=())
        with pytest.raises(UnableToFindOpening, match="office hours"):
            next_opening(datetime(2026, 1, 1, tzinfo=UTC), OFFICE_HOURS, BERLIN, lambda _: True)
