"""Where a simulated worker dies: at a named point, the n-th time that it passes it."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Final

from bailiwick.domain.campaign.enrolment import Enrolment
from bailiwick.domain.campaign.pace import WarmUp
from bailiwick.domain.campaign.series import Series
from bailiwick.engine.campaign.timetable import Timetable
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.ports.timetable import Slot
from bailiwick.ports.unit import Unit

POINTS: Final = (
    "clock", "slot", "after", "before the wire", "behind the wire",
    "id of run", "id of tch", "id of pln", "id of eff", "id of apr", "id of job", "id of vdt",
)  # fmt: skip
"""`clock` is anywhere between two statements that ask for the time; `id of` is inside a unit."""
DIED: Final = 17


class Fuse:
    """Ends the process for good where it was told to."""

    def __init__(self) -> None:
        self._point = ""
        self._left = 0
        self._armed = ("", 0)

    def arm(self, point: str, passes: int) -> None:
        """Die at a point, the n-th time from when it was first said."""
        if (point, passes) != self._armed:
            self._armed = (point, passes)
            self._point, self._left = point, passes

    def burn(self, point: str) -> None:
        """Pass a point."""
        if point == self._point:
            self._left -= 1
            if self._left <= 0:
                os._exit(DIED)  # as a power cut ends it: nothing is tidied up


class BurningClock(FixedClock):
    """A clock at which one may die."""

    def __init__(self, at: datetime, fuse: Fuse) -> None:
        super().__init__(at)
        self._fuse = fuse

    def now(self) -> datetime:
        """Return the instant."""
        self._fuse.burn("clock")
        return super().now()


class BurningIds(TimeSortedIds):
    """Ids at which one may die."""

    def __init__(self, now: Callable[[], datetime], fuse: Fuse) -> None:
        super().__init__(now)
        self._fuse = fuse

    def new(self, prefix: str) -> str:
        """Return an id."""
        self._fuse.burn(f"id of {prefix}")
        return super().new(prefix)


class BurningTimetable(Timetable):
    """A timetable at which one may die."""

    def __init__(self, fuse: Fuse, *, draw: Callable[[], float], warm_up: WarmUp) -> None:
        super().__init__(draw=draw, warm_up=warm_up)
        self._fuse = fuse

    def slot(self, unit: Unit, series: Series, enrolment: Enrolment, *, at: datetime) -> Slot:
        """Say when a touch may go."""
        self._fuse.burn("slot")
        return super().slot(unit, series, enrolment, at=at)

    def after(
        self, unit: Unit, series: Series, enrolment: Enrolment, *, accepted_at: datetime
    ) -> Slot:
        """Say when the next touch is due."""
        self._fuse.burn("after")
        return super().after(unit, series, enrolment, accepted_at=accepted_at)
