"""Places that were promised, so that those who wait for one limit do not all wake at one instant.

It only smooths. What a limit lets through is counted in the store, under the claim; when a process
ends its promises are forgotten, and who wakes finds the next place anew.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from bailiwick.domain.campaign.enrolment import EnrolmentId
from bailiwick.domain.campaign.pace import Limit, Over, next_free

PLACES_COUNT_MAX: Final = 100_000  # ours: twenty megabytes; past it all promises are forgotten
ROUNDS_COUNT_MAX: Final = 1_000  # ours: three years of nights and weekends, of which each is one
_Key = tuple[Over, timedelta, str]


class Ahead:
    """Who was promised which instant under which limit."""

    def __init__(self) -> None:
        self._promised = defaultdict[_Key, dict[EnrolmentId, datetime]](dict)
        self._lock = Lock()

    def counts(self, limits: Mapping[Limit, str], who: EnrolmentId, *, at: datetime) -> bool:
        """Tell whether somebody else was promised a place under one of these limits."""
        with self._lock:
            return any(self._others(limit, subject, who, at) for limit, subject in limits.items())

    def place(
        self,
        taken: Mapping[Limit, Sequence[datetime]],
        limits: Mapping[Limit, str],
        who: EnrolmentId,
        *,
        at: datetime,
        opening: Callable[[datetime], datetime],
    ) -> datetime:
        """Return the first opening from `at` on at which all limits have room, and promise it.

        `taken` are the instants of the mails that each limit counts, sorted. Mails that were
        promised count as well, wherever they lie, but for one's own.
        """
        with self._lock:
            counted = {
                limit: _sorted(taken[limit], self._others(limit, subject, who, at))
                for limit, subject in limits.items()
            }
            found = opening(at)
            for _ in range(ROUNDS_COUNT_MAX):
                free = max(next_free(found, times, limit) for limit, times in counted.items())
                if free == found:
                    break
                found = opening(free)
            self._forget(limits, who)
            if found > at:
                self._promise(limits, who, found)
            return found

    def forget(self, limits: Mapping[Limit, str], who: EnrolmentId) -> None:
        """Give a place back: its holder goes now."""
        with self._lock:
            self._forget(limits, who)

    def _forget(self, limits: Mapping[Limit, str], who: EnrolmentId) -> None:
        for limit, subject in limits.items():
            promised = self._promised.get(_key(limit, subject))
            if promised is not None:
                promised.pop(who, None)

    def _promise(self, limits: Mapping[Limit, str], who: EnrolmentId, at: datetime) -> None:
        if sum(map(len, self._promised.values())) >= PLACES_COUNT_MAX:
            self._promised.clear()
        for limit, subject in limits.items():
            self._promised[_key(limit, subject)][who] = at

    def _others(
        self, limit: Limit, subject: str, who: EnrolmentId, at: datetime
    ) -> Collection[datetime]:
        """Return what was promised to others; what lies a stretch back went or never will."""
        promised = self._promised.get(_key(limit, subject), {})
        past = [one for one, place in promised.items() if place <= at - limit.within]
        for one in past:
            del promised[one]
        return [place for one, place in promised.items() if one != who]


def _key(limit: Limit, subject: str) -> _Key:
    return (limit.over, limit.within, subject)


def _sorted(taken: Sequence[datetime], promised: Collection[datetime]) -> Sequence[datetime]:
    times = list(taken)
    for place in promised:
        insort(times, place)
    return times
