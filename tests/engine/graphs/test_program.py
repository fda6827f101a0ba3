"""Which graphs run sequentially: one row of the table at a time, from both sides."""

import asyncio
import operator
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypedDict, cast

import pytest
import typing_extensions
from langgraph.channels import EphemeralValue
from langgraph.graph import END, START, StateGraph
from langgraph.managed import IsLastStep
from langgraph.runtime import Runtime
from langgraph.types import Command, RetryPolicy, Send, interrupt
from pydantic import BaseModel

from bailiwick.engine.graphs.program import NotSequentialError, program_of
from bailiwick.engine.graphs.sequential import Sequential, UnableToRunSequentially

Graph = StateGraph[Any, Any]


class State(TypedDict, total=False):
    """A plain state."""

    count: int
    told: Annotated[list[str], operator.add]


class Extended(typing_extensions.TypedDict, total=False):
    """A state as pydantic wants it before Python 3.12."""

    count: int


class Narrow(TypedDict, total=False):
    """A part of it."""

    count: int


@dataclass(frozen=True)
class Frozen:
    """A frozen state."""

    count: int = 0


@dataclass
class Thawed:
    """A state that a node could change in place."""

    count: int = 0


class Checked(BaseModel):
    """A state that is validated on every read."""

    count: int = 0


class Managed(TypedDict, total=False):
    """A state with a managed value."""

    count: int
    last: IsLastStep


class Fleeting(TypedDict, total=False):
    """A state with a channel of another kind."""

    count: Annotated[int, EphemeralValue(int)]


async def work(state: Any) -> object:  # noqa: ANN401 - any state
    del state
    return {"count": 1}


def blocking(state: State) -> object:
    del state
    return {"count": 1}


async def told(state: State, config: dict[str, object]) -> object:
    del state, config
    return {}


told.__annotations__.pop("config")  # LangGraph injects a parameter of that name


async def with_store(state: State, store: object = None) -> object:
    del state, store
    return {}


with_store.__annotations__.pop("store")


async def narrow(state: Narrow) -> object:
    del state
    return {}


async def commanding(state: State) -> Command[Literal["work"]]:
    del state
    return Command(goto="work")


async def vaguely_commanding(state: State) -> "Command[Any] | None":
    del state
    return None


async def pausing(state: State) -> object:
    del state
    return {"count": interrupt("wait")}


def enclosing(inner: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
    async def node(state: State) -> object:
        return await inner(state)

    return node


async def onward(state: State) -> str:
    del state
    return "work"


async def fanning(state: State) -> list[Send]:
    del state
    return [Send("work", {})]


def graph(state: type[Any] = State, **nodes: object) -> Graph:
    """Return a graph of `work` with more nodes before it, in a line."""
    built: Graph = StateGraph(state, context_schema=type(None))
    names = [*nodes, "work"]
    for name, action in nodes.items():
        built.add_node(name, cast("Any", action))
    built.add_node("work", cast("Any", work))
    for before, after in zip([START, *names], [*names, END], strict=True):
        built.add_edge(before, after)
    return built


def node_with(**options: object) -> Graph:
    built = graph()
    cast("Any", built).add_node("odd", work, **options)
    built.add_edge("odd", END)
    return built


def two_ways() -> Graph:
    built = graph()
    built.add_edge(START, END)
    return built


def edge_and_branch() -> Graph:
    built = graph()
    built.add_conditional_edges("work", cast("Any", onward), cast("Any", {"work": "work"}))
    return built


def waiting() -> Graph:
    built = graph(a=work, b=work)
    cast("Any", built).add_edge(["a", "b"], "work")
    return built


def routed(router: object, ends: object) -> Graph:
    built: Graph = StateGraph(State, context_schema=type(None))
    built.add_node("work", cast("Any", work))
    built.add_conditional_edges(START, cast("Any", router), cast("Any", ends))
    return built


async def narrowly(state: Narrow) -> str:
    del state
    return "work"


class Wider(TypedDict, total=False):
    """More than the state."""

    more: int


def wider_input() -> Graph:
    built = cast("Any", StateGraph)(State, input_schema=Wider)
    built.add_node("work", work)
    built.add_edge(START, "work")
    return built


ENDS: Final = {"work": "work"}
INELIGIBLE: Final[dict[str, tuple[Callable[[], Graph], str]]] = {
    "two edges": (two_ways, "more than one way leads on from '__start__'"),
    "an edge and a branch": (edge_and_branch, "more than one way leads on from 'work'"),
    "waiting edges": (waiting, "a node waits for several others"),
    "a sync node": (lambda: graph(a=blocking), "node 'a' is not a plain async function"),
    "a subgraph": (lambda: graph(a=graph().compile()), "node 'a' is not a plain async"),
    "config": (lambda: graph(a=told), "node 'a' asks for config"),
    "store": (lambda: graph(a=with_store), "node 'a' asks for store"),
    "a Command": (lambda: graph(a=commanding), "node 'a' has destinations of its own"),
    "a hidden Command": (lambda: graph(a=vaguely_commanding), "node 'a' returns a Command"),
    "an interrupt": (lambda: graph(a=pausing), "node 'a' may interrupt"),
    "an enclosed interrupt": (lambda: graph(a=enclosing(enclosing(pausing))), "may interrupt"),
    "own input": (lambda: graph(a=narrow), "node 'a' has an input type of its own"),
    "retry": (lambda: node_with(retry_policy=RetryPolicy()), "node 'odd' has a retry policy"),
    "timeout": (lambda: node_with(timeout=3.0), "node 'odd' has a timeout"),
    "defer": (lambda: node_with(defer=True), "node 'odd' has deferral"),
    "error handler": (lambda: node_with(error_handler=work), "has an error handler"),
    "destinations": (lambda: node_with(destinations=("work",)), "has destinations of its own"),
    "thawed state": (lambda: graph(Thawed), "neither a frozen dataclass nor a TypedDict"),
    "pydantic state": (lambda: graph(Checked), "neither a frozen dataclass nor a TypedDict"),
    "managed value": (lambda: graph(Managed), "the state has managed values: last"),
    "other channel": (lambda: graph(Fleeting), "channel 'count' is a EphemeralValue"),
    "foreign input": (wider_input, "keys that the state has not: more"),
    "no mapping": (lambda: routed(onward, None), "router after '__start__' has no mapping"),
    "a sync router": (
        lambda: routed(blocking, ENDS), "router after '__start__' is not a plain async",
    ),
    "a fan": (lambda: routed(fanning, ENDS), "router after '__start__' returns a Send"),
    "router's own input": (lambda: routed(narrowly, ENDS), "has an input type of its own"),
}  # fmt: skip


class TestEligibility:
    @pytest.mark.parametrize("name", INELIGIBLE)
    def test_is_refused_by_name(self, name: str) -> None:
        """What only LangGraph runs is named, so that `list --engine` can say why."""
        make, reason = INELIGIBLE[name]
        built = make()
        built.compile()
        with pytest.raises(NotSequentialError, match=reason):
            program_of(built, resumable=False)

    @pytest.mark.parametrize(
        "make",
        [
            graph,
            lambda: graph(Frozen),
            lambda: graph(Extended),
            lambda: graph(a=enclosing(work)),
            lambda: routed(onward, ENDS),
        ],
    )
    def test_is_given_to_what_it_knows(self, make: Callable[[], Graph]) -> None:
        """The other side: plain async nodes, one way each, frozen state or TypedDict."""
        built = make()
        built.compile()
        assert program_of(built, resumable=False).nodes

    def test_is_not_for_runs_that_wait(self) -> None:
        """The same graph goes to LangGraph when its spec says that runs may wait."""
        with pytest.raises(NotSequentialError, match="wait for a person"):
            program_of(graph(), resumable=True)

    def test_counts_defaults_that_compiling_sets(self) -> None:
        """A retry policy given to all nodes at once is seen too."""
        built = graph()
        cast("Any", built).set_node_defaults(retry_policy=RetryPolicy())
        built.compile()
        with pytest.raises(NotSequentialError, match="retry policy"):
            program_of(built, resumable=False)


def run(built: Graph, *, context: object = None, given: dict[str, object] | None = None) -> object:
    built.compile()
    executor = Sequential(program_of(built, resumable=False))
    return asyncio.run(executor.run(given or {}, context=context, steps_max=9))


def returning(value: object) -> Graph:
    async def node(state: State) -> object:
        del state
        return value

    return graph(a=node)


class TestWhatCannotBeSeenBeforehand:
    @pytest.mark.parametrize("value", [Command(update={}), Send("work", {}), [Command(goto="x")]])
    def test_ends_the_run_with_a_fault(self, value: object) -> None:
        """A Command that no annotation shows is not guessed at."""
        with pytest.raises(UnableToRunSequentially, match="annotation"):
            run(returning(value))

    def test_includes_an_interrupt_out_of_sight(self) -> None:
        """A pause that a node calls elsewhere fails closed: the run never goes on as allowed."""
        hidden = {"pause": interrupt}

        async def node(state: State) -> object:
            del state
            return {"count": hidden["pause"]("wait")}

        with pytest.raises(RuntimeError, match="runnable context"):
            run(graph(a=node))

    def test_includes_several_answers_of_a_router(self) -> None:
        """A router may answer with one way only."""

        async def router(state: State) -> object:
            del state
            return ("work",)

        with pytest.raises(UnableToRunSequentially, match="several ways"):
            run(routed(router, {("work",): "work"}))


@dataclass(frozen=True)
class Given:
    """A context."""

    name: str


class TestTheRuntime:
    def test_carries_the_context(self) -> None:
        """A node is handed the context; one given as a dict is made into its type first."""

        async def node(state: State, runtime: Runtime[Given]) -> object:
            del state
            assert runtime.control is not None
            assert not runtime.drain_requested
            return {"told": [runtime.context.name]}

        built = graph(a=node)
        built.context_schema = Given
        expected = {"count": 1, "told": ["Ada"]}
        assert run(built, context=Given("Ada")) == expected
        built = graph(a=node)
        built.context_schema = Given
        assert run(built, context={"name": "Ada"}) == expected

    def test_lets_a_deadline_cancel(self) -> None:
        """A run that is cancelled from outside is cancelled, not failed."""

        async def slow(state: State) -> object:
            del state
            await asyncio.sleep(30)
            return {}

        async def hurried() -> None:
            built = graph(a=slow)
            built.compile()
            executor = Sequential(program_of(built, resumable=False))
            async with asyncio.timeout(0.01):
                await executor.run({}, context=None, steps_max=9)

        with pytest.raises(TimeoutError):
            asyncio.run(hurried())

    def test_tells_a_node_that_cancels_itself(self) -> None:
        """A node that raises CancelledError fails its run, as on LangGraph."""

        async def giving_up(state: State) -> object:
            del state
            raise asyncio.CancelledError

        built = graph(a=giving_up)
        with pytest.raises(Exception, match="'a'") as ours:
            run(built)
        with pytest.raises(Exception, match="'a'") as theirs:
            asyncio.run(built.compile().ainvoke({}, context=None))
        assert (type(ours.value), str(ours.value)) == (type(theirs.value), str(theirs.value))
