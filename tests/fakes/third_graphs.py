"""Graphs of a third party that ask questions of their own, for threads; none is installed."""

import asyncio
import operator
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Final

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt
from typing_extensions import TypedDict

from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.autonomy import Level
from bailiwick.domain.pool import Pool
from bailiwick.engine.checkpoint.shape import Migration
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.graphs.loading import Builder
from bailiwick.graph.bind import Context


class Talk(TypedDict, total=False):
    """What was asked and said."""

    topic: str
    said: Annotated[list[str], operator.add]


async def draft(state: Talk, runtime: Runtime[Context]) -> Talk:
    """Say what it is about."""
    del runtime
    return {"said": [f"draft of {state.get('topic', 'nothing')}"]}


async def review(state: Talk, runtime: Runtime[Context]) -> Talk:
    """Wait for the first answer."""
    del state, runtime
    return {"said": [f"review: {interrupt('what do you say?')}"]}


async def second(state: Talk, runtime: Runtime[Context]) -> Talk:
    """Wait for the second answer."""
    del state, runtime
    return {"said": [f"second: {interrupt('and you?')}"]}


async def close(state: Talk, runtime: Runtime[Context]) -> Talk:
    """Say that it is over."""
    del runtime
    return {"said": [f"closed after {len(state.get('said', []))}"]}


def asking() -> Builder:
    """Return a graph that asks one question."""
    builder: Builder = StateGraph(Talk, context_schema=Context)
    for name, node in (("draft", draft), ("review", review), ("close", close)):
        builder.add_node(name, node)
    for start, end in ((START, "draft"), ("draft", "review"), ("review", "close"), ("close", END)):
        builder.add_edge(start, end)
    return builder


def asking_twice() -> Builder:
    """Return a graph that asks two questions side by side."""
    return _beside("second", second)


def asking_beside() -> Builder:
    """Return a graph in which one node asks while another one beside it comes to its end."""
    return _beside("close", close)


def _beside(other: str, node: Callable[[Talk, Runtime[Context]], Awaitable[Talk]]) -> Builder:
    """Return a graph that asks a question while another node runs."""
    builder: Builder = StateGraph(Talk, context_schema=Context)
    builder.add_node("draft", draft)
    builder.add_node("review", review)
    builder.add_node(other, node)
    builder.add_edge(START, "draft")
    for name in ("review", other):
        builder.add_edge("draft", name)
        builder.add_edge(name, END)
    return builder


class Renamed(TypedDict, total=False):
    """What was asked and said, under other keys."""

    subject: str
    said: Annotated[list[str], operator.add]


async def end_talk(state: Renamed, runtime: Runtime[Context]) -> Renamed:
    """Say that it is over, and what it was about."""
    del runtime
    return {"said": [f"closed {state.get('subject')}"]}


def asking_renamed() -> Builder:
    """Return the next version of the asking graph: a node and a state key have other names."""
    builder: Builder = StateGraph(Renamed, context_schema=Context)
    for name, node in (("draft", draft), ("approve", review), ("close", end_talk)):
        builder.add_node(name, node)
    for start, end in (
        (START, "draft"),
        ("draft", "approve"),
        ("approve", "close"),
        ("close", END),
    ):
        builder.add_edge(start, end)
    return builder


async def note(state: Talk, runtime: Runtime[Context]) -> Talk:
    """Say that it was heard."""
    del runtime
    return {"topic": state.get("said", ["nothing"])[-1]}


async def linger(state: Talk, runtime: Runtime[Context]) -> Talk:
    """Take longer than any test."""
    del state, runtime
    await asyncio.sleep(60)
    return {"said": ["never"]}


def noting() -> Builder:
    """Return a graph that keeps what it is told."""
    builder: Builder = StateGraph(Talk, context_schema=Context)
    builder.add_node("note", note)
    builder.add_edge(START, "note")
    builder.add_edge("note", END)
    return builder


def lingering() -> Builder:
    """Return a graph that says something, and then does not come to its end."""
    builder: Builder = StateGraph(Talk, context_schema=Context)
    builder.add_node("draft", draft)
    builder.add_node("linger", linger)
    builder.add_edge(START, "draft")
    builder.add_edge("draft", "linger")
    builder.add_edge("linger", END)
    return builder


def asking_within() -> Builder:
    """Return a graph with a graph inside, whose own node asks."""
    builder: Builder = StateGraph(Talk, context_schema=Context)
    builder.add_node("draft", draft)
    builder.add_node("inner", asking().compile())  # pyright: ignore[reportArgumentType] - a graph is a node, too
    builder.add_edge(START, "draft")
    builder.add_edge("draft", "inner")
    builder.add_edge("inner", END)
    return builder


async def stumble(state: Talk, runtime: Runtime[Context]) -> Talk:
    """Have a bug."""
    del state, runtime
    message = "a bug of its own"
    raise ZeroDivisionError(message)


async def mislay(state: Talk, runtime: Runtime[Context]) -> Talk:
    """Return what no saver can store."""
    del state, runtime
    return {"said": [object()]}  # pyright: ignore[reportReturnType] - that is its mistake


def after_draft(node: Callable[[Talk, Runtime[Context]], Awaitable[Talk]]) -> Builder:
    """Return a graph that says something and comes to a node."""
    builder: Builder = StateGraph(Talk, context_schema=Context)
    builder.add_node("draft", draft)
    builder.add_node("then", node)
    builder.add_edge(START, "draft")
    builder.add_edge("draft", "then")
    builder.add_edge("then", END)
    return builder


ASK: Final = "ask"
NOTE: Final = "note"
LINGER: Final = "linger"
ASK_TWICE: Final = "ask_twice"
BESIDE: Final = "ask_beside"
WITHIN: Final = "ask_within"
BROKEN: Final = "broken"
OPAQUE: Final = "opaque"
SHIPPED: Final[Mapping[str, Callable[[], Builder]]] = {
    ASK: asking,
    ASK_TWICE: asking_twice,
    NOTE: noting,
    LINGER: lingering,
    BESIDE: asking_beside,
    WITHIN: asking_within,
    BROKEN: lambda: after_draft(stumble),
    OPAQUE: lambda: after_draft(mislay),
}


class ThirdGraphs(Graphs):
    """The shipped graphs and those of a test, which may change them and what takes them over."""

    def __init__(self, builders: Mapping[str, Callable[[], Builder]] = SHIPPED) -> None:
        super().__init__({})
        self.builders = dict(builders)
        self.taken_over: dict[str, Migration] = {}

    def spec(self, name: str) -> Spec:
        """Return the spec of a graph that takes any state."""
        if name not in self.builders:
            return super().spec(name)
        return Spec(
            name=name,
            version="2026-11-20.1",
            summary="A test's graph.",
            signals=frozenset(),
            actions=frozenset(),
            level_max=Level.L0,
            seconds_max=20,
            tokens_max=0,
            model_calls_max=0,
            reads_untrusted=False,
            pool=Pool.CORE,
            intake=Intake.STATE,
            resumable=True,
        )

    def change(self, name: str, builder: Callable[[], Builder]) -> None:
        """Put another graph in the place of one, as an upgrade does."""
        self.builders[name] = builder
        self._forms.pop(name, None)

    def threaded(self, name: str) -> Builder:
        """Return a new builder of the graph."""
        return self.builders[name]() if name in self.builders else super().threaded(name)

    def migrations(self, name: str) -> Mapping[str, Migration]:
        """Return how waiting threads of older shapes go on."""
        return self.taken_over if name in self.builders else super().migrations(name)
