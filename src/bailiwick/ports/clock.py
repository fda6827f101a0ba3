"""What time it is."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time for records and schedules, monotonic time for durations."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...
