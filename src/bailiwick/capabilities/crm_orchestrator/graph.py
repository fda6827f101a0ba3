"""The orchestrator's graph: reason, decompose, verify, act.

Without planning the node `plan_actions` and the way back to it are absent and nothing else differs.
On a thread `look` and `hold` stand before the last node: there the run waits for its cards.
"""

from langgraph.graph import END, START, StateGraph

from bailiwick.capabilities.crm_orchestrator import steps
from bailiwick.capabilities.crm_orchestrator.reconsider import after_judge
from bailiwick.capabilities.crm_orchestrator.state import AfterGate, AfterJudge, State
from bailiwick.graph.bind import Context, fragment, route, step
from bailiwick.graph.dispatch import dispatch
from bailiwick.graph.hold import hold
from bailiwick.graph.judge import judge
from bailiwick.graph.look import HOLD_NODE, after_look, look


def build(*, plan_enabled: bool = True, threads: bool = False) -> StateGraph[State, Context]:
    """Return the graph, not yet compiled."""
    graph = StateGraph(State, context_schema=Context)
    graph.add_node("hydrate", step(steps.hydrate))
    graph.add_node("load_history", step(steps.load_history))
    graph.add_node("safety_gate", step(steps.safety_gate))
    graph.add_node("recall", step(steps.recall))
    graph.add_node("decide_action", step(steps.decide_action))
    graph.add_node("judge", fragment(judge))
    graph.add_node("dispatch", fragment(dispatch))
    graph.add_node("finalize", step(steps.finalize))
    graph.add_edge(START, "hydrate")
    graph.add_edge("hydrate", "load_history")
    graph.add_edge("load_history", "safety_gate")
    graph.add_conditional_edges(
        "safety_gate",
        route(steps.after_gate),
        {AfterGate.END: "finalize", AfterGate.ACT: "judge", AfterGate.PLAN: "recall"},
    )
    graph.add_edge("decide_action", "judge")
    graph.add_edge("finalize", END)
    if threads:
        _add_waiting(graph)
    else:
        graph.add_edge("dispatch", "finalize")
    if plan_enabled:
        _add_planning(graph)
    else:
        graph.add_edge("recall", "decide_action")
        graph.add_edge("judge", "dispatch")
    return graph


def _add_planning(graph: StateGraph[State, Context]) -> None:
    graph.add_node("plan_actions", step(steps.plan_actions))
    graph.add_edge("recall", "plan_actions")
    graph.add_edge("plan_actions", "decide_action")
    graph.add_conditional_edges(
        "judge",
        route(after_judge),
        {AfterJudge.RECONSIDER: "plan_actions", AfterJudge.DISPATCH: "dispatch"},
    )


def _add_waiting(graph: StateGraph[State, Context]) -> None:
    graph.add_node("look", fragment(look))
    graph.add_node(HOLD_NODE, hold)
    graph.add_edge("dispatch", "look")
    graph.add_conditional_edges("look", after_look, [HOLD_NODE, "finalize"])
    graph.add_edge(HOLD_NODE, "look")
