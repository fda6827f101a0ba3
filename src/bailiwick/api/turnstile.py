"""How many requests are answered at once; more are turned away at the door, which costs little.

A queue that grows makes everybody slow and loses nobody's patience but theirs, so there is none:
429 with Retry-After is said before anything is read. A request counts until its answer begins;
whoever only waits from then on (a stream, a run in its pool) is counted apart.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

ACTIVE_COUNT_MAX: Final = 64  # ours: twice the 32 clients of engine.md 11
ASIDE_COUNT_MAX: Final = 4_096  # ours: streams and waiters of one process; below its open files
RETRY_AFTER_SECONDS: Final = 1  # ours: an answer takes milliseconds
ALWAYS: Final = frozenset({"/livez", "/readyz", "/health", "/metrics"})
"""Answered whatever the load: overload must not look like death (reliability R14)."""


@dataclass(slots=True)
class Turnstile:
    """Counts who is inside; used from the event loop only."""

    active_max: int = ACTIVE_COUNT_MAX
    aside_max: int = ASIDE_COUNT_MAX
    active: int = 0
    aside: int = 0

    def enter(self) -> "Slot | None":
        """Take a slot; None when there is none."""
        if self.active >= self.active_max or self.aside >= self.aside_max:
            return None
        self.active += 1
        return Slot(self)


@dataclass(slots=True)
class Slot:
    """The place of one request."""

    turnstile: Turnstile
    waits: bool = False
    gone: bool = False

    def step_aside(self) -> None:
        """Count no longer as one that is being answered."""
        if not self.waits and not self.gone:
            self.waits = True
            self.turnstile.active -= 1
            self.turnstile.aside += 1

    def leave(self) -> None:
        """Give the place back."""
        if self.gone:
            return
        self.gone = True
        if self.waits:
            self.turnstile.aside -= 1
        else:
            self.turnstile.active -= 1


SLOT: Final[ContextVar[Slot | None]] = ContextVar("bailiwick_slot", default=None)
"""The place of the request that is being answered."""


def step_aside() -> None:
    """Say that this request only waits from now on, as for a run in its pool."""
    slot = SLOT.get()
    if slot is not None:
        slot.step_aside()
