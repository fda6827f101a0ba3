"""A thread: the life of one conversation with a graph, over several runs, waits and decisions.

The word as callers of the API know it (`mail_thread` is the other kind). Its state lives in sealed
checkpoints; what a person approves on it is the stored payload of a card, never what a client sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from bailiwick.domain.ids import ApprovalId, ContactId, PersonId, RunId
from bailiwick.kit.json_value import Json

GraphThreadId = NewType("GraphThreadId", str)
"""A UUID in its canonical text form, given by the client or made by us."""
CheckpointId = NewType("CheckpointId", str)

END_NODE: Final = "__end__"
"""The name under which a caller says that a thread is to end."""


class ThreadStatus(StrEnum):
    """Where a thread stands, in the words of the LangGraph API."""

    IDLE = "idle"
    BUSY = "busy"
    INTERRUPTED = "interrupted"
    """A graph waits for an answer."""
    ERROR = "error"


class ThreadRunStatus(StrEnum):
    """Where one run on a thread stands, in the words of the LangGraph API."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCESS = "success"
    """It came to its end, or to a wait for a person (api-compat 4)."""
    ERROR = "error"
    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"
    """It was cancelled."""


ENDED: Final = frozenset(
    {
        ThreadRunStatus.SUCCESS,
        ThreadRunStatus.ERROR,
        ThreadRunStatus.TIMEOUT,
        ThreadRunStatus.INTERRUPTED,
    }
)


class Multitask(StrEnum):
    """What a new run does while another one of its thread waits or works."""

    ENQUEUE = "enqueue"
    REJECT = "reject"
    INTERRUPT = "interrupt"
    """The other is cancelled, what it reached stays."""
    ROLLBACK = "rollback"
    """The other is cancelled and its state forgotten; records stay."""


class CancelAction(StrEnum):
    """What becomes of the state of a cancelled run."""

    INTERRUPT = "interrupt"
    ROLLBACK = "rollback"


class StreamMode(StrEnum):
    """What a run tells while it goes."""

    VALUES = "values"
    UPDATES = "updates"
    MESSAGES = "messages"
    """As `messages-tuple` of the API: a message part and its metadata."""
    CUSTOM = "custom"
    TASKS = "tasks"
    CHECKPOINTS = "checkpoints"
    DEBUG = "debug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """One interrupt that waits for an answer."""

    interrupt_id: str
    task_id: str
    value: Json
    response_schema: Mapping[str, Json] | None = None
    approval_id: ApprovalId | None = None
    """The card that is the truth of it; None on a graph that asks a question of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread as it stands."""

    thread_id: GraphThreadId
    created_at: datetime
    updated_at: datetime
    state_updated_at: datetime
    status: ThreadStatus
    metadata: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """The client's own; carries no authority. `graph_id` and `assistant_id` are written by runs."""
    config: Mapping[str, Json] = field(default_factory=dict[str, Json])
    values: Mapping[str, Json] | None = None
    """As the last run left them; None when there was none."""
    pauses: tuple[Pause, ...] = ()
    error: Mapping[str, Json] | None = None
    """`error` (name of the fault) and `message`."""
    capability: str = ""
    contact_id: ContactId | None = None
    """The contact that its plan is about; erasing the contact erases the thread."""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goto:
    """A node to go to; with `payload` that node runs on it instead of the state."""

    node: str
    payload: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Going on with a thread. Privileged, but for a plain `resume` of a graph's own question."""

    resume: Json = None
    has_resume: bool = False
    """Whether `resume` was given: null is an answer too."""
    update: Mapping[str, Json] | None = None
    goto: tuple[Goto, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """What a caller asks of a thread."""

    capability: str
    assistant_id: str = ""
    """The uuid under which the caller named it; kept for the caller."""
    input: Mapping[str, Json] | None = None
    """`contact_id` and perhaps `message_id` for Intake.CONTACT, the graph's input for STATE."""
    command: Command | None = None
    checkpoint_id: CheckpointId | None = None
    """Start from this older state (privileged)."""
    multitask: Multitask = Multitask.ENQUEUE
    stream_modes: tuple[StreamMode, ...] = ()
    """Empty: no events but the last are kept, so nobody can follow the run's middle."""
    stream_subgraphs: bool = False
    interrupt_before: tuple[str, ...] = ()
    interrupt_after: tuple[str, ...] = ()
    metadata: Mapping[str, Json] = field(default_factory=dict[str, Json])
    config: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """Kept for the caller; `recursion_limit` may lower the bound of steps, nothing else counts."""
    kwargs: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """Whatever else the caller sent, given back as it came."""
    due_at: datetime | None = None
    """Not before; None is now."""
    forget: bool = False
    """Delete the thread after the run, unless a step of it is held (a stateless run)."""
    requested_by: PersonId | None = None
    traceparent: str = ""
    """Where the caller stood in a trace; empty when it stood in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRun:
    """One run on a thread."""

    run_id: RunId
    """Its uuid form is `kit.ids.as_uuid(run_id)`."""
    thread_id: GraphThreadId
    status: ThreadRunStatus
    asked: NewRun
    created_at: datetime
    updated_at: datetime
    attempt: int = 0
    error: Mapping[str, Json] | None = None
    """`error` and `message` of a run that failed."""


class Verb(StrEnum):
    """What a person says to one held card."""

    APPROVE = "approve"
    EDIT = "edit"
    """Change the payload, and approve what it then is."""
    REJECT = "reject"
    DROP = "drop"
    """Reject without giving a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A person's decision on one interrupt that is a card; the card's stored payload counts."""

    interrupt_id: str
    verb: Verb
    message: str = ""
    changes: Mapping[str, str] = field(default_factory=dict[str, str])
    """For EDIT: the new value of each changed argument; the action is never changed."""
    payload_sha256: str = ""
    """What the person was shown; empty takes the hash that the interrupt itself showed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTask:
    """One task of a state: a node that is next, waits or was done."""

    task_id: str
    name: str
    path: tuple[Json, ...] = ()
    error: str | None = None
    pauses: tuple[Pause, ...] = ()
    checkpoint: Mapping[str, Json] | None = None
    state: "ThreadState | None" = None
    result: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadState:
    """The state of a thread at one checkpoint; `checkpoint_id` None on a thread never run."""

    values: Mapping[str, Json]
    next: tuple[str, ...] = ()
    tasks: tuple[StateTask, ...] = ()
    metadata: Mapping[str, Json] | None = None
    created_at: str | None = None
    checkpoint_id: CheckpointId | None = None
    checkpoint_ns: str = ""
    parent_checkpoint_id: CheckpointId | None = None
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadEvent:
    """One frame of a run's stream; `seq` is unique in the run and strictly rising."""

    seq: int
    event: str
    """`metadata`, a stream mode with a `|ns` suffix for subgraphs, `error` or `end`."""
    data: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """How a run stands after waiting for it."""

    run: ThreadRun
    values: Mapping[str, Json] | None
    pauses: tuple[Pause, ...]
    error: Mapping[str, Json] | None


class ThreadSort(StrEnum):
    """By what threads are listed."""

    THREAD_ID = "thread_id"
    STATUS = "status"
    CREATED_AT = "created_at"
    UPDATED_AT = "updated_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadQuery:
    """Which threads a caller wants to see; everything given must hold."""

    metadata: Mapping[str, Json] = field(default_factory=dict[str, Json])
    """Each key must be there with this value; objects are compared part by part."""
    values: Mapping[str, Json] = field(default_factory=dict[str, Json])
    ids: tuple[GraphThreadId, ...] = ()
    status: ThreadStatus | None = None
    sort_by: ThreadSort = ThreadSort.UPDATED_AT
    descending: bool = True
    limit: int = 10
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """One page of threads and how many there are in all."""

    items: tuple[Thread, ...]
    total_count: int
