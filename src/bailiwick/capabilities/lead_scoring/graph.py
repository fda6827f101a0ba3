"""The graph of lead scoring, which is that of every capability that finds facts."""

from langgraph.graph import StateGraph

from bailiwick.capabilities.lead_scoring.steps import find
from bailiwick.graph.bind import Context
from bailiwick.graph.propose import FactsState
from bailiwick.graph.shapes import facts_graph


def build() -> StateGraph[FactsState, Context]:
    """Return the graph, not yet compiled."""
    return facts_graph(find=find)
