"""The loop that drains the effect ledger: one process, one effect at a time, stops when told."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Final

from bailiwick.domain.fault import PortFault
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.delivery.deliver import Delivered, Delivery
from bailiwick.engine.delivery.reaper import Reaper
from bailiwick.engine.delivery.settle import Settlement
from bailiwick.ports.clock import Clock

POLL_SECONDS: Final = 0.5  # ours: between 0.2 and 1 s, so that a halt counts within a second
SWEEP_SECONDS: Final = 5.0  # engine.md, section 4: the reaper's interval
STOP_SECONDS: Final = 8.0  # reliability, R13: an exit takes at most 10 s; 2 s to settle
FAULT_WAIT_SECONDS_MAX: Final = 5.0  # reliability, R6: a database is back within seconds
FAULTS_COUNT_MAX: Final = 1_000  # ours: over an hour of faults in a row; then a supervisor decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Drained:
    """What one drain did: rows by the state they came to, and rows freed by the sweep."""

    states: Mapping[EffectState, int]
    reaped_count: int
    settled_count: int

    @property
    def delivered_count(self) -> int:
        """How many rows were claimed."""
        return sum(self.states.values())


class Worker:
    """Delivers, reaps and settles."""

    def __init__(
        self,
        *,
        delivery: Delivery,
        reaper: Reaper,
        settlement: Settlement,
        clock: Clock,
        hurry: Callable[[float], None] | None = None,
        watch: Callable[[Delivered], None] | None = None,
    ) -> None:
        """`hurry` cuts a send under way after so many seconds; `watch` is told of each row."""
        self._delivery = delivery
        self._reaper = reaper
        self._settlement = settlement
        self._clock = clock
        self._hurry = hurry
        self._watch = watch

    def drain(self, limit: int) -> Drained:
        """Sweep once, then deliver what is due, at most `limit` rows. Raises PortFault."""
        reaped_count = self._reaper.reap()
        settled_count = self._settlement.settle()
        states: Counter[EffectState] = Counter()
        for _ in range(limit):
            delivered = self._deliver()
            if delivered is None:
                break
            states[delivered.state] += 1
        return Drained(states=states, reaped_count=reaped_count, settled_count=settled_count)

    def run(self, stop: Event) -> None:
        """Deliver until told to stop, then return within ten seconds.

        A fault of the store is waited out; the rows it touched are found by the reaper. Raises
        PortFault after a thousand faults in a row.
        """
        finished = Event()
        guard = threading.Thread(target=self._rush, args=(stop, finished), daemon=True)
        guard.start()
        faults_count = 0
        sweep_at = self._clock.monotonic()
        try:
            while not stop.is_set():
                try:
                    if self._clock.monotonic() >= sweep_at:
                        self._reaper.reap()
                        self._settlement.settle(stop.is_set)
                        sweep_at = self._clock.monotonic() + SWEEP_SECONDS
                    idle = self._deliver() is None
                except PortFault:
                    faults_count += 1
                    if faults_count >= FAULTS_COUNT_MAX:
                        raise
                    stop.wait(min(FAULT_WAIT_SECONDS_MAX, POLL_SECONDS * faults_count))
                    continue
                faults_count = 0
                if idle:
                    stop.wait(POLL_SECONDS)
        finally:
            finished.set()
            guard.join(timeout=POLL_SECONDS * 2)

    def _deliver(self) -> Delivered | None:
        delivered = self._delivery.next()
        if delivered is not None and self._watch is not None:
            self._watch(delivered)
        return delivered

    def _rush(self, stop: Event, finished: Event) -> None:
        """Wait for the stop, then give the send under way, or one just begun, a few seconds."""
        while not finished.is_set() and not stop.wait(POLL_SECONDS):
            pass
        until = self._clock.monotonic() + STOP_SECONDS
        while self._hurry is not None and not finished.is_set():
            self._hurry(until - self._clock.monotonic())
            finished.wait(POLL_SECONDS)
