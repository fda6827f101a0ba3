"""Housekeeping that comes back on a schedule, carried out as a job like any other."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bailiwick.domain.fault import SettingsFault
from bailiwick.engine.pool.carrying import Carried, UnableToCarry
from bailiwick.engine.pool.scheduling import CHORES
from bailiwick.ports.queue import Job

CHORE_SECONDS_MAX: Final = 180  # capabilities 27d: the longest time class


class SubjectCarrier:
    """Carries out jobs of a kind by a function that is told the job's subject."""

    def __init__(self, work: Callable[[str], Awaitable[object]], *, seconds_max: float) -> None:
        """`work` may be told the same twice, and bounds its own time."""
        self._work = work
        self._seconds_max = seconds_max

    def seconds_max(self, job: Job) -> float:
        """Return how long it may take."""
        del job
        return self._seconds_max

    async def carry(self, job: Job) -> Carried:
        """Do the work. Raises what it raises."""
        await self._work(job.subject)
        return Carried.ACK


class ChoreCarrier:
    """Carries out chores of one workspace."""

    def __init__(self, chores: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        assert set(chores) == set(CHORES), "each chore that can be scheduled is wired"
        self._chores = chores

    def seconds_max(self, job: Job) -> float:
        """Return how long any chore may take."""
        del job
        return CHORE_SECONDS_MAX

    async def carry(self, job: Job) -> Carried:
        """Do the chore; what it did before its time was over stays, and the next one goes on.

        Raises UnableToCarry for a name that no chore has, and where a setting is missing.
        """
        chore = self._chores.get(job.subject)
        if chore is None:
            message = f"there is no chore {job.subject[:80]!r}; there are: {', '.join(CHORES)}"
            raise UnableToCarry(message)
        try:
            async with asyncio.timeout(CHORE_SECONDS_MAX):
                await chore()
        except SettingsFault as fault:
            raise UnableToCarry(str(fault)) from fault  # trying again would not set it
        except TimeoutError:
            pass  # each step of it was committed; the next occurrence takes the rest
        return Carried.ACK
