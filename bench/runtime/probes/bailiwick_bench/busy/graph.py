"""One node that keeps a processor busy and its loop with it."""

import time
from typing import Final

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime

from bailiwick_bench.told import Nothing, Told, in_a_row

SECONDS: Final = 2.0


async def jam(state: Told, runtime: Runtime[Nothing]) -> Told:
    """Work without ever waiting."""
    del state, runtime
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        pass
    return {"count": 1}


def build() -> StateGraph[Told, Nothing]:
    """Return the graph, not compiled."""
    return in_a_row({"jam": jam})
