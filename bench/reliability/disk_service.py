"""A real `bailiwick serve` whose database is on a small disk, and callers that write to it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final, TypedDict

import httpx2

from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds, as_uuid

CALLERS_COUNT: Final = 4  # ours: commits meet, and two cores are enough for it
WAIT_SECONDS_MAX: Final = 60.0  # ours: a service that does not get there has failed
CALL_SECONDS_MAX: Final = 30.0  # ours: three times the database's own patience
ACKNOWLEDGED: Final = frozenset({HTTPStatus.OK, HTTPStatus.ACCEPTED})
NOTE: Final = "n" * 2_000  # so that a full disk is met soon


@dataclass
class Told:
    """What callers were told, kept outside of the disk."""

    acknowledged: set[str] = field(default_factory=set[str])
    statuses: Counter[int] = field(default_factory=Counter[int])

    @property
    def refused(self) -> int:
        """How many writes were not acknowledged."""
        return sum(count for status, count in self.statuses.items() if status not in ACKNOWLEDGED)


class _Answer(TypedDict):
    """What `serve` tells when it listens."""

    url: str
    first_keys: dict[str, str]


class Service:
    """One `bailiwick serve` process; starts again on the same disk."""

    def __init__(self, home: Path, disk: Path) -> None:
        self._home = home
        self._environment = {**os.environ, "BAILIWICK_DATABASE_URL": f"sqlite:///{disk}/app.db"}  # noqa: TID251 - a child's
        self._key = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._client = httpx2.Client()
        self._ids = TimeSortedIds(SystemClock().now)

    def found(self) -> None:
        """Make a workspace."""
        self._run("init", "--mailbox", "sales@ours.example", "--company", "Ours")

    def start(self) -> None:
        """Serve until `kill`; the first start learns the first key."""
        answer = self._home / "answer.json"
        with answer.open("wb") as out, (self._home / "log").open("ab") as log:
            command = [sys.executable, "-m", "bailiwick", "serve", "--port", "0", "--json"]
            self._process = subprocess.Popen(
                command, cwd=self._home, env=self._environment, stdout=out, stderr=log
            )
        told = self._answered(answer)
        self._key = next(iter(told["first_keys"].values()), self._key)
        self._client = httpx2.Client(
            base_url=told["url"],
            headers={"x-api-key": self._key},
            timeout=CALL_SECONDS_MAX,
        )
        self.wait_ready(passed=True)

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None, "it was started"
        return self._process.pid

    def kill(self) -> None:
        """End the process at once, as a power cut does."""
        assert self._process is not None, "it was started"
        self._client.close()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """End the process if it was started."""
        if self._process is not None:
            self.kill()

    def write(self, count: int, told: Told) -> None:
        """Call with two kinds of writes at once, and keep what was acknowledged."""
        with ThreadPoolExecutor(CALLERS_COUNT) as pool:
            for name, status in pool.map(self._one, range(count)):
                told.statuses[status] += 1
                if status in ACKNOWLEDGED:
                    told.acknowledged.add(name)

    def wait_ready(self, *, passed: bool) -> float:
        """Return after how many seconds `/readyz` says so."""
        start = time.monotonic()
        while time.monotonic() - start < WAIT_SECONDS_MAX:
            try:
                status = self._client.get("/readyz").status_code
            except httpx2.TransportError:
                status = 0
            if (status == HTTPStatus.OK) is passed and status:
                return time.monotonic() - start
            time.sleep(0.02)
        said = self._client.get("/readyz").text
        message = f"/readyz never became {'ready' if passed else 'not ready'}: {said}"
        raise AssertionError(message)

    def alive(self) -> bool:
        """Tell whether `/livez` answers."""
        return self._client.get("/livez").status_code == HTTPStatus.OK

    def _one(self, number: int) -> tuple[str, int]:
        name = as_uuid(self._ids.new("thr"))
        path, body = (
            ("/threads", {"thread_id": name, "metadata": {"note": NOTE}})
            if number % 2
            else (
                "/api/v1/signals",
                {
                    "external_id": name,
                    "kind": "form.filled",
                    "address": f"p-{name}@there.example",
                    "note": NOTE,
                    "name": "N" * 200,
                },
            )
        )
        try:
            return name, self._client.post(path, json=body).status_code
        except httpx2.TransportError:
            return name, 0

    def _answered(self, path: Path) -> "_Answer":
        limit = time.monotonic() + WAIT_SECONDS_MAX
        while time.monotonic() < limit:
            try:
                answer: _Answer = json.loads(path.read_bytes())
            except ValueError:
                time.sleep(0.05)
            else:
                return answer
        message = f"the service did not start; see {self._home / 'log'}"
        raise AssertionError(message)

    def _run(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "bailiwick", *arguments]
        subprocess.run(
            command, cwd=self._home, env=self._environment, check=True, stdout=subprocess.DEVNULL
        )


def stored(database: Path) -> set[str]:
    """Check the file and return the names of all that is in it."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        told = connection.execute("SELECT dedupe_key FROM signals")
        names = {str(row[0]).rpartition("/")[2] for row in told}
        return names | {str(row[0]) for row in connection.execute("SELECT id FROM threads")}


def empty_log(database: Path) -> None:
    """Move what the write-ahead log holds into the database and give its room back."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def until(done: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    limit = time.monotonic() + WAIT_SECONDS_MAX
    while not done():
        assert time.monotonic() < limit, what
        time.sleep(0.02)
