"""The graph of reply drafting: gather, write, check, propose, judge, dispatch."""

from langgraph.graph import END, START, StateGraph

from bailiwick.capabilities.reply import steps
from bailiwick.graph.bind import Context, fragment, route, step
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


def build() -> StateGraph[LetterState, Context]:
    """Return the graph, not yet compiled."""
    graph = StateGraph(LetterState, context_schema=Context)
    graph.add_node("gather", step(steps.gather))
    graph.add_node("write", step(steps.write))
    graph.add_node("check", step(check))
    graph.add_node("propose", step(propose_letter))
    graph.add_node("judge", fragment(judge))
    graph.add_node("dispatch", fragment(dispatch))
    graph.add_node("finish", step(finish))
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
    graph.add_edge("propose", "judge")
    graph.add_edge("judge", "dispatch")
    graph.add_edge("dispatch", "finish")
    graph.add_edge("finish", END)
    return graph
