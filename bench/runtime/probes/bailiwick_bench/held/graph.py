"""Nine nodes in a row, the last of which waits for a person."""

from langgraph.graph import StateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from bailiwick_bench.told import NODES_COUNT, Nothing, Told, in_a_row, learn


async def wait(state: Told, runtime: Runtime[Nothing]) -> Told:
    """Wait for a decision."""
    del state, runtime
    return {"decided": interrupt({"question": "May this go out?"})}


def build() -> StateGraph[Told, Nothing]:
    """Return the graph, not compiled."""
    learning = {f"node_{place}": learn for place in range(NODES_COUNT - 1)}
    return in_a_row({**learning, "wait": wait})
