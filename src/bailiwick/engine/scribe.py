"""Writes what several runs want stored in one transaction: one commit carries all that wait.

A commit costs a disk flush whatever it holds, so runs that go on at the same time share one
(engine.md, section 2: 93 to 302 runs a second). A caller goes on when its own write is durable.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

from bailiwick.domain.fault import BailiwickFault
from bailiwick.engine.thread_faults import LostThread
from bailiwick.ports.unit import Unit, Units

GROUP_COUNT_MAX: Final = 64  # ours: bounds how long one transaction is open
WAITING_COUNT_MAX: Final = 10_000  # ours: far more than runs that one process carries

T = TypeVar("T")
Work = Callable[[Unit], T]


class Scribe:
    """Takes writes of this process and commits those that wait together."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._task: asyncio.Task[None] | None = None

    async def write(self, work: Work[T]) -> T:
        """Return what the work returned once it is durable.

        Work that finds its lease lost raises LostThread before it writes anything. Raises what the
        store raises.
        """
        assert len(self._waiting) < WAITING_COUNT_MAX, "runs of one process are bounded"
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        while self._waiting:
            group = self._waiting[:GROUP_COUNT_MAX]
            del self._waiting[:GROUP_COUNT_MAX]
            outcomes = await asyncio.to_thread(self._commit, [work for work, _ in group])
            for (_, future), outcome in zip(group, outcomes, strict=True):
                if future.cancelled():
                    continue
                if isinstance(outcome, Exception):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)

    def _commit(self, works: list[Work[Any]]) -> list[object]:
        try:
            return self._together(works)
        except BailiwickFault as fault:
            return [fault] * len(works)
        except Exception as error:  # noqa: BLE001 - a bug in one run's work must not end the others
            if len(works) == 1:
                return [error]
            return [outcome for work in works for outcome in self._commit([work])]

    def _together(self, works: list[Work[Any]]) -> list[object]:
        outcomes: list[object] = []
        with self._units.write(records=False) as unit:
            for work in works:
                try:
                    outcomes.append(work(unit))
                except LostThread as lost:  # raised before anything is written
                    outcomes.append(lost)
            unit.commit()
        return outcomes
