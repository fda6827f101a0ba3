"""Finds out who presents a key or session, once for all requests that ask at the same time.

Thirty requests with one key would else ask the database thirty times whenever the answer has aged,
each on a thread of its own, and all of them would wait for that.
"""

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from starlette.concurrency import run_in_threadpool

from bailiwick.domain.access import Admission, Means
from bailiwick.wiring.recall import Recall, trace

_Key: TypeAlias = "tuple[asyncio.AbstractEventLoop, Means, str, int]"


class Recognition:
    """Recognises callers of one service; used from event loops, each of which asks for itself."""

    def __init__(self, recall: Recall, admit: Callable[[Means, str], Admission | None]) -> None:
        """`admit` asks the database, and lets the recall keep the answer."""
        self._recall = recall
        self._admit = admit
        # At most one for each request that is being answered: bounded by the turnstile.
        self._under_way: dict[_Key, asyncio.Task[Admission | None]] = {}

    async def of(self, means: Means, token: str) -> Admission | None:
        """Tell who presents a key or session; None for nobody. Raises PortFault."""
        recalled = self._recall.found(means, token)
        if recalled is not None and not recalled.due:
            return recalled.admission
        asking = self._asking(means, token)
        if recalled is not None:
            return recalled.admission
        return await asyncio.shield(asking)  # who goes away does not take the answer of others

    def _asking(self, means: Means, token: str) -> "asyncio.Task[Admission | None]":
        """Ask the database, or join those who are asking it already."""
        key = (asyncio.get_running_loop(), means, trace(token), self._recall.era)
        found = self._under_way.get(key)
        if found is None:
            found = asyncio.create_task(run_in_threadpool(self._admit, means, token))
            self._under_way[key] = found
            found.add_done_callback(lambda done: self._ended(key, done))
        return found

    def _ended(self, key: _Key, done: "asyncio.Task[Admission | None]") -> None:
        del self._under_way[key]
        if not done.cancelled():
            done.exception()  # who waits is told; after a renewal in vain the next one waits
