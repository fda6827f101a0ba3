"""A process that carries a thread, stops at a node and waits there to be killed."""

import asyncio
import sys
from datetime import datetime
from typing import Final

from langgraph.runtime import Runtime

from bailiwick.capabilities.crm_orchestrator.state import State
from bailiwick.domain.thread import GraphThreadId
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.graphs.loading import Builder
from bailiwick.graph.bind import Context
from bailiwick.kit.clock import FixedClock
from bailiwick.settings import Settings, StoreSettings
from bailiwick.wiring.application import build
from bailiwick.wiring.doubles import Doubles

HERE: Final = "here"
"""What it prints when it stands at the node."""


async def stand(state: State, runtime: Runtime[Context]) -> dict[str, object]:
    """Say where it is, and stay."""
    del state, runtime
    sys.stdout.write(f"{HERE}\n")
    sys.stdout.flush()
    await asyncio.sleep(60)
    return {}


class Standing(Graphs):
    """The shipped graphs; one node of each stands still."""

    def __init__(self, node: str) -> None:
        super().__init__({})
        self._node = node

    def threaded(self, name: str) -> Builder:
        """Return the graph with another node in its place; its shape is the same."""
        builder = super().threaded(name)
        nodes: dict[str, object] = builder.nodes  # pyright: ignore[reportAssignmentType] - a dict
        del nodes[self._node]
        builder.add_node(self._node, stand)
        return builder


def main(url: str, thread_id: str, node: str, now: str) -> None:
    """Carry the thread until the node."""
    settings = Settings(store=StoreSettings(database_url=url))
    app = build(
        settings, Doubles(clock=FixedClock(datetime.fromisoformat(now)), graphs=Standing(node))
    )
    asyncio.run(app.threads.carry(GraphThreadId(thread_id)))


if __name__ == "__main__":
    main(*sys.argv[1:])
