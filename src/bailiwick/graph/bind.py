"""Binds steps and fragments to LangGraph nodes: a step is handed readers, a fragment the desk.

Both sit in one Context, so that a capability, which may not import the desk, cannot reach it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TypeVar

from langgraph.runtime import Runtime

from bailiwick.graph.carried import Delta
from bailiwick.ports.deps import Deps
from bailiwick.ports.desk import Desk
from bailiwick.ports.trace import UNTRACED, CallShape, SpanName, Tracer

R = TypeVar("R", bound=StrEnum)
S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What one run of a compiled graph is given."""

    deps: Deps
    desk: Desk
    tracer: Tracer = UNTRACED


def step(
    work: Callable[[S, Deps], Awaitable[Delta]],
) -> Callable[[S, Runtime[Context]], Awaitable[Mapping[str, object]]]:
    """Return the node of a step; it hands on the readers and nothing else."""
    name = getattr(work, "__name__", "node")

    async def node(state: S, runtime: Runtime[Context]) -> Mapping[str, object]:
        context = runtime.context
        with context.tracer.span(SpanName.NODE, {CallShape.NODE: name}):
            return changes(await work(state, context.deps))

    return node


def fragment(
    work: Callable[[S, Desk], Awaitable[Delta]],
) -> Callable[[S, Runtime[Context]], Awaitable[Mapping[str, object]]]:
    """Return the node of a shared fragment; it hands on the desk."""
    name = getattr(work, "__name__", "node")

    async def node(state: S, runtime: Runtime[Context]) -> Mapping[str, object]:
        context = runtime.context
        with context.tracer.span(SpanName.NODE, {CallShape.NODE: name}):
            return changes(await work(state, context.desk))

    return node


def route(way: Callable[[S], R]) -> Callable[[S], Awaitable[R]]:
    """Return a router that is awaited: LangGraph hands a plain function to another thread."""

    @wraps(way)
    async def router(state: S) -> R:
        return way(state)

    return router


def changes(delta: Delta) -> Mapping[str, object]:
    """Return exactly the fields that were set, None among them.

    LangGraph given the model itself would also write each unset field whose default is not None.
    """
    return {name: getattr(delta, name) for name in delta.model_fields_set}
