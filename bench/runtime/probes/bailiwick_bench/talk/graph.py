"""A conversation: each turn adds 400 bytes to what was said."""

import operator
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from bailiwick_bench.told import Nothing


class Talk(TypedDict, total=False):
    """All that was said."""

    said: Annotated[list[str], operator.add]


async def speak(state: Talk, runtime: Runtime[Nothing]) -> Talk:
    """Say one thing more."""
    del runtime
    return {"said": [f"turn {len(state.get('said', []))}: " + "yes and no, " * 30]}


def build() -> StateGraph[Talk, Nothing]:
    """Return the graph, not compiled."""
    builder = StateGraph(Talk, context_schema=Nothing)
    builder.add_node("speak", speak)
    builder.add_edge(START, "speak")
    builder.add_edge("speak", END)
    return builder
