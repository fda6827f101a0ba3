"""Queued work: a job is a doorbell, the row it names is the truth (decision 0022).

A job holds ids only. It is enqueued in the transaction of the state it belongs to, is delivered at
least once, and whoever carries it out must hold its current fence to write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from bailiwick.domain.ids import JobId, WorkspaceId
from bailiwick.domain.pool import Pool

ATTEMPTS_COUNT_MAX: Final = 5  # reliability R8: dead letter after at most five
LEASE_SECONDS: Final = 20  # engine.md 4: lease 20 s, heartbeat 5 s, reaper 5 s: takeover <= 25 s
HEARTBEAT_SECONDS: Final = 5
REAP_SECONDS: Final = 5


class JobKind(StrEnum):
    """What a job asks its pool to do with the row it names."""

    RUN = "run"
    """Carry out the stored run of that id."""
    RESUME = "resume"
    """Go on with the thread of that id, whose person or time has answered."""
    WEBHOOK = "webhook"
    """Deliver the stored event to its endpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """Work to be queued."""

    kind: JobKind
    pool: Pool
    subject: str
    """The id of the row that is the truth."""
    due_at: datetime
    priority: int = 0
    """Higher goes first."""
    dedupe_key: str = ""
    """While a job with this key waits or is carried out, another changes nothing."""


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

    waiting_count: int
    """Due now."""
    later_count: int
    leased_count: int
    buried_count: int


class Jobs(Protocol):
    """What a unit can do with jobs of its workspace, inside its own transaction."""

    def enqueue(self, job: NewJob) -> Enqueued | Full:
        """Queue a job: it exists if and only if the unit commits."""
        ...

    def cancel(self, job_id: JobId) -> bool:
        """Take back a job that nobody has leased; False when it is too late."""
        ...


class Queue(Protocol):
    """What a worker does with the jobs of all workspaces. Each call is a transaction of its own."""

    def lease(self, pool: Pool, *, count_max: int) -> Sequence[Job]:
        """Take due jobs by priority, due time and age, workspaces in turn.

        Attempt and fence rise by one with the lease. The database's clock decides what is due.
        """
        ...

    def heartbeat(self, jobs: Sequence[Job]) -> frozenset[JobId]:
        """Prolong leases and return those that were lost: their work must stop and not write."""
        ...

    def ack(self, job: Job) -> bool:
        """Forget a finished job; False when the lease was lost."""
        ...

    def retry(self, job: Job, *, due_at: datetime, reason: str) -> bool:
        """Put a job back until a time; after the last attempt it is buried instead."""
        ...

    def bury(self, job: Job, *, reason: str) -> bool:
        """Set a job aside for a person: listed, explained, replayable."""
        ...

    def release(self, job: Job) -> bool:
        """Give a job back untouched, as at shutdown; the attempt does not count."""
        ...

    def reap(self) -> int:
        """Free jobs whose lease is over; return how many."""
        ...

    def depth(self, pool: Pool) -> Depth:
        """Count a pool's jobs."""
        ...

    def wait(self, pools: Sequence[Pool], *, seconds_max: float) -> None:
        """Return when a job may be due in one of the pools, or when the time is over."""
        ...
