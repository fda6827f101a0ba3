"""The state of the probes, and the stub model that they ask; imports nothing of Bailiwick.

`langgraph dev` and the saver's peer run these very nodes.
"""

import json
import random
from collections.abc import Awaitable, Callable
from typing import Final

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

NODES_COUNT: Final = 9  # reference engine §2, as is the size of the final state
FACT_BYTES: Final = 600
_WORDS: Final = (
    *("account", "renewal", "meeting", "delivery", "quarter", "price", "contact", "answer"),
    *("approve", "report", "region", "budget", "partner", "invoice", "forecast", "module"),
    *("service", "request", "target", "owner", "stage", "reason", "notice", "period"),
)


class Nothing(TypedDict):
    """No context."""


class Told(TypedDict, total=False):
    """How far it came and what it was told: 5.5 KB at the end."""

    count: int
    facts: dict[str, str]
    decided: object


Node = Callable[[Told, Runtime[Nothing]], Awaitable[Told]]


def _fact(place: int) -> str:
    """Return text that looks like text: a column of one letter would compress to nothing."""
    draw = random.Random(place)
    return " ".join(draw.choice(_WORDS) for _ in range(FACT_BYTES))[:FACT_BYTES]


_ANSWERS: Final = [json.dumps({"fact": _fact(place)}) for place in range(NODES_COUNT)]


async def stub_model(question: int) -> str:
    """Answer at once."""
    return _ANSWERS[question % NODES_COUNT]


async def learn(state: Told, runtime: Runtime[Nothing]) -> Told:
    """Ask the stub model, parse its answer, keep it beside what is known."""
    del runtime
    count = state.get("count", 0)
    fact: str = json.loads(await stub_model(count))["fact"]
    return {"count": count + 1, "facts": {**state.get("facts", {}), f"fact_{count}": fact}}


def in_a_row(nodes: dict[str, Node]) -> StateGraph[Told, Nothing]:
    """Return a graph, not compiled, of nodes one after another."""
    builder = StateGraph(Told, context_schema=Nothing)
    for name, node in nodes.items():
        builder.add_node(name, node)
    for before, after in zip([START, *nodes], [*nodes, END], strict=True):
        builder.add_edge(before, after)
    return builder


def nine() -> StateGraph[Told, Nothing]:
    """Return nine nodes that never wait."""
    return in_a_row({f"node_{place}": learn for place in range(NODES_COUNT)})
