"""How many may be inside while it is crowded: what answers take, beside what they usually take.

The limit follows `limit * gradient + 1`, the gradient being usual time by time taken, as in the
GradientLimit of github.com/Netflix/concurrency-limits. "Usual" is told apart by route, and learned
from requests that had nobody beside them. And since a request waits for the event loop before
anybody sees it, nobody is let in while the loop is late, as CoDel (RFC 8289) drops by the time
that packets wait and not by their number.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

ACTIVE_COUNT_MAX: Final = 40  # decision 0032: the 32 clients of engine.md 11, and a quarter more
ACTIVE_COUNT_MIN: Final = 2  # ours: one computes while the other waits for its commit
TOLERANCE: Final = 2.0  # reliability R10: twice the idle time is bearable; Netflix has 1.5 to 2
GRADIENT_MIN: Final = 0.5  # as Netflix: no reading more than halves the limit
WINDOW_COUNT: Final = 16  # ours: answers between two adjustments, some 30 ms of overload
USUAL_UP: Final = 0.05  # ours: slower answers move what is usual little, and each by at most this
USUAL_DOWN: Final = 0.2  # ours: quicker ones more, so that a first, cold answer is soon forgotten


@dataclass(slots=True)
class Usual:
    """How long each route takes while nobody is beside a request; as many as there are routes."""

    seconds: dict[str, float] = field(default_factory=dict[str, float])

    def of(self, route: str) -> float:
        """Return the usual time; 0.0 when it is not known."""
        return self.seconds.get(route, 0.0)

    def learn(self, route: str, took: float) -> None:
        """Take one answer into account."""
        usual = self.seconds.get(route, took)
        rate = USUAL_DOWN if took < usual else USUAL_UP
        self.seconds[route] = usual + (min(took, 2 * usual) - usual) * rate


@dataclass(slots=True)
class Pace:
    """What is known about answers, and the limit that follows from it."""

    active_max: int = ACTIVE_COUNT_MAX
    usual: Usual = field(default_factory=Usual)
    typical: float = 0.0
    """The usual time of the routes that are asked for now; 0.0 when it is not known."""
    _limit: float = float(ACTIVE_COUNT_MIN)
    _answers: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])

    @property
    def limit(self) -> int:
        """How many may be inside while it is crowded."""
        return min(self.active_max, int(self._limit))

    def begin(self) -> None:
        """Start from the floor: it has become crowded."""
        self._limit = ACTIVE_COUNT_MIN
        self._answers.clear()

    def answered(self, route: str, took: float, *, alone: bool) -> None:
        """Learn from an answer, and follow with the limit."""
        usual = self.usual.of(route)
        if alone or not usual or took < usual:
            self.usual.learn(route, took)
        self._answers.append((route, took))
        if len(self._answers) < WINDOW_COUNT:
            return
        usual = sum(self.usual.of(route) for route, _ in self._answers)
        seconds = sum(took for _, took in self._answers)
        self._answers.clear()
        self.typical = usual / WINDOW_COUNT
        gradient = TOLERANCE * usual / seconds if seconds else 1.0
        limit = self._limit * min(1.0, max(GRADIENT_MIN, gradient)) + 1
        self._limit = min(self.active_max, max(ACTIVE_COUNT_MIN, limit))

    def is_late(self, lag: float) -> bool:
        """Tell whether who comes now has waited too long already to be answered in time."""
        return 0 < self.typical * (TOLERANCE - 1) < lag


def _soon(callback: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_soon(callback)


@dataclass(slots=True)
class Lag:
    """How long the event loop takes to come round; asked at most once a round."""

    now: Callable[[], float]
    soon: Callable[[Callable[[], None]], None] = _soon
    _asked_at: float | None = None
    _last: float = 0.0

    def seconds(self) -> float:
        """Return what the last round took, or this one when it takes longer; ask anew."""
        if self._asked_at is None:
            self._asked_at = self.now()
            self.soon(self._came_round)
            return self._last
        return max(self._last, self.now() - self._asked_at)

    def _came_round(self) -> None:
        assert self._asked_at is not None, "asked before"
        self._last = self.now() - self._asked_at
        self._asked_at = None
