"""Nine nodes in a row, each of which counts."""

import operator
from collections.abc import Awaitable, Callable
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from bailiwick_probes.nothing import Nothing


class Counted(TypedDict, total=False):
    """How far it came."""

    count: int
    trail: Annotated[list[str], operator.add]


def counting(name: str) -> Callable[[Counted, Runtime[Nothing]], Awaitable[Counted]]:
    """Return a node of this name."""

    async def node(state: Counted, runtime: Runtime[Nothing]) -> Counted:
        del runtime
        return {"count": state.get("count", 0) + 1, "trail": [name]}

    return node


def build() -> StateGraph[Counted, Nothing]:
    """Return the graph, not compiled."""
    builder = StateGraph(Counted, context_schema=Nothing)
    names = [f"node_{place}" for place in range(1, 10)]
    for name in names:
        builder.add_node(name, counting(name))
    for before, after in zip([START, *names], [*names, END], strict=True):
        builder.add_edge(before, after)
    return builder
