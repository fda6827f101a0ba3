"""Spans: what a part says of its work, its place in the tree, and the tracer that says nothing.

A span carries attributes of three classes only (capabilities 28a): who and what it was about, the
shape of a call, and what it cost. There is no attribute for a body or for personal data, so none
can be sent; a text that is no plain token is replaced.
"""

import re
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType, TracebackType
from typing import Final, Protocol, Self, TypeAlias

_TRACEPARENT: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_is_token: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:/+\-]{0,119}").fullmatch
_VERSION: Final = "00"
_NO_VERSION: Final = "ff"  # W3C Trace Context 1, 3.2.2.1: never valid
UNFIT: Final = "unfit"
"""Stands where a text was no plain token: a blank, an @ or more than 120 characters."""


class SpanName(StrEnum):
    """What a span covers."""

    REQUEST = "request"
    JOB = "job"
    SWEEP = "sweep"
    INTAKE = "intake"
    RUN = "run"
    NODE = "node"
    JUDGE = "judge"
    DISPATCH = "dispatch"
    ASK = "ask"
    CHAT = "chat"
    DELIVER = "deliver"
    SEND = "send"
    DECISION = "decision"
    AUDIT = "audit"


ROOTS: Final = frozenset(
    {SpanName.REQUEST, SpanName.JOB, SpanName.SWEEP, SpanName.INTAKE, SpanName.RUN, SpanName.AUDIT}
)
"""Spans that may stand at the top; any other one there tells that the context was lost."""


class Identity(StrEnum):
    """Whom and what a span is about; never a person outside."""

    WORKSPACE = "bailiwick.workspace"
    RUN = "bailiwick.run"
    CAPABILITY = "gen_ai.agent.name"
    CAPABILITY_VERSION = "gen_ai.agent.version"
    SIGNAL = "bailiwick.signal"
    PLAN = "bailiwick.plan"
    STEP = "bailiwick.step"
    APPROVAL = "bailiwick.approval"
    EFFECT = "bailiwick.effect"
    MODEL_CALL = "bailiwick.model_call"
    JOB = "bailiwick.job"
    THREAD = "gen_ai.conversation.id"
    EXPERIMENT = "bailiwick.experiment"


class CallShape(StrEnum):
    """How a call was made and how it ended: names, versions, codes and counts."""

    OPERATION = "gen_ai.operation.name"
    PROVIDER = "gen_ai.provider.name"
    MODEL = "gen_ai.request.model"
    MODEL_RESOLVED = "gen_ai.response.model"
    TOKENS_MAX = "gen_ai.request.max_tokens"
    PROMPT = "bailiwick.prompt.name"
    PROMPT_VERSION = "bailiwick.prompt.version"
    TIER = "bailiwick.tier"
    SOURCE = "bailiwick.source"
    REASON = "bailiwick.reason"
    ATTEMPTS = "bailiwick.attempts"
    NODE = "bailiwick.node"
    ACTION = "bailiwick.action"
    STATUS = "bailiwick.status"
    VERDICT = "bailiwick.verdict"
    STEPS = "bailiwick.steps"
    HELD = "bailiwick.steps.held"
    REFUSED = "bailiwick.steps.refused"
    DEPTH = "bailiwick.depth"
    COUNT = "bailiwick.count"
    ROUTE = "http.route"
    METHOD = "http.request.method"
    CODE = "http.response.status_code"
    POOL = "bailiwick.pool"
    FAULT = "error.type"


class Cost(StrEnum):
    """What it cost: whole numbers."""

    TOKENS_IN = "gen_ai.usage.input_tokens"
    TOKENS_OUT = "gen_ai.usage.output_tokens"
    TOKENS_CACHED = "gen_ai.usage.cache_read.input_tokens"
    TOKENS_REASONING = "gen_ai.usage.reasoning.output_tokens"
    PICODOLLARS = "bailiwick.cost.picodollars"


Attribute: TypeAlias = Identity | CallShape | Cost
Value: TypeAlias = str | int | bool
Attributes: TypeAlias = Mapping[Attribute, Value]
NOTHING: Final[Attributes] = MappingProxyType({})


_KINDS: Final = frozenset({Identity, CallShape, Cost})


def checked(attribute: Attribute, value: Value) -> Value:
    """Return what may be kept of a value: numbers and plain tokens; other text becomes UNFIT."""
    kind = type(attribute)
    assert kind in _KINDS, "a span has no other attributes"
    if isinstance(value, int):
        return value
    assert isinstance(value, str), "a span holds texts and whole numbers"
    assert kind is not Cost, "costs are numbers"
    return str(value) if _is_token(value) else UNFIT


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceContext:
    """A place in a trace, as W3C Trace Context carries it from one process to the next."""

    trace_id: int
    span_id: int
    sampled: bool = True
    remote: bool = False
    """It came from outside this process."""

    @property
    def traceparent(self) -> str:
        """The header that hands this place on."""
        return f"{_VERSION}-{self.trace_id:032x}-{self.span_id:016x}-{int(self.sampled):02x}"


def read_traceparent(header: str) -> TraceContext | None:
    """Read a header or a stored place; None when there is none that can be used."""
    found = _TRACEPARENT.fullmatch(header.strip())
    if found is None:
        return None
    version, trace_id, span_id, flags, more = found.groups()
    if version == _NO_VERSION or (version == _VERSION and more is not None):
        return None
    if int(trace_id, 16) == 0 or int(span_id, 16) == 0:
        return None
    return TraceContext(
        trace_id=int(trace_id, 16),
        span_id=int(span_id, 16),
        sampled=bool(int(flags, 16) & 1),
        remote=True,
    )


_CURRENT: Final[ContextVar[TraceContext | None]] = ContextVar("trace_context", default=None)
_RUN: Final[ContextVar[str]] = ContextVar("trace_run", default="")


def current() -> TraceContext | None:
    """Return where this task stands in a trace; None when nothing is traced."""
    return _CURRENT.get()


def current_traceparent() -> str:
    """Return the header that hands the current place on; empty when nothing is traced."""
    context = _CURRENT.get()
    return "" if context is None else context.traceparent


def current_run() -> str:
    """Return the id of the run under way; empty outside a run."""
    return _RUN.get()


def enter(context: TraceContext) -> Token[TraceContext | None]:
    """Let what follows stand under a place, until `leave` is called with what this returns."""
    return _CURRENT.set(context)


def leave(token: Token[TraceContext | None]) -> None:
    """Go back to where the task stood before."""
    try:
        _CURRENT.reset(token)
    except ValueError:  # another task than entered leaves
        _CURRENT.set(None)


@contextmanager
def placed(context: TraceContext | None) -> Generator[None]:
    """Let what follows stand under a place; None leaves it where it is."""
    if context is None:
        yield
        return
    token = enter(context)
    try:
        yield
    finally:
        leave(token)


@contextmanager
def running(run_id: str) -> Generator[None]:
    """Name the run under way, for logs."""
    token = _RUN.set(run_id)
    try:
        yield
    finally:
        _RUN.reset(token)


class Span(Protocol):
    """A piece of work under way."""

    def set(self, attributes: Attributes) -> None:
        """Say more about the work."""
        ...

    def failed(self, kind: str) -> None:
        """Mark the work as failed, by the name of a fault and never by its message."""
        ...


class Tracer(Protocol):
    """Makes spans. It never raises and never changes what the work does."""

    @property
    def on(self) -> bool:
        """Whether anything is kept: else nobody needs to find out what a span would carry."""
        ...

    def span(
        self,
        name: SpanName,
        attributes: Attributes = NOTHING,
        *,
        parent: TraceContext | None = None,
    ) -> AbstractContextManager[Span]:
        """Open a span under a parent, or under the current one; an exception marks it as failed."""
        ...


class _Silent:
    """A span that keeps nothing."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        return

    def set(self, attributes: Attributes) -> None:
        """Keep nothing."""

    def failed(self, kind: str) -> None:
        """Keep nothing."""


_SILENT: Final = _Silent()


class Untraced:
    """The tracer that is on when tracing is off."""

    __slots__ = ()

    @property
    def on(self) -> bool:
        """Nothing is kept."""
        return False

    def span(
        self,
        name: SpanName,
        attributes: Attributes = NOTHING,
        *,
        parent: TraceContext | None = None,
    ) -> AbstractContextManager[Span]:
        """Return the one silent span."""
        del name, attributes, parent
        return _SILENT


UNTRACED: Final[Tracer] = Untraced()
