"""A draft on which two decisions wait at the same time."""

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from bailiwick_probes.asking import Reviewed, ask, draft
from bailiwick_probes.nothing import Nothing


async def review(state: Reviewed, runtime: Runtime[Nothing]) -> Reviewed:
    """Wait for the first decision."""
    del state, runtime
    return {"decided": [ask("send_note")]}


async def second(state: Reviewed, runtime: Runtime[Nothing]) -> Reviewed:
    """Wait for the second decision."""
    del state, runtime
    return {"decided": [ask("send_copy")]}


def build() -> StateGraph[Reviewed, Nothing]:
    """Return the graph, not compiled."""
    builder = StateGraph(Reviewed, context_schema=Nothing)
    for name, node in (("draft", draft), ("review", review), ("second", second)):
        builder.add_node(name, node)
    builder.add_edge(START, "draft")
    for name in ("review", "second"):
        builder.add_edge("draft", name)
        builder.add_edge(name, END)
    return builder
