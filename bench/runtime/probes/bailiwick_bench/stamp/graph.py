"""One node that tells when it began."""

import time

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from bailiwick_bench.told import Nothing


class Stamped(TypedDict, total=False):
    """When the node began, in seconds of the machine's monotonic clock."""

    began: float


async def stamp(state: Stamped, runtime: Runtime[Nothing]) -> Stamped:
    """Tell when this is."""
    del state, runtime
    return {"began": time.monotonic()}


def build() -> StateGraph[Stamped, Nothing]:
    """Return the graph, not compiled."""
    builder = StateGraph(Stamped, context_schema=Nothing)
    builder.add_node("stamp", stamp)
    builder.add_edge(START, "stamp")
    builder.add_edge("stamp", END)
    return builder
