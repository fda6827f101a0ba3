"""Nine nodes in a row that never wait."""

from langgraph.graph import StateGraph

from bailiwick_bench.told import Nothing, Told, nine


def build() -> StateGraph[Told, Nothing]:
    """Return the graph, not compiled."""
    return nine()
