"""CPU of a run of nine nodes: a plain chain of calls, the sequential executor, LangGraph.

`python -m bench.runtime.executor [--quick]`. Rounds of the three alternate, so that busy neighbours
hit all. Twice: with nodes that do nothing, so that only the engine is seen, and with nodes that do
as much as a small capability does: ask a stub model, parse its answer and carry 5.5 KB of state.
"""

import argparse
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NotRequired, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from bailiwick.engine.graphs.executor import OnLangGraph
from bailiwick.engine.graphs.program import program_of
from bailiwick.engine.graphs.sequential import Sequential
from bench.core.loop import Loop
from bench.result_file import Plain, keep_result, result_text

NODES_COUNT: Final = 9  # reference engine §2, as is the size of the state
STATE_BYTES: Final = 5_500
ROUNDS: Final = 7
STEPS_MAX: Final = 50


class State(TypedDict):
    """A counter and what a model said."""

    count: int
    told: NotRequired[str]
    facts: NotRequired[dict[str, str]]


Node = Callable[[State, Runtime[None]], Awaitable[dict[str, object]]]
Run = Callable[[], Awaitable[Mapping[str, object]]]

_ANSWER: Final = json.dumps({"facts": {f"fact_{n}": "x" * 600 for n in range(STATE_BYTES // 620)}})


async def nothing(state: State, runtime: Runtime[None]) -> dict[str, object]:
    """Count."""
    del runtime
    return {"count": state["count"] + 1}


async def work(state: State, runtime: Runtime[None]) -> dict[str, object]:
    """Ask the stub model, parse what it says, keep it."""
    del runtime
    told = await _stub_model(state["count"])
    return {"count": state["count"] + 1, "told": told, "facts": json.loads(told)["facts"]}


async def _stub_model(question: int) -> str:
    del question
    return _ANSWER


def ways(node: Node) -> dict[str, Run]:
    """Return the three ways to run nine of a node."""
    graph: StateGraph[Any, Any] = StateGraph(State, context_schema=type(None))
    names = [f"node_{n}" for n in range(NODES_COUNT)]
    for name in names:
        graph.add_node(name, node)
    for before, after in zip([START, *names], [*names, END], strict=True):
        graph.add_edge(before, after)
    langgraph = OnLangGraph(graph.compile())
    sequential = Sequential(program_of(graph, resumable=False))
    runtime: Runtime[None] = Runtime(context=None)

    async def plain() -> Mapping[str, object]:
        state: State = {"count": 0}
        for _ in names:
            state = {**state, **await node(state, runtime)}  # pyright: ignore[reportAssignmentType] - a node's own keys
        return state

    return {
        "plain chain": plain,
        "sequential": lambda: sequential.run({"count": 0}, context=None, steps_max=STEPS_MAX),
        "ainvoke": lambda: langgraph.run({"count": 0}, context=None, steps_max=STEPS_MAX),
    }


def measured(node: Node, *, quick: bool) -> dict[str, Plain]:
    """Alternate rounds of the three and return microseconds of CPU a run, and the ratios."""
    counts = {"plain chain": 4_000, "sequential": 4_000, "ainvoke": 150}
    loop, runs = Loop(), ways(node)
    found: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(ROUNDS + 1):
        for name, run in runs.items():
            count = counts[name] // (10 if quick else 1)
            each = loop.run(_timed(run, count))
            if turn:  # the first warms
                found[name].append(each)
    loop.close()
    middle = {name: statistics.median(values) for name, values in found.items()}
    figures: dict[str, Plain] = {
        f"{name}: CPU a run, us": {
            "median": round(middle[name], 2),
            "min": round(min(values), 2),
            "max": round(max(values), 2),
        }
        for name, values in found.items()
    }
    figures["sequential, in plain chains"] = round(middle["sequential"] / middle["plain chain"], 2)
    figures["ainvoke, in sequential runs"] = round(middle["ainvoke"] / middle["sequential"], 1)
    return figures


async def _timed(run: Run, count: int) -> float:
    start = time.process_time()
    for _ in range(count):
        ended = await run()
        assert ended["count"] == NODES_COUNT, ended
    return (time.process_time() - start) / count * 1e6


def main() -> None:
    """Measure, print, and keep what was found unless it was quick."""
    parser = argparse.ArgumentParser(prog="python -m bench.runtime.executor", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts; nothing is kept")
    quick: bool = parser.parse_args().quick
    found = {
        "nodes that do nothing": measured(nothing, quick=quick),
        "nodes that ask a stub model, 5.5 KB of state": measured(work, quick=quick),
    }
    text = result_text("runtime-executor", found, command="python -m bench.runtime.executor")
    print(text)
    if not quick:
        keep_result("runtime-executor", text)


if __name__ == "__main__":
    main()
