"""The graph of the second reading: one question. It proposes nothing, so nothing is judged."""

from langgraph.graph import END, START, StateGraph

from bailiwick.capabilities.second_reading import steps
from bailiwick.graph.bind import Context, step


def build() -> StateGraph[steps.State, Context]:
    """Return the graph, not yet compiled."""
    graph = StateGraph(steps.State, context_schema=Context)
    graph.add_node("ask", step(steps.ask))
    graph.add_node("finish", step(steps.finish))
    graph.add_edge(START, "ask")
    graph.add_edge("ask", "finish")
    graph.add_edge("finish", END)
    return graph
