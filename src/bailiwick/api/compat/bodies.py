"""What clients of the compatible API send, as checked at the edge.

Keys that we do not know are ignored, as the original does; those that we know and cannot honour
are refused by the routes.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

LIMIT_MAX: Final = 1_000  # ours: rows of one answer
OFFSET_MAX: Final = 1_000_000  # ours: as far as anybody turns pages
IDS_COUNT_MAX: Final = 1_000  # ours: named in one search
NAME_LENGTH_MAX: Final = 200  # ours: of a node, a mode or a graph
AFTER_SECONDS_MAX: Final = 366 * 86_400  # ours: a year; what is later is a schedule's

Object = dict[str, JsonValue]
Limit = Annotated[int, Field(ge=1, le=LIMIT_MAX)]
Offset = Annotated[int, Field(ge=0, le=OFFSET_MAX)]
Name = Annotated[str, Field(max_length=NAME_LENGTH_MAX)]
Names = Annotated[list[Name], Field(max_length=100)]
Select = Annotated[list[Name], Field(max_length=50)] | None
SortOrder = Literal["asc", "desc"]


class Body(BaseModel):
    """A body whose unknown keys are ignored."""

    model_config = ConfigDict(extra="ignore")


class Checkpoint(Body):
    """Which state of a thread is meant."""

    thread_id: str | None = None
    checkpoint_id: Name | None = None
    checkpoint_ns: Name = ""


class AssistantQuery(Body):
    """Which assistants a client looks for."""

    metadata: Object = {}
    graph_id: Name | None = None
    name: Name | None = None
    limit: Limit = 10
    offset: Offset = 0
    sort_by: Name | None = None
    sort_order: SortOrder = "desc"
    select: Select = None


Minutes = Annotated[float, Field(gt=0, le=60 * 24 * 3660)]


class Ttl(Body):
    """How long a thread stays."""

    ttl: Minutes


class ThreadMade(Body):
    """A new thread."""

    thread_id: str | None = None
    metadata: Object = {}
    if_exists: Literal["raise", "do_nothing"] = "raise"
    ttl: Ttl | Minutes | None = None
    supersteps: list[JsonValue] | None = None

    @field_validator("supersteps")
    @classmethod
    def _made_empty(cls, value: list[JsonValue] | None) -> list[JsonValue] | None:
        """Refuse a history made elsewhere: nothing of it was judged here."""
        if value:
            message = "a thread begins empty here; write its state with POST /threads/{id}/state"
            raise ValueError(message)
        return value


class ThreadChange(Body):
    """A change of a thread's metadata."""

    metadata: Object = {}
    ttl: Ttl | Minutes | None = None


class ThreadSearch(Body):
    """Which threads a client looks for."""

    metadata: Object = {}
    values: Object = {}
    ids: Annotated[list[str], Field(max_length=IDS_COUNT_MAX)] = []
    status: Literal["idle", "busy", "interrupted", "error"] | None = None
    limit: Limit = 10
    offset: Offset = 0
    sort_by: Literal["thread_id", "status", "created_at", "updated_at", "state_updated_at"] = (
        "updated_at"
    )
    sort_order: SortOrder = "desc"
    select: Select = None


class StateAt(Body):
    """Which state of a thread a client wants."""

    checkpoint: Checkpoint
    subgraphs: bool = False


class StateWrite(Body):
    """State written by hand."""

    values: Object | list[Object] | None = None
    as_node: Name | None = None
    checkpoint: Checkpoint | None = None
    checkpoint_id: Name | None = None


class HistoryQuery(Body):
    """Which states of a thread's past a client wants."""

    limit: Limit = 10
    before: Object | Name | None = None
    metadata: Object | None = None
    checkpoint: Checkpoint | None = None


class CommandBody(Body):
    """How a thread is to go on."""

    resume: JsonValue = None
    update: Object | None = None
    goto: JsonValue = None


class RunBody(BaseModel):
    """A run that a client asks for."""

    model_config = ConfigDict(extra="allow")

    assistant_id: Name
    input: Object | None = None
    command: CommandBody | None = None
    config: Object | None = None
    context: Object | None = None
    metadata: Object = {}
    stream_mode: Name | Names | None = None
    stream_subgraphs: bool = False
    stream_resumable: bool = False
    interrupt_before: Literal["*"] | Names | None = None
    interrupt_after: Literal["*"] | Names | None = None
    checkpoint: Checkpoint | None = None
    checkpoint_id: Name | None = None
    multitask_strategy: Literal["reject", "rollback", "interrupt", "enqueue"] = "enqueue"
    if_not_exists: Literal["create", "reject"] = "reject"
    on_disconnect: Literal["cancel", "continue"] = "continue"
    on_completion: Literal["delete", "keep"] = "delete"
    after_seconds: float = Field(default=0, ge=0, le=AFTER_SECONDS_MAX)
    webhook: str | None = None


class CronMade(BaseModel):
    """A new schedule."""

    model_config = ConfigDict(extra="allow")

    assistant_id: Name
    schedule: Name
    timezone: Name | None = None
    input: Object | None = None
    config: Object | None = None
    metadata: Object = {}
    end_time: datetime | None = None
    enabled: bool = True
    on_run_completed: Literal["delete", "keep"] = "delete"
    multitask_strategy: Literal["reject", "rollback", "interrupt", "enqueue"] = "enqueue"
    webhook: str | None = None


class CronChange(Body):
    """A change of a schedule; what is not given stays."""

    schedule: Name | None = None
    timezone: Name | None = None
    input: Object | None = None
    metadata: Object | None = None
    end_time: datetime | None = None
    enabled: bool | None = None


class CronSearch(Body):
    """Which schedules a client looks for."""

    assistant_id: Name | None = None
    thread_id: Name | None = None
    enabled: bool | None = None
    metadata: Object = {}
    limit: Limit = 10
    offset: Offset = 0
    sort_by: Name | None = None
    sort_order: SortOrder = "desc"
    select: Select = None


class ItemKept(Body):
    """A value to keep."""

    namespace: Names
    key: str
    value: Object
    ttl: float | None = None
    """Minutes."""
    index: JsonValue = None


class ItemForgotten(Body):
    """A value to forget."""

    namespace: Names = []
    key: str


class ItemSearch(Body):
    """Which values a client looks for."""

    namespace_prefix: Names = []
    filter: Object | None = None
    limit: Limit = 10
    offset: Offset = 0
    query: str | None = None
    refresh_ttl: bool | None = None


class NamespaceSearch(Body):
    """Which namespaces a client looks for."""

    prefix: Names | None = None
    suffix: Names | None = None
    max_depth: int | None = Field(default=None, ge=1)
    limit: Limit = 100
    offset: Offset = 0
