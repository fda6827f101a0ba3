"""The graph of a campaign's touch, which is that of every drafting capability."""

from langgraph.graph import StateGraph

from bailiwick.capabilities.campaign import steps
from bailiwick.graph.bind import Context
from bailiwick.graph.letter import LetterState
from bailiwick.graph.shapes import letter_graph


def build() -> StateGraph[LetterState, Context]:
    """Return the graph, not yet compiled."""
    return letter_graph(gather=steps.gather, write=steps.write)
