"""The graphs that several capabilities share; each gives the steps that are its own."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from langgraph.graph import END, START, StateGraph

from bailiwick.graph.bind import Context, fragment, route, step
from bailiwick.graph.carried import Carried, Delta
from bailiwick.graph.dispatch import dispatch
from bailiwick.graph.finish import finish
from bailiwick.graph.judge import judge
from bailiwick.graph.letter import (
    AfterCheck,
    AfterGather,
    LetterState,
    after_check,
    after_gather,
    check,
    propose_letter,
)
from bailiwick.graph.propose import FactsState, propose_facts
from bailiwick.ports.deps import Deps

S = TypeVar("S", bound=Carried)


def letter_graph(
    *,
    gather: Callable[[LetterState, Deps], Awaitable[Delta]],
    write: Callable[[LetterState, Deps], Awaitable[Delta]],
) -> StateGraph[LetterState, Context]:
    """Return the graph of a drafting capability: gather, write, check, propose, judge, dispatch."""
    graph = StateGraph(LetterState, context_schema=Context)
    graph.add_node("gather", step(gather))
    graph.add_node("write", step(write))
    graph.add_node("check", step(check))
    graph.add_node("propose", step(propose_letter))
    graph.add_edge(START, "gather")
    graph.add_conditional_edges(
        "gather",
        route(after_gather),
        {AfterGather.WRITE: "write", AfterGather.PROPOSE: "propose"},
    )
    graph.add_edge("write", "check")
    graph.add_conditional_edges(
        "check",
        route(after_check),
        {AfterCheck.REPAIR: "write", AfterCheck.PROPOSE: "propose"},
    )
    _judge_and_dispatch(graph)
    return graph


def facts_graph(
    *, find: Callable[[FactsState, Deps], Awaitable[Delta]]
) -> StateGraph[FactsState, Context]:
    """Return the graph of an enriching capability: find, propose, judge, dispatch."""
    graph = StateGraph(FactsState, context_schema=Context)
    graph.add_node("find", step(find))
    graph.add_node("propose", step(propose_facts))
    graph.add_edge(START, "find")
    graph.add_edge("find", "propose")
    _judge_and_dispatch(graph)
    return graph


def _judge_and_dispatch(graph: StateGraph[S, Context]) -> None:
    """Add what follows `propose`: nothing goes out but through the judge and the desk."""
    graph.add_node("judge", fragment(judge))
    graph.add_node("dispatch", fragment(dispatch))
    graph.add_node("finish", step(finish))
    graph.add_edge("propose", "judge")
    graph.add_edge("judge", "dispatch")
    graph.add_edge("dispatch", "finish")
    graph.add_edge("finish", END)
