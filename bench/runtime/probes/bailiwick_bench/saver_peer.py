"""The peer of `bench.runtime.durable` and `threads`: LangGraph with its own PostgreSQL saver.

In the peers' environment: `python -m bailiwick_bench.saver_peer URL durable RUNS CLIENTS`, or
`URL turns 200`.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from bailiwick_bench.talk.graph import build as talk
from bailiwick_bench.told import NODES_COUNT, nine

READS_COUNT = 20
TALK = {"configurable": {"thread_id": "talk"}}
Run = Callable[..., Awaitable[dict[str, Any]]]


async def durable(run: Run, runs: int, clients: int) -> None:
    """Run so many, so many at once, each step on disk before the next."""
    left = iter(range(runs))

    async def one() -> None:
        for number in left:
            where = {"configurable": {"thread_id": f"{time.time_ns()}-{number}"}}
            ended = await run({"count": 0}, where, durability="sync")
            assert ended["count"] == NODES_COUNT, ended

    await asyncio.gather(*(one() for _ in range(clients)))


async def turns(run: Run, count: int) -> None:
    """Hold one long conversation."""
    for _ in range(count):
        await run({"said": []}, TALK, durability="sync")


async def readings(graph: Any) -> dict[str, float]:  # noqa: ANN401 - what compile() gives
    """Read where the conversation stands, and ten of its states."""
    state, history = list[float](), list[float]()
    live = (await graph.aget_state(TALK)).values
    for _ in range(READS_COUNT):
        began = time.perf_counter()
        await graph.aget_state(TALK)
        state.append(time.perf_counter() - began)
        began = time.perf_counter()
        assert [found async for found in graph.aget_state_history(TALK, limit=10)]
        history.append(time.perf_counter() - began)
    return {
        "live_bytes": len(json.dumps(live)),
        "read_ms": 1000 * statistics.median(state),
        "history_ms": 1000 * statistics.median(history),
    }


async def main() -> None:
    """Do what was asked and tell what it took."""
    url, what, *numbers = sys.argv[1:]
    means: Any = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    pool: Any = AsyncConnectionPool(url, min_size=4, max_size=16, kwargs=means, open=False)
    await pool.open()
    # Not among our own packages, so nothing else could check its types.
    library: Any = import_module("langgraph.checkpoint.postgres.aio")
    saver: Any = library.AsyncPostgresSaver(pool)
    await saver.setup()
    graphs: Any = {"durable": nine(), "turns": talk()}
    work: Any = {"durable": durable, "turns": turns}[what]
    graph: Any = graphs[what].compile(checkpointer=saver)
    run: Run = graph.ainvoke
    if what == "durable":
        await durable(run, 5, 5)
    began, cpu = time.perf_counter(), time.process_time()
    await work(run, *(int(number) for number in numbers))
    spent = time.process_time() - cpu
    told: dict[str, float] = {"seconds": time.perf_counter() - began, "cpu": spent}
    if what == "turns":
        told |= await readings(graph)
    print(json.dumps(told))
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main())
