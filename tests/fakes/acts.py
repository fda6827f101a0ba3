"""A workspace whose capabilities are plain functions of a state, and a pool that carries them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tests.fakes.asked_runs import accepted, stored
from tests.store.queues import Line

from bailiwick.control.load import UnableToLoadCapability, load_spec
from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.ids import RunId
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import RunRow
from bailiwick.engine.graphs.executor import Executor
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.pool.beats import Beat
from bailiwick.engine.pool.pool import PoolParts, PoolWorker
from bailiwick.engine.runs.requests import RunRequest
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.json_value import Json
from bailiwick.ports.queue import Job
from bailiwick.settings import Settings, StoreSettings
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring.application import Application
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.pools import Houses

WITHIN_SECONDS: Final = 20.0
State = Mapping[str, Any]
Act = Callable[[State], Awaitable[State]]


@dataclass(frozen=True, slots=True)
class _Plain:
    act: Act

    async def run(self, state: State, *, context: object, steps_max: int) -> State:
        del context, steps_max
        return await self.act(state)


class Acts(Graphs):
    """Capabilities that are functions; a name with `_slow` has one second, others twenty."""

    def __init__(self, acts: Mapping[str, Act], *, pool: Pool = Pool.CORE) -> None:
        super().__init__({})
        self._acts = acts
        self._pool = pool

    def spec(self, name: str) -> Spec:
        if name not in self._acts:
            message = f"there is no capability {name!r}"
            raise UnableToLoadCapability(message)
        return replace(
            load_spec("reply"),
            name=name,
            intake=Intake.STATE,
            pool=self._pool,
            resumable=False,
            seconds_max=1 if name.endswith("_slow") else 20,
        )

    def executor(self, name: str) -> Executor:
        return _Plain(self._acts[name])


def asked(capability: str, given: Mapping[str, Json], *, key: str = "") -> RunRequest:
    """Return the request of a person for a run."""
    return RunRequest(capability=capability, input=given, requested_by="per_1", key=key)


@dataclass(slots=True)
class Hall:
    """One workspace on a line, and what tests do with its runs."""

    line: Line
    app: Application
    houses: Houses
    pool: Pool = Pool.CORE
    beats: list[Beat] = field(default_factory=list[Beat])
    told: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """The subject of each job, and how it ended."""
    jobs: list[Job] = field(default_factory=list[Job])
    """Each job as it was leased."""

    def ask(self, capability: str, given: Mapping[str, Json] | None = None, key: str = "") -> RunId:
        return accepted(self.app, asked(capability, given or {}, key=key))

    def run(self, run_id: RunId) -> RunRow:
        return stored(self.app, run_id)

    def status(self, run_id: RunId) -> str:
        return self.run(run_id).status

    def jobs_count(self) -> int:
        depth = self.line.queue.depth(self.pool)
        return depth.waiting_count + depth.later_count + depth.leased_count + depth.buried_count

    @contextlib.asynccontextmanager
    async def working(self, *, concurrency: int = 3) -> AsyncGenerator[PoolWorker]:
        """Let a worker of the pool work, and stop it at the end."""

        def watch(job: Job, told: str) -> None:
            self.houses.ended(job)
            self.jobs.append(job)
            self.told.append((job.subject, told))

        parts = PoolParts(
            pool=self.pool,
            concurrency=concurrency,
            queue=self.line.queue,
            carrier=self.houses.carrier,
            begin=self.houses.begin,
            stopped=self.houses.stopped,
            mourn=lambda: self.houses.mourn(self.line.queue, self.pool),
            clock=SystemClock(),
            beat=self.beats.append,
            watch=watch,
        )
        worker = PoolWorker(parts)
        task = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            worker.stop()
            await task

    def work_until(self, met: Callable[[], bool], **options: int) -> None:
        """Work until something is so."""

        async def working() -> None:
            async with self.working(**options):
                await until(met)

        asyncio.run(working())


async def until(met: Callable[[], bool]) -> None:
    """Wait until something is so; it must be within twenty seconds."""
    async with asyncio.timeout(WITHIN_SECONDS):
        while not met():  # noqa: ASYNC110 - what is waited for is in another process's hands
            await asyncio.sleep(0.01)


@contextlib.contextmanager
def hall(line: Line, acts: Mapping[str, Act], *, pool: Pool = Pool.CORE) -> Generator[Hall]:
    """Open the workspace of a line with these capabilities."""
    settings = Settings(store=StoreSettings(database_url=line.url))
    doubles = Doubles(graphs=Acts(acts, pool=pool))
    database = line.store.database
    workspace = SqlWorkspaces(database).get(line.store.workspace_id)
    assert workspace is not None
    app = Application(settings, database, workspace, doubles)
    houses = Houses(settings, database, doubles)
    try:
        yield Hall(line, app, houses, pool)
    finally:
        houses.close()
        app.release()
