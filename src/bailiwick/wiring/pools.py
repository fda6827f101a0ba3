"""Pool processes: what one does (`carry_pool`), and the supervisor that starts them."""

import asyncio
import contextlib
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from bailiwick.domain.fault import PortFault
from bailiwick.domain.pool import Pool
from bailiwick.engine.beats import beat_line, read_beat
from bailiwick.engine.carrying import UnableToCarry
from bailiwick.engine.mourning import mourn
from bailiwick.engine.pool import Beat, PoolParts, PoolWorker
from bailiwick.engine.supervisor import Supervisor, Told
from bailiwick.kit.clock import SystemClock
from bailiwick.store.database import Database
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring.application import Application
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.queueing import open_queue

if TYPE_CHECKING:
    from bailiwick.domain.ids import JobId, RunId, WorkspaceId
    from bailiwick.engine.carrying import Carrier
    from bailiwick.ports.queue import Job
    from bailiwick.settings import PoolSettings, Settings

SENDER: Final = "sender"
"""The process that sends effects; it is supervised like a pool."""
NAMES: Final = (*(pool.value for pool in Pool), SENDER)
_MEGABYTE: Final = 1_048_576
_PIPE_BYTES_MAX: Final = 65_536


class UnableToFindWorkspaceOfJob(PortFault):
    """A job names a workspace that this database does not have."""


class Houses:
    """The applications of all workspaces of a database, each opened when a job first needs it."""

    def __init__(self, settings: "Settings", database: Database, doubles: Doubles) -> None:
        self._settings = settings
        self._database = database
        self._doubles = doubles
        self._open: dict[WorkspaceId, Application] = {}

    def of(self, workspace_id: "WorkspaceId") -> Application:
        """Return the application of a workspace. Raises UnableToFindWorkspaceOfJob."""
        found = self._open.get(workspace_id)
        if found is None:
            workspace = SqlWorkspaces(self._database).get(workspace_id)
            if workspace is None:
                message = f"there is no workspace {workspace_id!r} in this database"
                raise UnableToFindWorkspaceOfJob(message)
            found = Application(self._settings, self._database, workspace, self._doubles)
            self._open[workspace_id] = found
        return found

    def carrier(self, job: "Job") -> "Carrier":
        """Return what carries out a job. Raises UnableToCarry when nothing does."""
        found = self.of(job.workspace_id).runs.carriers.get(job.kind)
        if found is None:
            message = f"this version does not know how to carry out a job of kind {job.kind!r}"
            raise UnableToCarry(message)
        return found

    def stopped(self, jobs: "Sequence[Job]") -> "frozenset[JobId]":
        """Return those of these jobs whose run should not go on. Raises PortFault."""
        found: set[JobId] = set()
        for workspace_id in {job.workspace_id for job in jobs}:
            mine: dict[str, Job] = {
                job.subject: job for job in jobs if job.workspace_id == workspace_id
            }
            with self.of(workspace_id).units.read() as unit:
                ids: list[RunId] = list(mine)  # pyright: ignore[reportAssignmentType] - a subject is an id
                found |= {mine[run_id].job_id for run_id in unit.runs.stopped(ids)}
        return frozenset(found)

    def mourn(self) -> int:
        """End the runs, of workspaces that are open here, whose job was set aside."""
        clock = SystemClock()
        return sum(mourn(app.units, clock) for app in list(self._open.values()))

    def close(self) -> None:
        """Let go of every application."""
        for application in self._open.values():
            application.release()
        self._open.clear()


def concurrency_of(pools: "PoolSettings", pool: Pool) -> int:
    """Return how many jobs of a pool one process carries at once."""
    return int(pools.concurrency_of.get(pool.value, pools.concurrency))


def carry_pool(
    settings: "Settings",
    pool: Pool,
    *,
    report: int | None,
    watch: "Callable[[Job, str], None]",
    doubles: Doubles | None = None,
) -> None:
    """Work for one pool in this process until SIGTERM or SIGINT; `report` is the supervisor's pipe.

    Raises PortFault and SettingsFault.
    """
    if settings.pools.memory_mb:
        limit = settings.pools.memory_mb * _MEGABYTE
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    database = Database.open(settings.store.database_url)
    queue = open_queue(database)
    houses = Houses(settings, database, doubles or Doubles())
    parts = PoolParts(
        pool=pool,
        concurrency=concurrency_of(settings.pools, pool),
        queue=queue,
        carrier=houses.carrier,
        stopped=houses.stopped,
        mourn=houses.mourn,
        clock=SystemClock(),
        beat=Reporter(report).beat,
        watch=watch,
    )
    try:
        asyncio.run(_worked(parts))
    finally:
        queue.close()
        houses.close()
        database.close()


async def _worked(parts: PoolParts) -> None:
    worker = PoolWorker(parts)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    await worker.run()


class Reporter:
    """Writes signs of life into the supervisor's pipe, and never waits for its reader."""

    def __init__(self, pipe: int | None) -> None:
        self._pipe = pipe
        self._rest = b""

    def beat(self, beat: Beat) -> None:
        """Write one; while an earlier one is not all read, that is finished first."""
        if self._pipe is None:
            return
        line = self._rest or beat_line(beat)
        try:
            self._rest = line[os.write(self._pipe, line) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            os.kill(os.getpid(), signal.SIGTERM)  # the supervisor is gone: nobody restarts us


class ChildProcess:
    """A pool's process as its supervisor holds it."""

    def __init__(self, name: str) -> None:
        self._pipe, theirs = os.pipe()
        os.set_blocking(self._pipe, False)
        os.set_blocking(theirs, False)
        command = [sys.executable, "-m", "bailiwick", "worker"]
        if name != SENDER:
            command += ["carry", name, "--report", str(theirs)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, pass_fds=[theirs], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        os.close(theirs)
        self._rest = b""

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def ended(self) -> str | None:
        """Return how it ended; None while it lives."""
        code = self._process.poll()
        if code is None:
            return None
        return f"signal {-code}" if code < 0 else f"exit {code}"

    def beats(self) -> Sequence[Beat]:
        """Return the signs of life since the last call, without waiting."""
        with contextlib.suppress(BlockingIOError):
            while select.select([self._pipe], [], [], 0)[0]:
                read = os.read(self._pipe, _PIPE_BYTES_MAX)
                if not read:
                    break
                self._rest += read
        *lines, self._rest = self._rest.split(b"\n")
        return [read_beat(line) for line in lines]

    def stop(self) -> None:
        """Ask it to drain and end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it at once and wait until it has ended."""
        self._process.kill()
        self._process.wait()


def supervisor(
    settings: "Settings", names: Sequence[str], tell: Callable[[Told], None]
) -> Supervisor:
    """Return the supervisor of these pools. Raises PortFault when the store is away."""
    database = Database.open(settings.store.database_url)
    queue = open_queue(database)
    return Supervisor(
        names=names,
        start=ChildProcess,
        give_back=lambda job, reason: queue.retry(job, reason=reason),
        clock=SystemClock(),
        tell=tell,
    )
