"""Queued work: a job is a doorbell, the row it names is the truth (decision 0022).

A job holds ids only. It is enqueued in the transaction of the state it belongs to, is delivered at
least once, and whoever carries it out must hold its current fence to write: the holder's results
and `unit.jobs.finish(job)` belong into one unit. Times are the database's; a `due_at` is an
absolute instant, and None means at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from bailiwick.domain.ids import JobId, WorkspaceId
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import RunRow
from bailiwick.kit.paging import Page
from bailiwick.ports.queued_runs import QueuedRuns

ATTEMPTS_COUNT_MAX: Final = 5  # reliability R8: dead letter after at most five
LEASES_COUNT_MAX: Final = 50  # ours: also of attempts that do not count; ten minutes of bad luck,
# and what kills its worker before the work begins is buried in the end, too
LEASE_SECONDS: Final = 20  # engine.md 4: lease 20 s, heartbeat 5 s, reaper 5 s: takeover <= 25 s
HEARTBEAT_SECONDS: Final = 5
REAP_SECONDS: Final = 5
POLL_SECONDS: Final = 2.0  # ours: the safety net under the bells, decision 0024
WAITING_COUNT_MAX: Final = 10_000  # ours: of one pool in one workspace; beyond it 429
RETRY_AFTER_SECONDS: Final = 5  # ours: what a caller of a full pool is told
LEASE_COUNT_MAX: Final = 256  # engine.md 4: the largest batch that was measured


class JobKind(StrEnum):
    """What a job asks its pool to do with the row it names."""

    RUN = "run"
    """Carry out the stored run of that id."""
    RESUME = "resume"
    """Go on with the thread of that id, whose person or time has answered."""
    WEBHOOK = "webhook"
    """Deliver the stored event to its endpoint."""
    SCHEDULE = "schedule"
    """Start what the schedule of that id names: its occurrence has come."""
    CHORE = "chore"
    """Do the housekeeping of that name, such as a sweep."""


class JobState(StrEnum):
    """Where a job stands; a finished one is forgotten."""

    WAITING = "waiting"
    LEASED = "leased"
    BURIED = "buried"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """Work to be queued."""

    kind: JobKind
    pool: Pool
    subject: str
    """The id of the row that is the truth."""
    due_at: datetime | None = None
    """None is at once, by the database's clock."""
    priority: int = 0
    """Higher goes first."""
    dedupe_key: str = ""
    """While a job of the workspace with this key waits or is leased, another changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A leased job: `fence` rises with every lease, so an older holder can write nothing."""

    job_id: JobId
    workspace_id: WorkspaceId
    kind: JobKind
    pool: Pool
    subject: str
    attempt: int
    fence: int
    lease_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunJob(Job):
    """A leased job whose run was claimed with the lease."""

    run: RunRow


Begin: TypeAlias = Callable[[QueuedRuns, Job, str], RunRow | None]
"""Claims the run of a job that is being leased, by the name of its capability, or leaves it.

Called within the lease's transaction: it may wait for nobody.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuriedJob:
    """A job that was set aside, and why."""

    job_id: JobId
    kind: JobKind
    pool: Pool
    subject: str
    attempt: int
    reason: str
    buried_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueued:
    """The job is stored once the unit commits; `fresh` is False when its dedupe key was there."""

    job_id: JobId
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """The pool takes no more now; nothing was stored."""

    pool: Pool
    retry_after_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much waits in a pool."""

    waiting_count: int = 0
    """Due now."""
    later_count: int = 0
    leased_count: int = 0
    buried_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolLimits:
    """What a workspace may ask of a pool; kept in the database, so the same on every machine."""

    waiting_count_max: int = WAITING_COUNT_MAX
    leased_count_max: int = 0
    """How many jobs may be carried out at once over all machines; 0 is without a limit."""
    per_minute_max: int = 0
    """How many leases a minute, as a bucket of tokens; 0 is without a limit."""
    burst_max: int = 1
    """How many tokens the bucket holds."""


class Jobs(Protocol):
    """What a unit can do with jobs of its workspace, inside its own transaction."""

    def enqueue(self, job: NewJob) -> Enqueued | Full:
        """Queue a job: it exists if and only if the unit commits."""
        ...

    def cancel(self, job_id: JobId) -> bool:
        """Take back a job that nobody has leased; False when it is too late."""
        ...

    def finish(self, job: Job) -> bool:
        """Forget a job together with the results of this unit.

        False when the lease was lost: the holder must leave the unit without committing.
        """
        ...

    def buried(self, *, pool: Pool | None, cursor: str | None, size: int) -> Page[BuriedJob]:
        """Return dead letters with their reasons, oldest first."""
        ...

    def replay(self, job_id: JobId) -> bool:
        """Let a dead letter start anew; False when there is none, or its key waits again."""
        ...

    def limit(self, pool: Pool, limits: PoolLimits) -> None:
        """Set what this workspace may ask of a pool."""
        ...

    def limits(self, pool: Pool) -> PoolLimits:
        """Return what this workspace may ask of a pool."""
        ...

    def depth(self, pool: Pool) -> Depth:
        """Count this workspace's jobs of a pool."""
        ...


class Queue(Protocol):
    """What a worker does with the jobs of all workspaces. Each call is a transaction of its own."""

    def lease(self, pool: Pool, *, count_max: int, begin: Begin | None = None) -> Sequence[Job]:
        """Take due jobs by priority, due time and id, workspaces in turn within a priority.

        Attempt and fence rise by one with the lease. The database's clock decides what is due.
        Leases that are over are freed on the way, at most once in REAP_SECONDS. With `begin` the
        claims of runs are part of the lease's transaction: it is for who begins them at once.
        """
        ...

    def heartbeat(self, jobs: Sequence[Job]) -> frozenset[JobId]:
        """Prolong leases and return those that were lost: their work must stop and not write."""
        ...

    def ack(self, job: Job) -> bool:
        """Forget a finished job; False when the lease was lost."""
        ...

    def ack_all(self, jobs: Sequence[Job]) -> frozenset[JobId]:
        """Forget finished jobs in one transaction and return those whose lease was lost."""
        ...

    def retry(
        self, job: Job, *, due_at: datetime | None = None, reason: str, counted: bool = True
    ) -> bool:
        """Put a job back until a time, or for a full-jitter wait by its attempt when there is none.

        An attempt that failed for no fault of the job's, as when the database went away, does not
        count. After the last attempt, or LEASES_COUNT_MAX leases, the job is buried instead. False
        when the lease was lost.
        """
        ...

    def take_back(self, job: Job, *, reason: str) -> bool:
        """Put back the job of a holder that is known to be dead, as `retry` does.

        The attempt counts if the work had begun: with the claim of a run, else with the lease.
        """
        ...

    def bury(self, job: Job, *, reason: str) -> bool:
        """Set a job aside for a person: listed, explained, replayable. False: lease lost."""
        ...

    def release(self, job: Job) -> bool:
        """Give a job back untouched, as at shutdown; the attempt does not count."""
        ...

    def reap(self) -> int:
        """Free jobs whose lease is over, bury those at their last attempt; return how many.

        What counts as an attempt is as for `take_back`.
        """
        ...

    def fire(self) -> int:
        """Queue the occurrences of schedules that have come, each once; return how many.

        `lease` does it on the way, at most once in POLL_SECONDS.
        """
        ...

    def depth(self, pool: Pool) -> Depth:
        """Count a pool's jobs over all workspaces."""
        ...

    def depths(self, pool: Pool) -> dict[WorkspaceId, Depth]:
        """Count a pool's jobs by workspace, without those that have none."""
        ...

    def wait(self, pools: Sequence[Pool], *, seconds_max: float) -> None:
        """Return when a job may be due in one of the pools, at the latest after POLL_SECONDS.

        The first call for these pools begins to listen and returns at once, so that whoever leases
        before each wait misses nothing.
        """
        ...

    def close(self) -> None:
        """Stop listening and let go of what that needed."""
        ...
