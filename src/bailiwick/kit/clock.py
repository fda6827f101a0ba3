"""Real clocks. The only place where the wall clock and the monotonic clock are read."""

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - kit is where clocks live

    def monotonic(self) -> float:
        """Return seconds that never run backwards, for durations."""
        return time.monotonic()


def wall_microseconds() -> int:
    """Return microseconds since 1970 of the machine's clock: spans tell of it, whatever is set."""
    return time.time_ns() // 1_000


def monotonic_microseconds() -> int:
    """Return microseconds that never run backwards, for how long a span lasted."""
    return time.monotonic_ns() // 1_000


class FixedClock:
    """A clock that stands still until it is told to move; for tests, demos and simulations."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the instant the clock was set to."""
        return self._at

    def monotonic(self) -> float:
        """Return the instant as seconds."""
        return self._at.timestamp()

    def set(self, at: datetime) -> None:
        """Move the clock to another instant."""
        self._at = at


class RunningClock:
    """A clock that is set to an instant once and then runs at the machine's pace; for the demo."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._began = time.monotonic()

    def now(self) -> datetime:
        """Return the instant it was set to and the time that has passed since."""
        return self._at + timedelta(seconds=self.monotonic() - self._began)

    def monotonic(self) -> float:
        """Return seconds that never run backwards, for durations."""
        return time.monotonic()
