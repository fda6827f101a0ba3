"""A queue to test with: a store with its worker's side, and shorthands for jobs."""

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import text
from tests.store.stores import Store, a_run, open_store

from bailiwick.domain.ids import JobId, RunId
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import RunStatus
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.ports.queue import Enqueued, Full, Job, JobKind, NewJob
from bailiwick.store.database import Database
from bailiwick.store.queue.worker_side import SqlQueue
from bailiwick.store.repositories.runs import SqlRuns
from bailiwick.store.unit import SqlUnits

ROOT: Final = Path(__file__).parents[2]
POOL: Final = Pool.CORE
PAST: Final = datetime(2026, 1, 1, tzinfo=UTC)
FUTURE: Final = datetime(2099, 1, 1, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)


def a_job(subject: str = "run_1", **changes: object) -> NewJob:
    """Return a job that is due."""
    values: dict[str, object] = {"pool": POOL, "kind": JobKind.RUN, "due_at": PAST, **changes}
    return NewJob(subject=subject, **values)  # pyright: ignore[reportArgumentType] - any field


def a_pending_run(line: "Line") -> RunId:
    """Store a run that waits for its pool."""
    run = replace(a_run(line.store.ids), status=RunStatus.PENDING.value)
    with line.store.units.write(records=False) as unit:
        assert unit.runs.start(run)
        unit.commit()
    return run.run_id


@dataclass(frozen=True, slots=True)
class Line:
    """A store, and the worker's side of its queue."""

    url: str
    store: Store
    queue: SqlQueue

    def add(self, *jobs: NewJob, store: Store | None = None) -> list[JobId]:
        """Queue jobs in one unit."""
        with (store or self.store).units.write() as unit:
            results = [unit.jobs.enqueue(job) for job in jobs]
            unit.commit()
        assert all(isinstance(result, Enqueued) for result in results)
        return [result.job_id for result in results if isinstance(result, Enqueued)]

    def try_add(self, job: NewJob, store: Store | None = None) -> Enqueued | Full:
        """Queue a job that may be refused."""
        with (store or self.store).units.write() as unit:
            result = unit.jobs.enqueue(job)
            unit.commit()
        return result

    def lease_one(self) -> Job:
        """Lease the one job that is due."""
        (job,) = self.queue.lease(POOL, count_max=1)
        return job

    def subjects(self, count_max: int = 100) -> list[str]:
        """Lease what is due and name it."""
        return [job.subject for job in self.queue.lease(POOL, count_max=count_max)]

    def let_lease_pass(self) -> None:
        """Set every lease to a time that is over, as if nobody had been heard of."""
        self.change("UPDATE jobs SET lease_until = 1 WHERE state = 'leased'")

    def let_wait_pass(self) -> None:
        """Make every job due, in the engine too."""
        self.change("UPDATE jobs SET due_at = 1")
        if self.store.database.kind == "postgresql":
            self.change("UPDATE pgqueuer.pgqueuer SET execute_after = now()")

    def change(self, statement: str) -> None:
        """Change rows behind the queue's back."""
        with self.store.database.writing() as connection:
            connection.execute(text(statement))
            connection.commit()

    def counts(self, statement: str) -> dict[str, int]:
        """Read a few named numbers."""
        with self.store.database.reading() as connection:
            return {str(name): int(count) for name, count in connection.execute(text(statement))}


@contextmanager
def open_line(url: str) -> Generator[Line]:
    """Open a migrated database, make a workspace and the worker's side."""
    with open_store(url) as store:
        queue = SqlQueue(store.database, draw=lambda: 0.5, runs=SqlRuns)
        yield Line(url, store, queue)
        queue.close()


class Holder:
    """A process of its own that leases jobs and does as it is told."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - this interpreter, a module of the tests
            [sys.executable, "-m", "tests.store.queues", url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.hear() == "ready"

    def say(self, word: str) -> None:
        """Tell it to do something."""
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def hear(self) -> object:
        """Return its next answer."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, word: str) -> object:
        """Tell it to do something and return the answer."""
        self.say(word)
        return self.hear()

    def kill(self) -> None:
        """Kill it with -9."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def holders(url: str, count: int) -> Generator[list[Holder]]:
    """Start processes that are gone afterwards."""
    found = [Holder(url) for _ in range(count)]
    try:
        yield found
    finally:
        for holder in found:
            holder.kill()


def _answer(value: object) -> None:
    print(json.dumps(value), flush=True)  # noqa: T201 - the way a child answers


def _writes(database: Database, queue: SqlQueue, job: Job) -> dict[str, bool]:
    units = SqlUnits(database, job.workspace_id, TimeSortedIds(SystemClock().now))
    with units.write() as unit:
        finished = unit.jobs.finish(job)
    return {
        "heartbeat": not queue.heartbeat([job]),
        "finish": finished,
        "ack": queue.ack(job),
        "ack_all": not queue.ack_all([job]),
        "retry": queue.retry(job, reason="late"),
        "bury": queue.bury(job, reason="late"),
        "release": queue.release(job),
    }


def _hold(url: str) -> None:
    database = Database.open(url)
    queue, leased = SqlQueue(database, draw=lambda: 0.5, runs=SqlRuns), list[Job]()
    _answer("ready")
    for word in map(str.strip, sys.stdin):
        if word == "lease":
            leased += queue.lease(POOL, count_max=1)
            _answer([job.subject for job in leased])
        elif word == "write":
            _answer(_writes(database, queue, leased[0]))


if __name__ == "__main__":
    _hold(sys.argv[1])
