"""Who presented a key or session a moment ago, so that the database is not asked every time."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bailiwick.domain.access import Admission, Means
from bailiwick.kit.hashing import digest_bytes

if TYPE_CHECKING:
    from bailiwick.ports.clock import Clock

RECALLED_COUNT_MAX: Final = 10_000  # ours: callers within one second
RECALL_SECONDS: Final = 1.0  # ours: a key that is taken back elsewhere works no longer than this
RENEW_SECONDS: Final = 0.5  # ours: asked again ahead of the end, so that nobody waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """An answer of the database that still holds."""

    admission: Admission
    due: bool
    """It is time to ask again, although nobody has to wait for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The moment before the database was asked."""

    at: float
    era: int


class Recall:
    """Admissions of the last second."""

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[Means, str], tuple[float, Admission]] = OrderedDict()
        self._era = 0
        self._lock = threading.Lock()

    @property
    def era(self) -> int:
        """How often everything was forgotten: what was asked in an earlier era is not kept."""
        return self._era

    def found(self, means: Means, token: str) -> Recalled | None:
        """Return who presented this a moment ago."""
        with self._lock:
            found = self._known.get((means, trace(token)))
        age = None if found is None else self._clock.monotonic() - found[0]
        if found is None or age is None or age > RECALL_SECONDS:
            return None
        return Recalled(admission=found[1], due=age > RENEW_SECONDS)

    def asking(self) -> Asked:
        """Say that the database is about to be asked."""
        return Asked(at=self._clock.monotonic(), era=self._era)

    def keep(self, means: Means, token: str, admission: Admission | None, asked: Asked) -> None:
        """Keep an answer; nobody is forgotten, and so is what was asked before a `forget`."""
        with self._lock:
            if admission is None:
                self._known.pop((means, trace(token)), None)
            elif asked.era == self._era:
                self._known[means, trace(token)] = (asked.at, admission)
                while len(self._known) > RECALLED_COUNT_MAX:
                    self._known.popitem(last=False)

    def forget(self) -> None:
        """Ask the database again for everybody: something was taken back here."""
        with self._lock:
            self._era += 1
            self._known.clear()


def trace(token: str) -> str:
    """Return what a secret is remembered by, so that memory holds none."""
    return digest_bytes(token.encode("utf-8", "surrogatepass"))
