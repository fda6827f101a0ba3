"""Binds steps and fragments to LangGraph nodes: a step is handed readers, a fragment the desk.

Both sit in one Context, so that a capability, which may not import the desk, cannot reach it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from langgraph.runtime import Runtime

from bailiwick.graph.carried import Delta
from bailiwick.ports.deps import Deps
from bailiwick.ports.desk import Desk

S = TypeVar("S")
D = TypeVar("D", bound=Delta)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What one run of a compiled graph is given."""

    deps: Deps
    desk: Desk


def step(work: Callable[[S, Deps], Awaitable[D]]) -> Callable[[S, Runtime[Context]], Awaitable[D]]:
    """Return the node of a step; it hands on the readers and nothing else."""

    async def node(state: S, runtime: Runtime[Context]) -> D:
        return await work(state, runtime.context.deps)

    return node


def fragment(
    work: Callable[[S, Desk], Awaitable[D]],
) -> Callable[[S, Runtime[Context]], Awaitable[D]]:
    """Return the node of a shared fragment; it hands on the desk."""

    async def node(state: S, runtime: Runtime[Context]) -> D:
        return await work(state, runtime.context.desk)

    return node
