"""Carries out, here and now, the runs that wait in the pool of mail, where no pool works for it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Final

from bailiwick.domain.fault import PortFault
from bailiwick.domain.pool import Pool
from bailiwick.engine.pool.carrying import Carried, UnableToCarry
from bailiwick.ports.queue import HEARTBEAT_SECONDS, JobKind
from bailiwick.wiring.queueing import open_queue

if TYPE_CHECKING:
    from bailiwick.engine.pool.carrying import Carrier
    from bailiwick.ports.queue import Job, Queue
    from bailiwick.wiring.grounds import Grounds
    from bailiwick.wiring.runs import Runs

JOBS_COUNT: Final = 16  # ours: runs side by side; each mostly waits for a model, if there is one
PASSES_COUNT_MAX: Final = 1_000  # ours: sixteen thousand runs; whoever asks again takes the rest


async def carry_mail_runs(grounds: "Grounds", runs: "Runs") -> int:
    """Carry out what waits for this workspace; return how many. Raises PortFault."""
    carrier, count = runs.carriers[JobKind.RUN], 0
    with contextlib.closing(open_queue(grounds.database)) as queue:
        for _ in range(PASSES_COUNT_MAX):
            mine: list[Job] = []
            for job in queue.lease(Pool.EMAIL, count_max=JOBS_COUNT):
                if job.workspace_id == grounds.workspace.workspace_id and job.kind is JobKind.RUN:
                    mine.append(job)
                else:
                    queue.release(job)  # another workspace's turn, or another kind of work
            if not mine:
                break
            async with _kept(queue, mine):
                await asyncio.gather(*(_carry(carrier, queue, job) for job in mine))
            count += len(mine)
    return count


async def _carry(carrier: "Carrier", queue: "Queue", job: "Job") -> None:
    """Carry out one job as its pool would; a fault of the store puts it back."""
    try:
        carried = await carrier.carry(job)
    except UnableToCarry as fault:
        queue.bury(job, reason=str(fault))
    except PortFault as fault:
        queue.retry(job, reason=str(fault), counted=not fault.retryable)
    else:
        if carried is Carried.ACK:
            queue.ack(job)


@contextlib.asynccontextmanager
async def _kept(queue: "Queue", jobs: "Sequence[Job]") -> AsyncGenerator[None]:
    """Prolong the leases of jobs while they are carried out; what is lost, fences keep out."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await asyncio.to_thread(queue.heartbeat, jobs)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
