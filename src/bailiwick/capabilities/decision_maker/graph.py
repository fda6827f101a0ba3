"""The graph of decision-maker search: find, propose, judge, dispatch."""

from langgraph.graph import END, START, StateGraph

from bailiwick.capabilities.decision_maker.steps import find
from bailiwick.graph.bind import Context, fragment, step
from bailiwick.graph.dispatch import dispatch
from bailiwick.graph.finish import finish
from bailiwick.graph.judge import judge
from bailiwick.graph.propose import FactsState, propose_facts


def build() -> StateGraph[FactsState, Context]:
    """Return the graph, not yet compiled."""
    graph = StateGraph(FactsState, context_schema=Context)
    graph.add_node("find", step(find))
    graph.add_node("propose", step(propose_facts))
    graph.add_node("judge", fragment(judge))
    graph.add_node("dispatch", fragment(dispatch))
    graph.add_node("finish", step(finish))
    graph.add_edge(START, "find")
    graph.add_edge("find", "propose")
    graph.add_edge("propose", "judge")
    graph.add_edge("judge", "dispatch")
    graph.add_edge("dispatch", "finish")
    graph.add_edge("finish", END)
    return graph
