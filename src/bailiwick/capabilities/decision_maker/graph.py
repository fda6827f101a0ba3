"""The graph of finding decision makers, which is that of every enriching capability."""

from langgraph.graph import StateGraph

from bailiwick.capabilities.decision_maker.steps import find
from bailiwick.graph.bind import Context
from bailiwick.graph.propose import FactsState
from bailiwick.graph.shapes import facts_graph


def build() -> StateGraph[FactsState, Context]:
    """Return the graph, not yet compiled."""
    return facts_graph(find=find)
