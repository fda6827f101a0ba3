"""Keeps one process for each pool: starts it, hears it, kills it when it is stuck, starts it again.

The supervisor runs no graph and holds no lease. It knows from each process's signs of life which
jobs it has, and hands them back when it dies, so that nobody waits for their leases to end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event
from time import sleep
from typing import Final, Protocol

from bailiwick.domain.fault import PortFault
from bailiwick.engine.pool.beats import Beat
from bailiwick.ports.clock import Clock
from bailiwick.ports.queue import Job

LOOK_SECONDS: Final = 0.25  # ours: how soon a death is noticed
STOP_LOOK_SECONDS: Final = 0.05  # ours: a stop is not kept waiting
GRACE_SECONDS: Final = 5.0  # ours: a cancelled node may clean up before its process is killed
STUCK_SECONDS: Final = 1.0  # ours: ten times the lag that is told
SILENT_SECONDS: Final = 30.0  # ours: a start imports a graph library; far more than a beat
STOP_SECONDS: Final = 9.0  # reliability R13: an exit takes at most 10 s
WAIT_SECONDS: Final = 0.5  # ours: before the first restart, doubled with each that follows
WAIT_SECONDS_MAX: Final = 30.0  # ours: a broken installation is tried twice a minute
HEALTHY_SECONDS: Final = 60.0  # ours: a process that lived so long starts with no wait


class PoolProcess(Protocol):
    """A process that was started for a pool."""

    @property
    def pid(self) -> int:
        """Its number."""
        ...

    def ended(self) -> str | None:
        """Return how it ended; None while it lives."""
        ...

    def beats(self) -> Sequence[Beat]:
        """Return the signs of life since the last call, without waiting."""
        ...

    def stop(self) -> None:
        """Ask it to drain and end."""
        ...

    def kill(self) -> None:
        """End it at once and wait until it has ended."""
        ...

    def close(self) -> None:
        """Let go of what was needed to hear it; it has ended."""
        ...


@dataclass(slots=True)
class _Seat:
    """The place of one pool."""

    name: str
    process: PoolProcess | None = None
    started_at: float = 0.0
    heard_at: float = 0.0
    last: Beat | None = None
    start_at: float = 0.0
    deaths_count: int = 0
    beats_expected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What happened to a pool's process."""

    pool: str
    pid: int
    event: str
    """`started`, `ended`, `killed` or `stopped`."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """Keeps processes until told to stop."""

    names: Sequence[str]
    start: Callable[[str], PoolProcess]
    give_back: Callable[[Job, str], object]
    """Lets another process have a job whose holder is dead. Raises PortFault."""
    clock: Clock
    tell: Callable[[Told], None]
    _seats: list[_Seat] = field(default_factory=list[_Seat])

    def run(self, stop: Event) -> None:
        """Keep every pool's process until `stop` is set, then end within ten seconds."""
        self.begin()
        try:
            while not stop.wait(LOOK_SECONDS):
                self.look()
        finally:
            self.end()

    def begin(self) -> None:
        """Make a seat for each pool, still empty; once."""
        if not self._seats:
            self._seats.extend(_Seat(name) for name in self.names)

    def look(self) -> None:
        """See to every seat once, without waiting."""
        for seat in self._seats:
            self._look(seat)

    def end(self, pause: Callable[[float], object] = sleep) -> None:
        """Stop every process, and kill what is left after nine seconds."""
        self._ask_to_stop(pause)
        for seat in self._seats:
            process = seat.process
            if process is None:
                continue
            if process.ended() is None:
                process.kill()
                self._bury(seat, process, event="killed", reason="it did not end when told to")
            else:
                self.tell(Told(pool=seat.name, pid=process.pid, event="stopped"))
                process.close()
                seat.process = None

    def _look(self, seat: _Seat) -> None:
        now = self.clock.monotonic()
        process = seat.process
        if process is None:
            if now >= seat.start_at:
                self._start(seat, now)
            return
        self._hear(seat, process, now)
        ended = process.ended()
        if ended is not None:
            self._bury(seat, process, event="ended", reason=ended)
            return
        stuck = _stuck(seat, now)
        if stuck:
            process.kill()
            self._bury(seat, process, event="killed", reason=stuck)

    def _start(self, seat: _Seat, now: float) -> None:
        seat.process = self.start(seat.name)
        seat.started_at = seat.heard_at = now
        seat.last, seat.beats_expected = None, False
        self.tell(Told(pool=seat.name, pid=seat.process.pid, event="started"))

    def _hear(self, seat: _Seat, process: PoolProcess, now: float) -> None:
        for beat in process.beats():
            seat.heard_at, seat.last, seat.beats_expected = now, beat, True

    def _bury(self, seat: _Seat, process: PoolProcess, *, event: str, reason: str) -> None:
        now = self.clock.monotonic()
        self._hear(seat, process, now)
        if now - seat.started_at >= HEALTHY_SECONDS:
            seat.deaths_count = 0
        wait = min(WAIT_SECONDS_MAX, WAIT_SECONDS * 2**seat.deaths_count)
        seat.deaths_count += 1
        seat.start_at = now + wait
        seat.process = None
        self.tell(Told(pool=seat.name, pid=process.pid, event=event, reason=reason))
        for held in seat.last.held if seat.last is not None else ():
            try:
                self.give_back(held.job, f"its process {event}: {reason}")
            except PortFault:
                continue  # the store is away: the lease ends by itself
        seat.last = None
        process.close()

    def _ask_to_stop(self, pause: Callable[[float], object]) -> None:
        living = [seat.process for seat in self._seats if seat.process is not None]
        for process in living:
            process.stop()
        until = self.clock.monotonic() + STOP_SECONDS
        while living and self.clock.monotonic() < until:
            living = [process for process in living if process.ended() is None]
            pause(STOP_LOOK_SECONDS if living else 0)


def _stuck(seat: _Seat, now: float) -> str:
    """Return why a process must be killed; empty when it is well."""
    silent = now - seat.heard_at
    if seat.beats_expected and silent > SILENT_SECONDS:
        return f"not heard of for {silent:.0f} s"
    if seat.last is None or seat.last.tick_age_seconds + silent < STUCK_SECONDS:
        return ""
    for held in seat.last.held:
        late = held.age_seconds + silent - held.seconds_max
        if late > GRACE_SECONDS and seat.last.tick_age_seconds > STUCK_SECONDS:
            return (
                f"timeout: a graph blocked its loop until {late:.0f} s after the deadline of "
                f"{held.seconds_max:.0f} s"
            )
    return ""
