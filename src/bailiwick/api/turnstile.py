"""How many requests are answered at once; more are turned away at the door, which costs little.

429 with Retry-After is said before anything is read. A request counts until its answer begins;
whoever only waits from then on (a stream, a run in its pool) is counted apart, and so is whoever
has been inside so long that it can only be waiting for somebody else, such as a model. Whose body
is still coming makes room as soon as anybody needs it, and counts again once it has come: callers
that send a byte now and then keep nobody out.

While everybody finds a place, everybody is let in. From the first who does not, a long line inside
would serve nobody faster and everybody later, so until a second has passed without a refusal no
more are let in than `pace.py` finds bearable.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from bailiwick.api.pace import ACTIVE_COUNT_MAX, Lag, Pace

ASIDE_COUNT_MAX: Final = 4_096  # ours: streams and waiters of one process; below its open files
LONG_SECONDS: Final = 0.25  # ours: a hundred usual answers; under it few models have answered
CALM_SECONDS: Final = 1.0  # ours: as long as callers are told to stay away
RETRY_AFTER_SECONDS: Final = 1  # ours: an answer takes milliseconds
ALWAYS: Final = frozenset({"/livez", "/readyz", "/health"})
"""Answered whatever the load: overload must not look like death (reliability R14)."""
METRICS: Final = "/metrics"
METRICS_COUNT_MAX: Final = 4  # ours: two Prometheus servers, each of which asks again too early
"""Its own places: overload elsewhere hides no numbers, and asking for them is no way around."""


class Turnstile:
    """Counts who is inside; used from the event loop only."""

    def __init__(
        self,
        *,
        active_max: int = ACTIVE_COUNT_MAX,
        aside_max: int = ASIDE_COUNT_MAX,
        now: Callable[[], float] = time.monotonic,
        lag: Lag | None = None,
    ) -> None:
        self.active = 0
        self.aside = 0
        self._active_max = active_max
        self._aside_max = aside_max
        self._now = now
        self._lag = lag or Lag(now)
        self._pace = Pace(active_max)
        self._refused_at = float("-inf")
        self._inside: dict[Slot, None] = {}
        self._long_count = 0

    @property
    def crowded(self) -> bool:
        """Whether somebody was turned away a moment ago."""
        return self._now() - self._refused_at <= CALM_SECONDS

    @property
    def limit(self) -> int:
        """How many may be inside now."""
        return self._pace.limit if self.crowded else self._active_max

    def enter(self) -> "Slot | None":
        """Take a slot; None when there is none."""
        if self.active >= self.limit:
            self._set_readers_aside()
        if self.active >= self._active_max:
            self._set_long_ones_aside()
        lag = self._lag.seconds()
        if self.active >= self.limit or (self.crowded and self._pace.is_late(lag)):
            self._refuse()
            return None
        if self.aside >= self._aside_max:
            return None
        slot = Slot(self, began=self._now(), alone=self.active == 0)
        self.active += 1
        self._inside[slot] = None
        return slot

    def answered(self, slot: "Slot", route: str) -> None:
        """Learn from an answer that begins."""
        alone = slot.alone and self.active == 1 and not self.crowded
        self._pace.answered(route, self._now() - slot.began, alone=alone)

    def set_aside(self, slot: "Slot") -> None:
        """Count a slot among those who wait."""
        self.vacate(slot)
        self.aside += 1

    def take_back(self, slot: "Slot") -> None:
        """Count a slot among the active again, however many these are."""
        self.aside -= 1
        self.active += 1
        self._inside[slot] = None

    def vacate(self, slot: "Slot") -> None:
        """Free the active place of a slot."""
        self.active -= 1
        del self._inside[slot]

    def leave(self, slot: "Slot") -> None:
        """Give the place of a slot back."""
        self._long_count -= slot.long
        if slot.waits:
            self.aside -= 1
        else:
            self.vacate(slot)

    def _refuse(self) -> None:
        if not self.crowded:
            self._pace.begin()
        self._refused_at = self._now()

    def _set_readers_aside(self) -> None:
        """Make room of those whose callers have not sent everything yet."""
        for slot in [one for one in self._inside if one.reads]:
            slot.step_aside()

    def _set_long_ones_aside(self) -> None:
        """Make room of those who wait for somebody else: at most as many as there are places."""
        until = self._now() - LONG_SECONDS
        for slot in list(self._inside):
            if slot.began > until or self._long_count >= self._active_max:
                return
            slot.step_aside()
            slot.long = True
            self._long_count += 1


@dataclass(slots=True, eq=False)
class Slot:
    """The place of one request."""

    turnstile: Turnstile
    began: float
    alone: bool
    """Nobody else was inside when it came."""
    waits: bool = False
    gone: bool = False
    long: bool = False
    """It was set aside for its time, without saying that it waits."""
    reads: bool = False
    """Its body is still coming."""

    def has_read(self) -> None:
        """Say that the whole body has come: what follows is work, wherever it stood meanwhile."""
        if self.reads and self.waits and not self.long and not self.gone:
            self.waits = False
            self.turnstile.take_back(self)
        self.reads = False

    def answered(self, route: str, *, status: int) -> None:
        """Say that the answer begins: what follows is no work, as of a stream that goes on.

        A refusal says nothing of what its route usually takes.
        """
        if not self.waits and not self.gone and status < HTTPStatus.BAD_REQUEST:
            self.turnstile.answered(self, route)
        self.step_aside()

    def step_aside(self) -> None:
        """Count no longer as one that is being answered."""
        if not self.waits and not self.gone:
            self.waits = True
            self.turnstile.set_aside(self)

    def leave(self) -> None:
        """Give the place back."""
        if not self.gone:
            self.gone = True
            self.turnstile.leave(self)


SLOT: Final[ContextVar[Slot | None]] = ContextVar("bailiwick_slot", default=None)
"""The place of the request that is being answered."""


def step_aside() -> None:
    """Say that this request only waits from now on, as for a run in its pool."""
    slot = SLOT.get()
    if slot is not None:
        slot.step_aside()
