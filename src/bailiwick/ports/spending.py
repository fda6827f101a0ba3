"""What a day's model calls have used and set aside, where every worker sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from bailiwick.domain.ids import RunId

EVERY: Final = "*"
"""The scope of a workspace's whole day; all others are capabilities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """One scope's day."""

    scope: str
    picodollars: int


class DaySpending(Protocol):
    """The counters of a workspace's days, within a unit."""

    def reserve(
        self, day: date, scope: str, *, picodollars: int, limit: int | None, at: datetime
    ) -> bool:
        """Set an amount aside in one statement; False when that would pass the limit."""
        ...

    def settle(self, day: date, scope: str, *, change: int) -> None:
        """Replace what was set aside by what was used: add the difference."""
        ...

    def tell_once(self, day: date, scope: str, *, at: datetime) -> bool:
        """Note that people are told that a day is used up; False when they were told before."""
        ...

    def of_day(self, day: date) -> Sequence[Spent]:
        """Return every scope's counter of a day, by scope."""
        ...


class SpendLedger(Protocol):
    """Where a gateway reserves before each attempt; shared by all workers of a workspace."""

    def reserve(
        self, *, capability: str, run_id: RunId, picodollars: int, at: datetime
    ) -> str | None:
        """Set the worst case of one attempt aside, or return the scope whose day is used up."""
        ...

    def settle(self, *, capability: str, day: date, change: int) -> None:
        """Add the difference between what was set aside and what was used."""
        ...

    def of_run(self, run_id: RunId) -> tuple[int, int]:
        """Return the tokens and calls that a run's stored calls have used."""
        ...
