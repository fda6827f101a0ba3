"""The peer: a LangGraph of nine nodes that do nothing, as in the engine's figures."""

from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from bench.core.figures import Timed, timed
from bench.core.loop import Loop

NODES_COUNT = 9


class State(TypedDict):
    """One number."""

    count: int


async def _node(state: State, runtime: Runtime[None]) -> State:
    del runtime
    return {"count": state["count"] + 1}


class BareGraph:
    """Runs the compiled graph without a checkpointer."""

    def __init__(self, loop: Loop) -> None:
        graph: StateGraph[State, None] = StateGraph(State, context_schema=type(None))
        names = [f"node_{n}" for n in range(NODES_COUNT)]
        for name in names:
            graph.add_node(name, _node)
        for before, after in zip([START, *names], [*names, END], strict=True):
            graph.add_edge(before, after)
        self._compiled = graph.compile()
        self._loop = loop

    def run(self, count: int) -> Timed:
        """Run so many times, one after the other."""

        async def work() -> None:
            for _ in range(count):
                done = await self._compiled.ainvoke({"count": 0}, context=None)
                assert done["count"] == NODES_COUNT, done

        return timed(lambda: self._loop.run(work()))
