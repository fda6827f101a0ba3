from datetime import UTC, datetime, timedelta

from bailiwick.kit.clock import RunningClock

START = datetime(2026, 7, 14, 9, 30, tzinfo=UTC)


class TestRunningClock:
    def test_starts_where_it_was_set_and_runs(self) -> None:
        """It says the instant it was given, never an earlier one than before."""
        clock = RunningClock(START)
        first = clock.now()
        second = clock.now()
        assert START <= first <= second < START + timedelta(minutes=1)
        assert clock.monotonic() <= clock.monotonic()
