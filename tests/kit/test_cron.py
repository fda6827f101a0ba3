from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.kit.cron import CronError, next_occurrence

BERLIN = "Europe/Berlin"


def _next(cron: str, after: str, zone: str = BERLIN) -> str:
    at = datetime.fromisoformat(after)
    return next_occurrence(cron, zone, after=at).astimezone(ZoneInfo(zone)).isoformat()


class TestNextOccurrence:
    def test_is_in_the_zone(self) -> None:
        """Nine in Berlin is eight or seven in UTC, by the season."""
        winter = next_occurrence("0 9 * * *", BERLIN, after=datetime(2026, 1, 5, tzinfo=UTC))
        summer = next_occurrence("0 9 * * *", BERLIN, after=datetime(2026, 7, 5, tzinfo=UTC))
        assert (winter.hour, summer.hour) == (8, 7)

    def test_is_after_and_not_at(self) -> None:
        """At the very minute the next one is a day later."""
        assert _next("0 9 * * *", "2026-01-05T09:00:00+01:00") == "2026-01-06T09:00:00+01:00"

    def test_in_a_gap_is_the_next_valid_instant(self) -> None:
        """Half past two does not exist when clocks go forward: it comes at three, and once."""
        assert _next("30 2 * * *", "2026-03-29T00:00:00+01:00") == "2026-03-29T03:00:00+02:00"
        assert _next("30 2 * * *", "2026-03-29T03:00:00+02:00") == "2026-03-30T02:30:00+02:00"
        assert _next("*/20 2 * * *", "2026-03-29T00:00:00+01:00") == "2026-03-29T03:00:00+02:00"
        assert _next("*/20 2 * * *", "2026-03-29T03:00:00+02:00") == "2026-03-30T02:00:00+02:00"

    def test_in_a_double_hour_is_the_first(self) -> None:
        """Half past two exists twice when clocks go back: it comes the first time only."""
        assert _next("30 2 * * *", "2026-10-25T00:00:00+02:00") == "2026-10-25T02:30:00+02:00"
        assert _next("30 2 * * *", "2026-10-25T02:30:00+02:00") == "2026-10-26T02:30:00+01:00"
        assert _next("30 2 * * *", "2026-10-25T02:10:00+01:00") == "2026-10-26T02:30:00+01:00"

    def test_of_every_hour_follows_the_time_that_passes(self) -> None:
        """An hourly expression comes in both of the double hours, and never in the gap."""
        assert _next("15 * * * *", "2026-10-25T02:15:00+02:00") == "2026-10-25T02:15:00+01:00"
        assert _next("15 * * * *", "2026-03-29T01:15:00+01:00") == "2026-03-29T03:15:00+02:00"

    def test_knows_the_leap_day(self) -> None:
        """The 29th of February comes in 2028."""
        assert _next("0 0 29 2 *", "2026-01-01T00:00:00+01:00") == "2028-02-29T00:00:00+01:00"

    @pytest.mark.parametrize(
        "cron", ["", "* * * *", "* * * * * *", "99 * * * *", "0 0 30 2 *", "x"]
    )
    def test_refuses_what_it_cannot_read(self, cron: str) -> None:
        """An expression that is wrong, or never comes, is named."""
        with pytest.raises(CronError, match="cron expression"):
            next_occurrence(cron, "UTC", after=datetime(2026, 1, 1, tzinfo=UTC))

    @pytest.mark.parametrize("zone", ["", "Mars/Base", "/etc/passwd", "../UTC"])
    def test_refuses_unknown_zones(self, zone: str) -> None:
        """A zone that is not in the IANA list is named."""
        with pytest.raises(CronError, match="time zone"):
            next_occurrence("* * * * *", zone, after=datetime(2026, 1, 1, tzinfo=UTC))

    @given(
        at=st.datetimes(datetime(2020, 1, 1), datetime(2038, 1, 20), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
        minute=st.integers(0, 59),
        hour=st.integers(0, 23),
        zone=st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    )
    def test_of_a_day_comes_once_a_day(
        self, at: datetime, minute: int, hour: int, zone: str
    ) -> None:
        """A time of day comes once on every local day, whatever the clocks do."""
        first = next_occurrence(f"{minute} {hour} * * *", zone, after=at)
        second = next_occurrence(f"{minute} {hour} * * *", zone, after=first)
        place = ZoneInfo(zone)
        days = second.astimezone(place).date() - first.astimezone(place).date()
        assert at < first < second
        assert days.days == 1
