"""A draft that one person decides on."""

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from bailiwick_probes.asking import Reviewed, ask, draft
from bailiwick_probes.nothing import Nothing


async def review(state: Reviewed, runtime: Runtime[Nothing]) -> Reviewed:
    """Wait for the decision."""
    del state, runtime
    return {"decided": [ask("send_note")]}


def build() -> StateGraph[Reviewed, Nothing]:
    """Return the graph, not compiled."""
    builder = StateGraph(Reviewed, context_schema=Nothing)
    builder.add_node("draft", draft)
    builder.add_node("review", review)
    builder.add_edge(START, "draft")
    builder.add_edge("draft", "review")
    builder.add_edge("review", END)
    return builder
