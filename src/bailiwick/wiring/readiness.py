"""Whether a service can work right now: database, schema, disk; and whether on proven ground."""

import shutil
import threading
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from bailiwick.domain.fault import BailiwickFault
from bailiwick.engine.graphs.executor import why_untested
from bailiwick.store.database import Database

DISK_FREE_BYTES_MIN: Final = 64 * 1024 * 1024  # ours: a WAL of a day; below it writes soon fail


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must be right before requests are served."""

    name: str
    passed: bool
    detail: str = ""
    """Why not; or what to know although it passed."""


class Readiness:
    """Asks the parts a service needs; one question at a time, so that a hung one piles up none."""

    def __init__(
        self, database: Database, database_url: str, *, langgraph: str | None = None
    ) -> None:
        """`langgraph` is the version that is installed, found out when it is not given."""
        self._database = database
        self._folder = _folder(database_url)
        # An untested one is no reason to stay away: every graph runs on it, only slower.
        untested = why_untested(langgraph or version("langgraph"))
        self._engine = Check(name="langgraph", passed=True, detail=untested)
        self._asking = threading.Lock()

    def checks(self) -> tuple[Check, ...]:
        """Ask everything once; while another is still asking, say that it hangs."""
        if not self._asking.acquire(timeout=1.0):  # ours: under the surface's own limit
            return (Check(name="database", passed=False, detail="an earlier check still waits"),)
        try:
            return (*self._store(), *self._disk(), self._engine)
        finally:
            self._asking.release()

    def _store(self) -> tuple[Check, ...]:
        try:
            self._database.require_sound()
            self._database.require_current()  # what it found once it knows
            self._database.schema_version()  # and a real question each time
        except BailiwickFault as fault:
            return (Check(name="database", passed=False, detail=type(fault).__name__),)
        return (Check(name="database", passed=True), Check(name="schema", passed=True))

    def _disk(self) -> tuple[Check, ...]:
        if self._folder is None:
            return ()
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            return (Check(name="disk", passed=False, detail=type(error).__name__),)
        if free < DISK_FREE_BYTES_MIN:
            detail = f"{free // 1024 // 1024} MiB free, needs {DISK_FREE_BYTES_MIN >> 20}"
            return (Check(name="disk", passed=False, detail=detail),)
        return (Check(name="disk", passed=True),)


def _folder(database_url: str) -> Path | None:
    """Return the folder of a SQLite file; None for a database elsewhere."""
    if not database_url.startswith("sqlite:///"):
        return None
    return Path(database_url.removeprefix("sqlite:///").partition("?")[0]).absolute().parent
