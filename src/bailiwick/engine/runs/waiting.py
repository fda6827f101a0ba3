"""Waiting for runs to end, wherever they are carried out: a bell wakes, over a slow poll.

One thread listens for all waiters of a process, and only while there are any. A missed ring costs
one poll, never an answer.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import RunId
from bailiwick.domain.run import ENDED, RunRow
from bailiwick.ports.run_ends import RunEnds
from bailiwick.ports.unit import Units

T = TypeVar("T")

POLL_SECONDS: Final = 1.0  # engine.md 4: the safety net under the wake-up
WAITERS_COUNT_MAX: Final = 10_000  # ours: one row of SSE clients on one server
_IDS_COUNT_MAX: Final = 500  # ours: of one question to the database

_Waiter = tuple[Units, RunId]


class Waiting:
    """Wakes the waiters of one process."""

    def __init__(self, listen: Callable[[], RunEnds]) -> None:
        """`listen` begins to hear of runs that end in any process."""
        self._listen = listen
        self._waiters: dict[_Waiter, set[asyncio.Future[RunRow]]] = {}
        self._hearers: set[asyncio.Future[None]] = set()
        self._lock = threading.Lock()
        self.rings = 0
        """How often a bell rang, or might have; read it, look, and hand it to `rang`."""
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    @property
    def listening(self) -> bool:
        """Whether a thread listens at the moment."""
        return self._thread is not None

    async def ended(self, units: Units, run_id: RunId, *, seconds_max: float) -> RunRow | None:
        """Return the run when it has ended; None when the time was over first.

        Raises PortFault when the store is away as it begins to wait.
        """
        future: asyncio.Future[RunRow] = asyncio.get_running_loop().create_future()
        waiter = (units, run_id)
        self._add(waiter, future)
        try:
            found = await asyncio.to_thread(_now, units, run_id)
            if found is not None:
                return found
            async with asyncio.timeout(seconds_max):
                return await future
        except TimeoutError:
            return None
        finally:
            self._forget(waiter, future)

    async def rang(self, *, after: int, seconds_max: float) -> None:
        """Return when a bell has rung since `rings` was read, or when the time is over."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            if self.rings != after:
                return
            assert len(self._hearers) < WAITERS_COUNT_MAX, "a surface bounds its clients"
            self._hearers.add(future)
            self._begin()
        try:
            async with asyncio.timeout(seconds_max):
                await future
        except TimeoutError:
            return
        finally:
            with self._lock:
                self._hearers.discard(future)

    def close(self) -> None:
        """Stop listening; who still waits does so until the time is over."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(POLL_SECONDS * 2)

    def _add(self, waiter: _Waiter, future: "asyncio.Future[RunRow]") -> None:
        with self._lock:
            assert len(self._waiters) < WAITERS_COUNT_MAX, "a surface bounds its clients"
            self._waiters.setdefault(waiter, set()).add(future)
            self._begin()

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._hear, name="run-ends", daemon=True)
            self._thread.start()

    def _forget(self, waiter: _Waiter, future: "asyncio.Future[RunRow]") -> None:
        with self._lock:
            futures = self._waiters.get(waiter, set())
            futures.discard(future)
            if not futures:
                self._waiters.pop(waiter, None)

    def _hear(self) -> None:
        ends: RunEnds | None = None
        try:
            while not self._closed.is_set():
                try:
                    if ends is None:
                        ends = self._listen()  # what rang before was not heard: look at once
                    else:
                        ends.wait(seconds_max=POLL_SECONDS)
                except PortFault:
                    self._closed.wait(POLL_SECONDS)  # the store is away; nobody is forgotten
                with self._lock:
                    wanted, hearers = list(self._waiters), list(self._hearers)
                    self.rings += 1
                    if not wanted and not hearers:
                        self._thread = None
                        return
                for hearer in hearers:
                    _call(hearer, _wake)
                self._look(wanted)
        finally:
            if ends is not None:
                ends.close()

    def _look(self, wanted: list[_Waiter]) -> None:
        for units in dict.fromkeys(units for units, _ in wanted):
            ids = [run_id for of, run_id in wanted if of is units]
            for first in range(0, len(ids), _IDS_COUNT_MAX):
                try:
                    with units.read() as unit:
                        rows = unit.runs.ended(ids[first : first + _IDS_COUNT_MAX])
                except PortFault:
                    continue  # the store is away; the next poll asks again
                for row in rows:
                    self._tell((units, row.run_id), row)

    def _tell(self, waiter: _Waiter, row: RunRow) -> None:
        with self._lock:
            futures = list(self._waiters.get(waiter, ()))
        for future in futures:
            _call(future, lambda one: _resolve(one, row))


def _now(units: Units, run_id: RunId) -> RunRow | None:
    with units.read() as unit:
        run = unit.runs.get(run_id)
    return run if run is not None and run.status in ENDED else None


def _call(future: "asyncio.Future[T]", settle: Callable[["asyncio.Future[T]"], None]) -> None:
    """Settle a future in its own loop; one whose loop has ended waits for nothing."""
    with contextlib.suppress(RuntimeError):  # the loop was closed at this moment
        future.get_loop().call_soon_threadsafe(settle, future)


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def _resolve(future: "asyncio.Future[RunRow]", row: RunRow) -> None:
    if not future.done():
        future.set_result(row)
