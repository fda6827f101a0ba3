"""What runs a graph: the port that both engines fit, and which LangGraph was proven equal."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, cast

LANGGRAPH_TESTED: Final = ("1.2.22", "1.2.22")
"""First and last version whose `ainvoke` the sequential executor is proven equal to.

Raise it together with the lock, after tests/property/test_sequential.py has passed on it.
"""


_QUESTIONS: Final = "__interrupt__"
"""LangGraph's own name for what a graph asks when it pauses."""


class Engine(StrEnum):
    """What runs a graph."""

    SEQUENTIAL = "sequential"
    LANGGRAPH = "langgraph"


class Executor(Protocol):
    """Runs one graph, any number of runs at a time; keeps nothing of a run."""

    async def run(
        self, state: Mapping[str, object], *, context: object, steps_max: int
    ) -> Mapping[str, object]:
        """Run the graph on a state and return its final state; empty if none was ever written.

        Raises what a node raises, and LangGraph's GraphRecursionError after `steps_max` steps.
        """
        ...


class CompiledGraph(Protocol):
    """What is needed of a graph that LangGraph compiled."""

    def astream(
        self,
        given: Mapping[str, object],
        /,
        config: Mapping[str, object] | None = None,
        *,
        context: object,
        stream_mode: str,
    ) -> AsyncIterator[Mapping[str, object]]:
        """Walk the graph and tell its state after each step."""
        ...


@dataclass(frozen=True, slots=True)
class OnLangGraph:
    """Runs a graph on LangGraph, without a checkpointer."""

    compiled: CompiledGraph

    async def run(
        self, state: Mapping[str, object], *, context: object, steps_max: int
    ) -> Mapping[str, object]:
        """Run the graph, as Executor says."""
        config: Mapping[str, object] = {"recursion_limit": steps_max}
        ended: Mapping[str, object] = {}
        questions: list[object] = []
        # As `ainvoke`, which is told each node's update beside the state: a tenth of its time.
        async for told in self.compiled.astream(
            dict(state), config, context=context, stream_mode="values"
        ):
            ended = told
            questions.extend(cast("Iterable[object]", told.get(_QUESTIONS, ())))
        return {**ended, _QUESTIONS: questions} if questions else ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A graph that was loaded: what runs it, and why not the sequential executor."""

    executor: Executor
    engine: Engine
    reason: str
    """Empty when it runs sequentially."""


def why_untested(version: str) -> str:
    """Return why no graph may run sequentially beside this LangGraph; empty when it may."""
    first, last = LANGGRAPH_TESTED
    if _ordered(first) <= _ordered(version) <= _ordered(last):
        return ""
    span = first if first == last else f"{first} to {last}"
    return f"LangGraph {version} is not proven equal; proven is {span}"


def _ordered(version: str) -> tuple[int, ...]:
    """Return a version's numbers; one that is not of numbers only comes before all others."""
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(p.isdigit() for p in parts) else ()
