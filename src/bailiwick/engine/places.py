"""Places for runs that are walked where they were asked for: so many at once, so many in line."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from bailiwick.domain.pool import Pool
from bailiwick.ports.queue import Full

RUNNING_COUNT_MAX: Final = 64  # ours: twice the 32 clients of the goal in engine.md 11
WAITING_COUNT_MAX: Final = 256  # ours: at 1,500 runs/s a sixth of a second of waiting
RETRY_AFTER_SECONDS: Final = 1  # ours: the line is short


class Places:
    """Counts runs in one process; used from the event loop only."""

    def __init__(self, *, waiting_count_max: int = WAITING_COUNT_MAX) -> None:
        self._free = asyncio.Semaphore(RUNNING_COUNT_MAX)
        self._waiting = 0
        self._waiting_count_max = waiting_count_max

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[Full | None]:
        """Wait for a place and hold it; `Full` means that too many wait here already."""
        if self._waiting >= self._waiting_count_max:
            yield Full(pool=Pool.CORE, retry_after_seconds=RETRY_AFTER_SECONDS)
            return
        self._waiting += 1
        try:
            async with self._free:
                yield None
        finally:
            self._waiting -= 1
