"""A process that begins a run and says when it stands in it, or has been told its end."""

import asyncio
import sys
from typing import Final

from langgraph.runtime import Runtime
from tests.fakes.office import TUESDAY
from tests.fakes.third_graphs import LINGER, Talk, ThirdGraphs, lingering

from bailiwick.domain.thread import NewRun
from bailiwick.engine.graphs.loading import Builder
from bailiwick.engine.thread.threads import Threads
from bailiwick.graph.bind import Context
from bailiwick.kit.clock import FixedClock
from bailiwick.settings import Settings, StoreSettings
from bailiwick.wiring.application import build
from bailiwick.wiring.doubles import Doubles

HERE: Final = "here"
"""What it prints when it is there."""


async def stand(state: Talk, runtime: Runtime[Context]) -> Talk:
    """Say where it is, and stay."""
    del state, runtime
    _say()
    await asyncio.sleep(60)
    return {}


def standing() -> Builder:
    """Return the graph that lingers, with a last node that says so."""
    builder = lingering()
    nodes: dict[str, object] = builder.nodes  # pyright: ignore[reportAssignmentType] - a dict
    del nodes[LINGER]
    builder.add_node(LINGER, stand)
    return builder


def main(url: str, capability: str) -> None:
    """Begin a run of the capability."""
    graphs = ThirdGraphs()
    graphs.change(LINGER, standing)
    settings = Settings(store=StoreSettings(database_url=url))
    app = build(settings, Doubles(clock=FixedClock(TUESDAY), graphs=graphs))
    asyncio.run(_begun(app.threads, NewRun(capability=capability, input={"topic": "tea"})))


async def _begun(threads: Threads, asked: NewRun) -> None:
    await threads.begin(asked, by="", seconds_max=60)
    _say()
    await asyncio.sleep(60)


def _say() -> None:
    sys.stdout.write(f"{HERE}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
