"""Places that were promised: so that a thousand who wait for one hour's limit are spread at once.

It only smooths. What a limit lets through is counted in the store, under the claim; when a process
ends its promises are forgotten, and who wakes finds the next place anew.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from bailiwick.domain.campaign.pace import Limit

STRETCHES_COUNT_MAX: Final = 100_000  # ours: a decade of one mailbox's hours
TRIES_COUNT_MAX: Final = 20_000  # ours: two years of hours, past which nothing is spread
_BEGIN: Final = datetime(2020, 1, 1, tzinfo=UTC)
Key = tuple[Limit, str, int]


class Ahead:
    """How many were promised a place in each stretch of time to come."""

    def __init__(self) -> None:
        self._promised: Counter[Key] = Counter()
        self._lock = Lock()

    def promise(
        self, limits: Mapping[Limit, str], at: datetime, opening: Callable[[datetime], datetime]
    ) -> datetime:
        """Return the first opening from `at` on whose stretches all have a place, and take it."""
        with self._lock:
            self._forget(at)
            found = opening(at)
            for _ in range(TRIES_COUNT_MAX):
                full = [
                    _end(limit, found)
                    for limit, subject in limits.items()
                    if self._promised[_key(limit, subject, found)] >= limit.count
                ]
                if not full:
                    break
                found = opening(max(full))
            return opening(self._take(limits, found))

    def _take(self, limits: Mapping[Limit, str], found: datetime) -> datetime:
        """Take a place, and spread those of one stretch evenly over the shortest."""
        keys = [_key(limit, subject, found) for limit, subject in limits.items()]
        shortest, subject = min(limits.items(), key=lambda one: one[0].within)
        before = self._promised[_key(shortest, subject, found)]
        self._promised.update(keys)
        begin = _end(shortest, found) - shortest.within
        return max(found, begin + before * shortest.within / shortest.count)

    def _forget(self, at: datetime) -> None:
        if len(self._promised) >= STRETCHES_COUNT_MAX:
            kept = {key: n for key, n in self._promised.items() if n and _begin(key) >= at}
            self._promised = Counter(kept if len(kept) < STRETCHES_COUNT_MAX else {})


def longest_wait(limits: Sequence[Limit]) -> timedelta:
    """Return how late a tick may be before who waits for these limits is spread anew."""
    return min(limit.within for limit in limits) / 4  # ours: the promised lie evenly in a stretch


def _key(limit: Limit, subject: str, at: datetime) -> Key:
    return (limit, subject, (at - _BEGIN) // limit.within)


def _begin(key: Key) -> datetime:
    return _BEGIN + key[2] * key[0].within


def _end(limit: Limit, at: datetime) -> datetime:
    return _BEGIN + ((at - _BEGIN) // limit.within + 1) * limit.within
