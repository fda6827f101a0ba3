"""The worker loop of one pool: lease, carry out, keep the leases, drain when told.

Everything that asks the database blocks, so it happens in threads; the loop is for the work. A
lease is prolonged by a thread too: a graph that blocks the loop keeps its job until its own time is
over, and is then a matter for the supervisor.
"""

import asyncio
import logging
import threading
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import JobId
from bailiwick.domain.pool import Pool
from bailiwick.engine.pool.beats import BEAT_SECONDS, Beat, HeldJob
from bailiwick.engine.pool.carrying import Carried, Carrier, UnableToCarry
from bailiwick.ports.clock import Clock
from bailiwick.ports.queue import (
    HEARTBEAT_SECONDS,
    LEASE_COUNT_MAX,
    LEASE_SECONDS,
    POLL_SECONDS,
    Begin,
    Job,
    Queue,
)

T = TypeVar("T")

DRAIN_SECONDS: Final = 7.0  # reliability R13: an exit takes at most 10 s; the rest is for releasing
STOPS_SECONDS: Final = 2.0  # a cancelled run stops within five seconds: two polls and a margin
TICK_SECONDS: Final = 0.05  # ours: half of the lag that is told
LAG_SECONDS: Final = 0.1  # engine.md 6: the loop-lag alarm
LAG_TOLD_SECONDS: Final = 10.0  # ours: a jammed loop is told of, not shouted about
FAULT_WAIT_SECONDS_MAX: Final = 5.0  # reliability R6: a database is back within seconds
GIVE_BACK_SECONDS: Final = 0.5  # ours: as long as the first wait after a fault
JOB_SECONDS_MAX: Final = 190.0  # capabilities 27d: the longest time class, and ten seconds of grace
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolParts:
    """What a pool works with; wiring fills it."""

    pool: Pool
    concurrency: int
    queue: Queue
    carrier: Callable[[Job], Carrier]
    """Finds what carries out a job. Raises UnableToCarry."""
    begin: Begin
    """Claims what can be begun at once, within the lease."""
    stopped: Callable[[Sequence[Job]], frozenset[JobId]]
    """Tells which of these jobs should not go on."""
    mourn: Callable[[], int]
    """Ends runs whose job was set aside, and says why."""
    clock: Clock
    beat: Callable[[Beat], None]
    watch: Callable[[Job, str], None]
    """Is told how each job ended."""


@dataclass(slots=True)
class _Held:
    job: Job
    task: "asyncio.Task[None]"
    began_at: float
    carrier: Carrier | None = None
    lost: bool = False


class PoolWorker:
    """Works for one pool until told to stop."""

    def __init__(self, parts: PoolParts) -> None:
        self._parts = parts
        self._held: dict[JobId, _Held] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix=f"pool-{parts.pool}")
        self._stopping = asyncio.Event()
        self._ended = threading.Event()
        self._ticked_at = parts.clock.monotonic()
        self._done_count = 0
        self._all_taken = False
        """Whether the last lease found less than was asked for: more comes with a bell."""

    async def run(self) -> None:
        """Work until `stop` is called, then end within ten seconds with nothing half done."""
        loop = asyncio.get_running_loop()
        beating = threading.Thread(target=self._beats, args=(loop,), name="beats", daemon=True)
        beating.start()
        ticking = loop.create_task(self._tick())
        try:
            await self._lease_until_stopped()
            await self._drain()
        finally:
            self._ended.set()
            ticking.cancel()
            beating.join(BEAT_SECONDS * 2)
            self._threads.shutdown(wait=False)

    def stop(self) -> None:
        """Lease nothing more; call it from the loop, as a signal handler of asyncio does."""
        self._stopping.set()

    async def _lease_until_stopped(self) -> None:
        faults_count = 0
        while not self._stopping.is_set():
            try:
                await self._lease_once()
                faults_count = 0
            except PortFault as fault:
                faults_count += 1
                _LOG.warning("pool %s: %s", self._parts.pool, fault)
                await self._pause(min(FAULT_WAIT_SECONDS_MAX, 0.5 * faults_count))

    async def _lease_once(self) -> None:
        parts = self._parts
        free = parts.concurrency - len(self._held)
        if free <= 0:
            tasks = [held.task for held in self._held.values()]
            stopping = asyncio.ensure_future(self._stopping.wait())
            await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            return
        count = min(free, LEASE_COUNT_MAX)
        for job in await self._asked(lambda: self._jobs(count)):
            task = asyncio.create_task(self._carry(job), name=job.job_id)
            self._held[job.job_id] = _Held(job, task, parts.clock.monotonic())

    def _jobs(self, count_max: int) -> Sequence[Job]:
        """Wait until there are jobs and lease them; none when told to stop. Runs in a thread.

        A bell and the lease that follows it are one step: the loop need not be woken in between.
        """
        queue, pool = self._parts.queue, self._parts.pool
        while not self._stopping.is_set():
            if self._all_taken:
                queue.wait([pool], seconds_max=POLL_SECONDS)
                self._all_taken = False
                continue
            # While a job is held its graph may block the loop, and no other would begin.
            begin = None if self._held else self._parts.begin
            found = queue.lease(pool, count_max=count_max, begin=begin)
            self._all_taken = len(found) < count_max
            if found:
                return found
        return ()

    async def _carry(self, job: Job) -> None:
        """Carry out one job. The pool boundary: whatever goes wrong ends this job only."""
        queue = self._parts.queue
        told = "lost"
        try:
            carrier = self._parts.carrier(job)
            self._held[job.job_id].carrier = carrier
            carried = await carrier.carry(job)
            if carried is Carried.ACK:
                await self._asked(lambda: queue.ack(job))
            told = "lost" if carried is Carried.LOST else "done"
        except asyncio.CancelledError:
            if not self._held[job.job_id].lost:
                queue.release(job)  # at shutdown; nothing else cancels a job that is ours
                told = "released"
        except UnableToCarry as fault:
            reason = str(fault)
            await self._asked(lambda: queue.bury(job, reason=reason))
            told = "buried"
        except PortFault as fault:
            reason = f"{type(fault).__name__}: {fault}"
            told = await self._again(job, reason, counted=not fault.retryable)
        except Exception as error:  # noqa: BLE001 - the pool boundary: a bug ends its own job only
            # Frames only: the message of an exception may hold a customer's words.
            frames = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("bug in job %s: %s\n%s", job.job_id, type(error).__name__, frames)
            told = await self._again(job, f"bug: {type(error).__name__}", counted=True)
        finally:
            del self._held[job.job_id]
            self._done_count += 1
            self._parts.watch(job, told)

    async def _again(self, job: Job, reason: str, *, counted: bool) -> str:
        """Give the job back to be tried later; while the store is away, for as long as it is ours.

        Else each moment without a database would cost every job under way an attempt.
        """
        queue, until = self._parts.queue, self._parts.clock.monotonic() + LEASE_SECONDS
        while True:
            try:
                await self._asked(lambda: queue.retry(job, reason=reason, counted=counted))
            except PortFault:
                if self._stopping.is_set() or self._parts.clock.monotonic() >= until:
                    return "left to its lease"
                await self._pause(GIVE_BACK_SECONDS)
            else:
                return "to be tried again"

    async def _drain(self) -> None:
        """Finish what is under way, or give it back."""
        tasks = [held.task for held in self._held.values()]
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1.0)

    async def _asked(self, question: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, question)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _tick(self) -> None:
        """Show that the loop turns, and tell when it does so late."""
        clock, told_at = self._parts.clock, float("-inf")
        while True:
            wait = TICK_SECONDS if self._held else BEAT_SECONDS
            expected = clock.monotonic() + wait
            await asyncio.sleep(wait)
            self._ticked_at = clock.monotonic()
            lag = self._ticked_at - expected
            if lag > LAG_SECONDS and self._ticked_at - told_at > LAG_TOLD_SECONDS:
                told_at = self._ticked_at
                pool, milliseconds = self._parts.pool, round(lag * 1000)
                _LOG.warning("pool %s: something blocked the loop for %s ms", pool, milliseconds)

    def _beats(self, loop: asyncio.AbstractEventLoop) -> None:
        """Prolong leases, look for cancelled runs, and tell the supervisor; in its own thread."""
        clock = self._parts.clock
        leases_at = stops_at = clock.monotonic()
        while not self._ended.wait(BEAT_SECONDS):
            now, held = clock.monotonic(), list(self._held.values())
            self._parts.beat(self._sign_of_life(held, now))
            try:
                if now - leases_at >= HEARTBEAT_SECONDS - BEAT_SECONDS:
                    leases_at = now
                    self._prolong(loop, [h for h in held if now - h.began_at < JOB_SECONDS_MAX])
                    self._parts.mourn()
                if held and now - stops_at >= STOPS_SECONDS:
                    stops_at = now
                    asked = self._parts.stopped([h.job for h in held])
                    _cancel(loop, [h for h in held if h.job.job_id in asked], lost=True)
            except PortFault as fault:
                _LOG.warning("pool %s: %s", self._parts.pool, fault)

    def _prolong(self, loop: asyncio.AbstractEventLoop, held: Sequence[_Held]) -> None:
        if held:
            lost = self._parts.queue.heartbeat([h.job for h in held])
            _cancel(loop, [h for h in held if h.job.job_id in lost], lost=True)

    def _sign_of_life(self, held: Sequence[_Held], now: float) -> Beat:
        return Beat(
            tick_age_seconds=now - self._ticked_at,
            held=tuple(
                HeldJob(
                    job=h.job,
                    age_seconds=now - h.began_at,
                    seconds_max=h.carrier.seconds_max(h.job) if h.carrier else JOB_SECONDS_MAX,
                )
                for h in held
            ),
            done_count=self._done_count,
        )


def _cancel(loop: asyncio.AbstractEventLoop, held: Sequence[_Held], *, lost: bool) -> None:
    for each in held:
        each.lost = lost
        loop.call_soon_threadsafe(each.task.cancel)
