"""Graphs that LangGraph runs end as its own `ainvoke` says, whatever is asked of its stream."""

import asyncio
import operator
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

from bailiwick.engine.graphs.executor import OnLangGraph


class Said(TypedDict, total=False):
    words: Annotated[list[str], operator.add]
    last: str


Node = Callable[[Said], Awaitable[Said]]


async def greet(state: Said) -> Said:
    return {"words": ["hello"], "last": str(len(state.get("words", [])))}


async def part(state: Said) -> Said:
    return {"words": ["goodbye"], "last": state.get("last", "") + "!"}


async def nothing(state: Said) -> Said:
    del state
    return {}


async def ask(state: Said) -> Said:
    return {"words": [str(interrupt(len(state.get("words", []))))]}


async def ask_too(state: Said) -> Said:
    del state
    return {"words": [str(interrupt({"really": True}))]}


async def stumble(state: Said) -> Said:
    message = f"stumbled after {state.get('words')}"
    raise LookupError(message)


def compiled(*steps: tuple[Node, ...]) -> Any:  # noqa: ANN401 - LangGraph's own types
    """Return a graph of steps, each of nodes that run together."""
    graph: Any = StateGraph(Said, context_schema=object)
    before = [START]
    for number, nodes in enumerate(steps):
        names = [f"{node.__name__}_{number}" for node in nodes]
        for name, node in zip(names, nodes, strict=True):
            graph.add_node(name, node)
            for one in before:
                graph.add_edge(one, name)
        before = names
    for one in before:
        graph.add_edge(one, END)
    return graph.compile()


def theirs(graph: Any, given: Mapping[str, object]) -> object:  # noqa: ANN401 - LangGraph's
    return asyncio.run(graph.ainvoke(dict(given), {"recursion_limit": 9}, context=None)) or {}


def ours(graph: Any, given: Mapping[str, object]) -> object:  # noqa: ANN401 - LangGraph's
    return asyncio.run(OnLangGraph(graph).run(given, context=None, steps_max=9))


class TestOnLangGraph:
    @pytest.mark.parametrize("given", [{}, {"words": ["first"]}])
    @pytest.mark.parametrize(
        "steps",
        [
            ((greet,), (part,), (greet,)),
            ((greet, nothing), (nothing,)),
            ((nothing,),),
            ((greet,), (ask,), (part,)),
            ((greet,), (ask, ask_too, nothing), (greet,)),
        ],
    )
    def test_ends_as_ainvoke_does(
        self, steps: tuple[tuple[Node, ...], ...], given: Mapping[str, object]
    ) -> None:
        """State, missing keys and questions are the same, but for the questions' random ids."""
        graph = compiled(*steps)
        one, other = ours(graph, given), theirs(graph, given)
        assert re.sub("id='[0-9a-f]+'", "", repr(one)) == re.sub("id='[0-9a-f]+'", "", repr(other))

    def test_raises_what_a_node_raises(self) -> None:
        """A node's exception comes out as it is."""
        graph = compiled((greet,), (stumble,))
        with pytest.raises(LookupError, match="hello"):
            ours(graph, {})
