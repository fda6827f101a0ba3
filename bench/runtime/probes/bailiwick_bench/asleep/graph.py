"""One node that blocks its loop, as a forgotten synchronous call does."""

import time
from typing import Final

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime

from bailiwick_bench.told import Nothing, Told, in_a_row

SECONDS: Final = 2.0


async def jam(state: Told, runtime: Runtime[Nothing]) -> Told:
    """Block."""
    del state, runtime
    time.sleep(SECONDS)  # noqa: ASYNC251 - the defect that is to be contained
    return {"count": 1}


def build() -> StateGraph[Told, Nothing]:
    """Return the graph, not compiled."""
    return in_a_row({"jam": jam})
