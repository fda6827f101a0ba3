"""Many small writes, one commit: what was asked for during the last commit goes together.

One thread writes. A write is acknowledged after its commit, so what a caller was told is durable;
with 32 callers the cost of making it so is shared by up to 32 of them.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Final, Generic, TypeVar

from bailiwick.domain.fault import PortFault
from bailiwick.ports.unit import Unit, Units

T = TypeVar("T")

WRITES_COUNT_MAX: Final = 128  # engine.md 3: the largest batch that was measured
WAITING_COUNT_MAX: Final = 4_096  # ours: far above what the callers' own bounds let through
COMPANY_SECONDS: Final = 0.001  # ours: groups of twelve instead of five, a sixth less CPU
CLOSE_SECONDS_MAX: Final = 5.0  # ours: half of the ten seconds that a drain may take


class UnableToWriteYet(PortFault):
    """More writes wait than are taken; nothing of this one was written."""

    retryable = True


@dataclass(slots=True)
class _Write(Generic[T]):
    units: Units
    records: bool
    work: Callable[[Unit], T]
    done: "asyncio.Future[T]"
    result: T | None = None
    error: BaseException | None = None

    def settle(self, unit: Unit) -> None:
        self.result = self.work(unit)

    def tell(self) -> None:
        """Tell who asked, in their own loop."""
        if self.done.done():
            return  # gone meanwhile; what was written is written
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)  # pyright: ignore[reportArgumentType] - settled


class GroupCommit:
    """Writes to one database from any number of tasks, through one thread."""

    def __init__(
        self,
        *,
        waiting_count_max: int = WAITING_COUNT_MAX,
        company_seconds: float = COMPANY_SECONDS,
    ) -> None:
        """`company_seconds` is waited for others after writes that were not alone."""
        self._waiting_count_max = waiting_count_max
        self._company_seconds = company_seconds
        self._queue: SimpleQueue[_Write[object] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    async def commit(self, units: Units, work: Callable[[Unit], T], *, records: bool = False) -> T:
        """Do the work in a unit, commit it with others, and return what it returned.

        The work runs in another thread and may run twice: first with others, then alone when one
        of them could not be committed. Who is cancelled before its turn has written nothing.
        Raises what the work or the commit raises, and UnableToWriteYet.
        """
        if self._queue.qsize() >= self._waiting_count_max:
            message = (
                f"{self._waiting_count_max} writes wait for the database already; try again later"
            )
            raise UnableToWriteYet(message)
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._start()
        self._queue.put(_Write(units, records, work, done))  # pyright: ignore[reportArgumentType] - a write of its own type
        return await done

    def close(self) -> None:
        """Commit what waits and end the thread."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(CLOSE_SECONDS_MAX)
            self._thread = None

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(
                        target=self._run, name="group-commit", daemon=True
                    )
                    self._thread.start()

    def _run(self) -> None:
        going, alone = True, True
        while going:
            group: list[_Write[object]] = []
            write = self._queue.get()
            if not alone and write is not None:
                time.sleep(self._company_seconds)
            while write is not None:
                if not write.done.cancelled():
                    group.append(write)
                if len(group) >= WRITES_COUNT_MAX or self._queue.empty():
                    break
                write = self._queue.get()
            going, alone = write is not None, len(group) <= 1
            for units, records in dict.fromkeys((each.units, each.records) for each in group):
                _together([w for w in group if (w.units, w.records) == (units, records)])
            _tell(group)


def _together(writes: Sequence[_Write[object]]) -> None:
    """Commit writes in one unit; if that fails, each in its own, so that one spoils no other."""
    first = writes[0]
    try:
        with first.units.write(records=first.records) as unit:
            for write in writes:
                write.settle(unit)
            unit.commit()
    except BaseException as error:  # noqa: BLE001 - handed on to whoever asked for the write
        if len(writes) == 1:
            first.error = error
            return
        for write in writes:
            _together([write])


def _tell(writes: Sequence[_Write[object]]) -> None:
    """Tell all who asked that it is done: one call wakes a loop, however many wait in it."""
    for loop in dict.fromkeys(write.done.get_loop() for write in writes):
        with suppress(RuntimeError):  # the loop is closed: nobody waits in it any more
            loop.call_soon_threadsafe(_tell_all, [w for w in writes if w.done.get_loop() is loop])


def _tell_all(writes: Sequence[_Write[object]]) -> None:
    for write in writes:
        write.tell()
