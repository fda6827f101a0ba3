"""Says again what it is told, after as many milliseconds as it is told, and who said it."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime


@dataclass(frozen=True)
class Nothing:
    """What the graph is given beside its state."""


class Work(TypedDict, total=False):
    """What to say, how long to take, where to note that it began; and what was said by whom."""

    text: str
    milliseconds: int
    ledger: str
    said: str
    by: int


async def work(state: Work, runtime: Runtime[Nothing]) -> Work:
    """Work."""
    del runtime
    text = state.get("text", "")
    ledger = state.get("ledger", "")
    if ledger:
        note(Path(ledger), f"began {text} {os.getpid()}")
    await asyncio.sleep(state.get("milliseconds", 0) / 1000)
    return {"said": text, "by": os.getpid()}


def note(ledger: Path, line: str) -> None:
    """Add a line to a file that several processes write."""
    handle = os.open(ledger, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def build() -> StateGraph[Work, Nothing]:
    """Return the graph, not compiled."""
    builder = StateGraph(Work, context_schema=Nothing)
    builder.add_node("work", work)
    builder.add_edge(START, "work")
    builder.add_edge("work", END)
    return builder
