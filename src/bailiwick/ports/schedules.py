"""Work that comes back: a schedule queues a job at each of its occurrences, once on all machines.

An occurrence that came while nobody was there is made up for once, however many were missed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bailiwick.domain.ids import ScheduleId
from bailiwick.domain.pool import Pool
from bailiwick.kit.paging import Page
from bailiwick.ports.queue import JobKind

SCHEDULES_COUNT_MAX: Final = 1_000  # ours: of one workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSchedule:
    """What is to be queued, and when."""

    name: str
    """One of a kind in its workspace."""
    cron: str
    """Five fields."""
    zone: str
    """An IANA zone, such as Europe/Berlin."""
    pool: Pool
    kind: JobKind
    subject: str
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A stored schedule."""

    schedule_id: ScheduleId
    name: str
    cron: str
    zone: str
    pool: Pool
    kind: JobKind
    subject: str
    priority: int
    paused: bool
    next_at: datetime
    """The first occurrence that was not fired yet."""
    last_at: datetime | None
    """The last occurrence that was fired."""


class Schedules(Protocol):
    """The schedules of a workspace."""

    def put(self, new: NewSchedule) -> Schedule:
        """Store a schedule, in the place of the one with its name.

        Raises UnableToSchedule when it cannot be read, never comes, or there are too many.
        """
        ...

    def get(self, schedule_id: ScheduleId) -> Schedule | None:
        """Return a schedule."""
        ...

    def named(self, name: str) -> Schedule | None:
        """Return the schedule of a name."""
        ...

    def list(self, *, cursor: str | None, size: int) -> Page[Schedule]:
        """Return schedules, oldest first."""
        ...

    def pause(self, schedule_id: ScheduleId) -> bool:
        """Let a schedule's occurrences pass; False when there is none, or it is paused."""
        ...

    def resume(self, schedule_id: ScheduleId) -> bool:
        """Go on with the next occurrence from now; False when it is not there or not paused."""
        ...

    def delete(self, schedule_id: ScheduleId) -> bool:
        """Forget a schedule; False when there is none. What it has queued stays."""
        ...
