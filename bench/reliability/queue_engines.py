"""The engines of the queue trial: how each takes jobs in, works on them, and is helped.

python -m bench.reliability.queue_engines <engine> <work|drain> <database> <ledger>

A job's effect is a row of `trial_effects`; only then its number goes to the ledger, a file outside.
"""

import asyncio
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import psycopg
from pgqueuer import PgQueuer
from pgqueuer.models import Job as PgJob
from pgqueuer.queries import Queries
from pgqueuer.types import QueueExecutionMode
from procrastinate import App, PsycopgConnector
from sqlalchemy import text

from bailiwick.domain.crm import Workspace
from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.pool import Pool
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.ports.queue import Job, JobKind, NewJob
from bailiwick.store.database import Database
from bailiwick.store.queue.worker_side import SqlQueue
from bailiwick.store.repositories.runs import SqlRuns
from bailiwick.store.unit import SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces

if TYPE_CHECKING:
    from procrastinate.types import JSONDict

AT_ONCE: Final = 5
JOB_SECONDS: Final = 0.05  # ours: long enough that a kill meets jobs in progress
BATCH: Final = 64
AGAIN_SECONDS: Final = 0.2
POLL_SECONDS: Final = 0.1  # ours: bare PgQueuer takes one batch in this time, unless it is notified
_DEAD_AFTER: Final = timedelta(seconds=15)  # engine.md 4: PgQueuer's default of 30 s is halved
_EFFECT: Final = "INSERT INTO trial_effects (number) VALUES (%s)"


class Engine(Protocol):
    """What the trial asks of an engine."""

    def install(self, url: str) -> None:
        """Make its tables."""
        ...

    def enqueue(self, url: str, count: int) -> None:
        """Queue jobs 0 to count - 1."""
        ...

    def work(self, url: str, ledger: Path) -> None:
        """Carry jobs out until killed."""
        ...

    def drain(self, url: str) -> float:
        """Take all jobs and do nothing for each; return the instant of the last."""
        ...

    def help(self, url: str) -> None:
        """Do what the engine leaves to its user when workers have died."""
        ...


class BarePgQueuer:
    """PgQueuer by its own worker."""

    def install(self, url: str) -> None:
        """Make its tables."""
        asyncio.run(self._install(url))

    async def _install(self, url: str) -> None:
        async with await _connection(url) as connection:
            await Queries.from_psycopg_connection(connection).install()

    def enqueue(self, url: str, count: int) -> None:
        """Queue jobs."""
        asyncio.run(self._enqueue(url, count))

    async def _enqueue(self, url: str, count: int) -> None:
        async with await _connection(url) as connection:
            queries = Queries.from_psycopg_connection(connection)
            payloads: list[bytes | None] = [str(number).encode() for number in range(count)]
            await queries.enqueue(["trial"] * count, payloads, [0] * count)

    def work(self, url: str, ledger: Path) -> None:
        """Carry jobs out until killed."""
        asyncio.run(self._run(url, ledger))

    def drain(self, url: str) -> float:
        """Take all jobs and do nothing for each; return the instant of the last."""
        return asyncio.run(self._run(url, None))

    async def _run(self, url: str, ledger: Path | None) -> float:
        last = [0.0]
        async with await _connection(url) as connection:
            engine = PgQueuer.from_psycopg_connection(connection)

            async def carry_out(job: PgJob) -> None:
                if ledger is not None:
                    await _carry_out(url, ledger, int(job.payload or b"0"))
                last[0] = time.monotonic()

            engine.entrypoint("trial", on_failure="hold")(carry_out)
            await engine.run(
                batch_size=2 * AT_ONCE if ledger else BATCH,
                max_concurrent_tasks=4 * AT_ONCE if ledger else 2 * BATCH,
                dequeue_timeout=timedelta(seconds=POLL_SECONDS),
                mode=QueueExecutionMode.continuous if ledger else QueueExecutionMode.drain,
                heartbeat_timeout=_DEAD_AFTER,
                shutdown_on_listener_failure=True,
            )
        return last[0]

    def help(self, url: str) -> None:
        """Need none: another worker takes stale jobs by itself."""


class BareProcrastinate:
    """Procrastinate by its own worker."""

    def install(self, url: str) -> None:
        """Make its tables."""
        asyncio.run(self._install(url))

    async def _install(self, url: str) -> None:
        app = App(connector=PsycopgConnector(conninfo=url))
        async with app.open_async():
            await app.schema_manager.apply_schema_async()

    def enqueue(self, url: str, count: int) -> None:
        """Queue jobs."""
        asyncio.run(self._enqueue(url, count))

    async def _enqueue(self, url: str, count: int) -> None:
        app = App(connector=PsycopgConnector(conninfo=url))
        async with app.open_async():
            deferrer = app.configure_task("trial", queue="trial")
            for start in range(0, count, 1000):
                numbers = range(start, min(count, start + 1000))
                each: list[JSONDict] = [{"number": number} for number in numbers]
                await deferrer.batch_defer_async(*each)

    def work(self, url: str, ledger: Path) -> None:
        """Carry jobs out until killed."""
        asyncio.run(self._run(url, ledger))

    def drain(self, url: str) -> float:
        """Take all jobs and do nothing for each; return the instant of the last."""
        return asyncio.run(self._run(url, None))

    async def _run(self, url: str, ledger: Path | None) -> float:
        last = [0.0]
        app = App(connector=PsycopgConnector(conninfo=url))

        @app.task(name="trial", queue="trial")
        async def carry_out(number: int) -> None:
            if ledger is not None:
                await _carry_out(url, ledger, number)
            last[0] = time.monotonic()

        async with app.open_async():
            await app.run_worker_async(
                queues=["trial"],
                wait=ledger is not None,
                concurrency=AT_ONCE if ledger else BATCH,
                fetch_job_polling_interval=1.0,
                listen_notify=ledger is not None,
                install_signal_handlers=False,
            )
        del carry_out
        return last[0]

    def help(self, url: str) -> None:
        """Queue again what stalled workers held: Procrastinate leaves this to a task of yours."""
        asyncio.run(self._help(url))

    async def _help(self, url: str) -> None:
        app = App(connector=PsycopgConnector(conninfo=url))
        async with app.open_async():
            for job in await app.job_manager.get_stalled_jobs():
                await app.job_manager.retry_job(job)


class OurPort:
    """PgQueuer behind our port: effect and end of the job are one transaction."""

    def install(self, url: str) -> None:
        """Make the tables and a workspace."""
        database = Database.open(url)
        database.migrate()
        ids = TimeSortedIds(SystemClock().now)
        workspace = WorkspaceId(ids.new("wsp"))
        SqlWorkspaces(database).create(
            Workspace(workspace_id=workspace, name="trial", mailbox="", company="")
        )
        database.close()

    def enqueue(self, url: str, count: int) -> None:
        """Queue jobs, a hundred in a unit."""
        database = Database.open(url)
        units = _units(database)
        for start in range(0, count, 100):
            with units.write(records=False) as unit:
                for number in range(start, min(count, start + 100)):
                    subject = str(number)
                    job = NewJob(kind=JobKind.RUN, pool=Pool.CORE, subject=subject)
                    unit.jobs.enqueue(job)
                unit.commit()
        database.close()

    def work(self, url: str, ledger: Path) -> None:
        """Carry jobs out until killed."""
        database = Database.open(url)
        queue, units = SqlQueue(database, draw=lambda: 0.5, runs=SqlRuns), _units(database)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            while True:
                jobs = queue.lease(Pool.CORE, count_max=AT_ONCE)
                list(threads.map(partial(_in_unit, units, ledger), jobs))
                if not jobs:
                    queue.wait([Pool.CORE], seconds_max=1)

    def drain(self, url: str) -> float:
        """Take all jobs and do nothing for each; return the instant of the last."""
        database = Database.open(url)
        queue = SqlQueue(database, draw=lambda: 0.5, runs=SqlRuns)
        while jobs := queue.lease(Pool.CORE, count_max=BATCH):
            queue.ack_all(jobs)
        return time.monotonic()

    def help(self, url: str) -> None:
        """Need none: whoever leases frees what the dead held."""


ENGINES: Final[dict[str, Engine]] = {
    "pgqueuer": BarePgQueuer(),
    "procrastinate": BareProcrastinate(),
    "port": OurPort(),
}


def _in_unit(units: SqlUnits, ledger: Path, job: Job) -> None:
    time.sleep(JOB_SECONDS)
    with units.write(records=False) as unit:
        statement = text("INSERT INTO trial_effects (number) VALUES (:number)")
        unit.scope.connection.execute(statement, {"number": int(job.subject)})
        if not unit.jobs.finish(job):
            return  # somebody else holds it now
        unit.commit()
    _note(ledger, int(job.subject))


async def _carry_out(url: str, ledger: Path, number: int) -> None:
    await asyncio.sleep(JOB_SECONDS)
    while True:  # a job that meets a cut connection tries again, so that only the engine is judged
        with suppress(psycopg.OperationalError):
            async with await _connection(url) as connection:
                await connection.execute(_EFFECT, (number,))
            break
        await asyncio.sleep(AGAIN_SECONDS)
    _note(ledger, number)


def _note(ledger: Path, number: int) -> None:
    handle = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{number}\n".encode())
    os.close(handle)


async def _connection(url: str) -> psycopg.AsyncConnection:
    return await psycopg.AsyncConnection.connect(url, autocommit=True)


def _units(database: Database) -> SqlUnits:
    (workspace,) = SqlWorkspaces(database).list()
    return SqlUnits(database, workspace.workspace_id, TimeSortedIds(SystemClock().now))


def main() -> None:
    """Be a worker."""
    name, mode, url, ledger = sys.argv[1:]
    engine = ENGINES[name]
    if mode == "work":
        engine.work(url, Path(ledger))
        return
    print("ready", flush=True)
    sys.stdin.readline()
    cpu, began = time.process_time(), time.monotonic()
    print(engine.drain(url) - began, time.process_time() - cpu, flush=True)


if __name__ == "__main__":
    main()
