"""What a unit can do with threads, their runs and their events: rows only, sealed parts as bytes.

`engine/thread/threads.py` seals and opens them; nobody else reads the sealed parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from bailiwick.domain.ids import ContactId, RunId
from bailiwick.domain.thread import GraphThreadId, ThreadRunStatus, ThreadStatus

THREAD_LEASE_SECONDS: Final = 20  # engine.md 4: lease 20 s, heartbeat 5 s
THREAD_HEARTBEAT_SECONDS: Final = 5
EVENTS_COUNT_MAX: Final = 10_000  # ours: frames kept of one run; bounds a stream that never ends


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRow:
    """A thread as stored."""

    thread_id: GraphThreadId
    created_at: datetime
    updated_at: datetime
    state_updated_at: datetime
    status: ThreadStatus
    face: bytes
    """Metadata, config, error and pauses, sealed."""
    state: bytes | None = None
    """Values as the last run left them, sealed."""
    capability: str = ""
    contact_id: ContactId | None = None
    root_run_id: RunId | None = None
    """The run whose plan the thread waits for."""
    made_by: str = ""
    """Who made it, by id; empty for what the engine made for nobody."""
    expires_at: datetime | None = None
    paused_version: str = ""
    paused_shape: str = ""
    """Hash of the nodes and state keys of the graph that the thread waits in."""
    fence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRunRow:
    """A run on a thread as stored."""

    run_id: RunId
    thread_id: GraphThreadId
    root_run_id: RunId | None
    """The run whose plan it goes on with; its own id when it plans itself."""
    capability: str
    status: ThreadRunStatus
    asked: bytes
    """What was asked, sealed; empty when a decision rang for it."""
    created_at: datetime
    updated_at: datetime
    due_at: datetime
    cancel: str = ""
    attempt: int = 0
    """How often it was begun; -1 while it is set aside until a decision is stored."""
    forget: bool = False
    error: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEventRow:
    """One frame of a run's stream as stored."""

    run_id: RunId
    thread_id: GraphThreadId
    seq: int
    event: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadLease:
    """The right to write one thread; `fence` rises with each, so an older holder writes nothing."""

    thread_id: GraphThreadId
    holder: str
    fence: int


class Threads(Protocol):
    """Threads of one workspace."""

    def add(self, row: ThreadRow) -> bool:
        """Store a thread; False when its id is taken."""
        ...

    def add_walked(
        self, thread: ThreadRow, run: ThreadRunRow, frames: Sequence[ThreadEventRow]
    ) -> None:
        """Store a new thread with a run that has ended and its frames; nobody waits for them.

        Its ids are new; a commit in which one is taken raises IntegrityFault.
        """
        ...

    def get(self, thread_id: GraphThreadId) -> ThreadRow | None:
        """Return a thread."""
        ...

    def save(self, row: ThreadRow) -> bool:
        """Replace what a thread shows, its lease left as it is; False when there is none."""
        ...

    def delete(self, thread_id: GraphThreadId) -> bool:
        """Delete a thread with its runs, events and checkpoints; False when there is none."""
        ...

    def page(
        self,
        *,
        status: ThreadStatus | None,
        ids: Sequence[GraphThreadId],
        after: GraphThreadId | None,
        size: int,
    ) -> Sequence[ThreadRow]:
        """Return threads by id, from one on; an empty `ids` means all."""
        ...

    def expired(self, *, at: datetime, count_max: int) -> Sequence[GraphThreadId]:
        """Return threads whose time is over and that nobody works on."""
        ...

    def about(self, contact_id: ContactId) -> Sequence[GraphThreadId]:
        """Return the threads of a contact."""
        ...

    def lease(self, thread_id: GraphThreadId, *, holder: str, seconds: int) -> ThreadLease | None:
        """Take a thread for writing; None while somebody else holds it."""
        ...

    def renew(self, lease: ThreadLease, *, seconds: int) -> bool:
        """Prolong a lease; False when it was lost, and then nothing more may be written."""
        ...

    def release(self, lease: ThreadLease) -> bool:
        """Give a thread back."""
        ...

    def add_run(self, row: ThreadRunRow) -> None:
        """Store a run."""
        ...

    def run(self, run_id: RunId) -> ThreadRunRow | None:
        """Return a run."""
        ...

    def save_run(self, row: ThreadRunRow) -> bool:
        """Replace a run unless it has ended; False then, or when there is none."""
        ...

    def ask_cancel(self, run_id: RunId, action: str, *, at: datetime) -> bool:
        """Ask for the end of a run that has not ended."""
        ...

    def delete_run(self, run_id: RunId) -> bool:
        """Delete a run and its events."""
        ...

    def runs(
        self, thread_id: GraphThreadId, *, status: ThreadRunStatus | None
    ) -> Sequence[ThreadRunRow]:
        """Return the runs of a thread, oldest first."""
        ...

    def next_run(self, thread_id: GraphThreadId, *, at: datetime) -> ThreadRunRow | None:
        """Return the run that is to be carried out next: one begun before, else the oldest due."""
        ...

    def of_plan(self, run_id: RunId) -> ThreadRow | None:
        """Return the thread that waits for the plan of a run, or of a run it started."""
        ...

    def ring(self, thread_id: GraphThreadId, *, at: datetime) -> RunId:
        """Make sure that a run goes on with a thread whose card was decided; return its id.

        One that waits already, or was set aside for this decision, takes it along.
        """
        ...

    def stranded(self, *, before: datetime, count_max: int) -> Sequence[ThreadRunRow]:
        """Return runs due before an instant whose thread nobody works on."""
        ...

    def add_events(self, rows: Sequence[ThreadEventRow], *, at: datetime) -> None:
        """Store frames of a run."""
        ...

    def events(self, run_id: RunId, *, after: int, size: int) -> Sequence[ThreadEventRow]:
        """Return frames after a number, in order."""
        ...

    def forget_events(self, *, before: datetime) -> int:
        """Delete the frames of runs that were written before an instant."""
        ...
