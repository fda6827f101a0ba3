"""The graph of a question: understand, perhaps ask a model, try, mend, summarise."""

from enum import StrEnum

from langgraph.graph import END, START, StateGraph

from bailiwick.capabilities.text_to_sql import steps
from bailiwick.capabilities.text_to_sql.state import QuestionState
from bailiwick.graph.bind import Context, route, step


class _Next(StrEnum):
    GENERATE = "generate"
    EXECUTE = "execute"
    MEND = "mend"
    SUMMARISE = "summarise"


def build() -> StateGraph[QuestionState, Context]:
    """Return the graph, not yet compiled."""
    graph = StateGraph(QuestionState, context_schema=Context)
    graph.add_node("understand", step(steps.understand))
    graph.add_node("generate", step(steps.generate))
    graph.add_node("execute", step(steps.execute))
    graph.add_node("mend", step(steps.mend))
    graph.add_node("summarise", step(steps.summarise))
    graph.add_edge(START, "understand")
    graph.add_conditional_edges(
        "understand", route(_understood), {_Next.GENERATE: "generate", _Next.EXECUTE: "execute"}
    )
    graph.add_conditional_edges(
        "generate", route(_written), {_Next.SUMMARISE: "summarise", _Next.EXECUTE: "execute"}
    )
    graph.add_conditional_edges(
        "execute", route(_tried), {_Next.SUMMARISE: "summarise", _Next.MEND: "mend"}
    )
    graph.add_conditional_edges(
        "mend", route(_written), {_Next.SUMMARISE: "summarise", _Next.EXECUTE: "execute"}
    )
    graph.add_edge("summarise", END)
    return graph


def _understood(state: QuestionState) -> _Next:
    return _Next.EXECUTE if state.sql else _Next.GENERATE


def _written(state: QuestionState) -> _Next:
    return _Next.EXECUTE if state.sql else _Next.SUMMARISE


def _tried(state: QuestionState) -> _Next:
    return _Next.SUMMARISE if state.rows is not None else _Next.MEND
