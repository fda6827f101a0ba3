"""One node that says again what it is told; it can be slow, and it can fail."""

import asyncio
from typing import Final

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from bailiwick_probes.nothing import Nothing

SLOW_SECONDS: Final = 3  # long enough to be found at work


class Spoken(TypedDict, total=False):
    """What was said and said again."""

    text: str
    echoed: str


class UnableToEcho(Exception):
    """The graph was asked to fail."""


async def say(state: Spoken, runtime: Runtime[Nothing]) -> Spoken:
    """Say it again."""
    del runtime
    text = state.get("text", "")
    if text == "fail":
        message = "asked to fail"
        raise UnableToEcho(message)
    if text == "slow":
        await asyncio.sleep(SLOW_SECONDS)
    return {"echoed": text}


def build() -> StateGraph[Spoken, Nothing]:
    """Return the graph, not compiled."""
    builder = StateGraph(Spoken, context_schema=Nothing)
    builder.add_node("say", say)
    builder.add_edge(START, "say")
    builder.add_edge("say", END)
    return builder
