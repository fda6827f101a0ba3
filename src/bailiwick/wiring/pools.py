"""What the process of one pool does (`carry_pool`), and the one that sends effects."""

import asyncio
import contextlib
import resource
import signal
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Final

from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import RunId
from bailiwick.domain.pool import Pool
from bailiwick.engine.pool.beats import BEAT_SECONDS, Beat
from bailiwick.engine.pool.carrying import UnableToCarry
from bailiwick.engine.pool.chores import ChoreCarrier
from bailiwick.engine.pool.mourning import mourn
from bailiwick.engine.pool.pool import PoolParts, PoolWorker
from bailiwick.kit.clock import SystemClock
from bailiwick.ports.queue import JobKind
from bailiwick.store.database import Database
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring.application import Application, build
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.housework import chores, keep_houses
from bailiwick.wiring.queueing import open_queue
from bailiwick.wiring.supervising import Reporter

if TYPE_CHECKING:
    from bailiwick.domain.ids import JobId, WorkspaceId
    from bailiwick.domain.run import RunRow
    from bailiwick.engine.delivery.deliver import Delivered
    from bailiwick.engine.pool.carrying import Carrier
    from bailiwick.ports.queue import Job, Queue
    from bailiwick.ports.queued_runs import QueuedRuns
    from bailiwick.settings import PoolSettings, Settings

APPLICATIONS_COUNT_MAX: Final = 32  # ours: half of what the API keeps open; a pool runs few at once
_MEGABYTE: Final = 1_048_576


class UnableToFindWorkspaceOfJob(PortFault):
    """A job names a workspace that this database does not have."""


class Houses:
    """The applications of a database's workspaces, each opened when a job first needs it.

    Of those that no job is under way for, the one used longest ago makes room.
    """

    def __init__(
        self,
        settings: "Settings",
        database: Database,
        doubles: Doubles,
        *,
        count_max: int = APPLICATIONS_COUNT_MAX,
    ) -> None:
        self._settings = settings
        self._database = database
        self._doubles = doubles
        self._count_max = count_max
        self._open: OrderedDict[WorkspaceId, Application] = OrderedDict()
        self._working: Counter[WorkspaceId] = Counter()
        self._lock = threading.RLock()

    def of(self, workspace_id: "WorkspaceId") -> Application:
        """Return the application of a workspace. Raises UnableToFindWorkspaceOfJob."""
        with self._lock:
            found = self._open.get(workspace_id)
            if found is None:
                workspace = SqlWorkspaces(self._database).get(workspace_id)
                if workspace is None:
                    message = f"there is no workspace {workspace_id!r} in this database"
                    raise UnableToFindWorkspaceOfJob(message)
                self._make_room()
                found = Application(self._settings, self._database, workspace, self._doubles)
                self._open[workspace_id] = found
            self._open.move_to_end(workspace_id)
            return found

    def carrier(self, job: "Job") -> "Carrier":
        """Return what carries out a job, until `ended` is told. Raises UnableToCarry."""
        with self._lock:
            self._working[job.workspace_id] += 1
            application = self.of(job.workspace_id)
        if job.kind is JobKind.CHORE:
            return ChoreCarrier(chores(application))
        found = application.runs.carriers.get(job.kind)
        if found is None:
            message = f"this version does not know how to carry out a job of kind {job.kind!r}"
            raise UnableToCarry(message)
        return found

    def begin(self, runs: "QueuedRuns", job: "Job", capability: str) -> "RunRow | None":
        """Claim the run of a job that is being leased, if what carries it out is loaded."""
        with self._lock:
            application = self._open.get(job.workspace_id)
        return application and application.runs.begin(runs, job, capability)

    def ended(self, job: "Job") -> None:
        """Let the application of a job go when another needs its room."""
        with self._lock:
            self._working[job.workspace_id] -= 1

    def stopped(self, jobs: "Sequence[Job]") -> "frozenset[JobId]":
        """Return those of these jobs whose run should not go on. Raises PortFault."""
        found: set[JobId] = set()
        for workspace_id in {job.workspace_id for job in jobs}:
            mine: dict[str, Job] = {
                job.subject: job for job in jobs if job.workspace_id == workspace_id
            }
            with self.of(workspace_id).units.read() as unit:
                ids = [RunId(subject) for subject in mine]
                found |= {mine[run_id].job_id for run_id in unit.runs.stopped(ids)}
        return frozenset(found)

    def mourn(self, queue: "Queue", pool: Pool) -> int:
        """End the runs of every workspace whose job in this pool was set aside."""
        clock = SystemClock()
        return sum(
            mourn(self.of(workspace_id).units, clock)
            for workspace_id, depth in queue.depths(pool).items()
            if depth.buried_count
        )

    def close(self) -> None:
        """Let go of every application."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].release()

    def _make_room(self) -> None:
        while len(self._open) >= self._count_max:
            idle = next((of for of in self._open if self._working[of] <= 0), None)
            if idle is None:
                return  # each has a job under way, and those are bounded
            self._open.pop(idle).release()
            del self._working[idle]


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
    if pool is Pool.CORE:
        keep_houses(database)
    houses = Houses(settings, database, doubles or Doubles())

    def told(job: "Job", end: str) -> None:
        houses.ended(job)
        watch(job, end)

    parts = PoolParts(
        pool=pool,
        concurrency=concurrency_of(settings.pools, pool),
        queue=queue,
        carrier=houses.carrier,
        begin=houses.begin,
        stopped=houses.stopped,
        mourn=lambda: houses.mourn(queue, pool),
        clock=SystemClock(),
        beat=Reporter(report).beat,
        watch=told,
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


def carry_sender(
    settings: "Settings",
    stop: threading.Event,
    *,
    report: int | None,
    watch: "Callable[[Delivered], None]",
) -> None:
    """Deliver effects in this process until told to stop. Raises PortFault and SettingsFault."""
    with contextlib.closing(build(settings)) as application, _beating(Reporter(report)):
        application.worker(watch).run(stop)


@contextlib.contextmanager
def _beating(reporter: Reporter) -> Generator[None]:
    """Show signs of life from a thread: a send may take its time, and bounds it itself."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_SECONDS):
            reporter.beat(Beat(tick_age_seconds=0.0))

    thread = threading.Thread(target=beat, name="beats", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(BEAT_SECONDS * 2)
