"""The peer of `bench.runtime.durable` and `threads`: LangGraph with its own PostgreSQL saver.

In the peers' environment: `python -m bailiwick_bench.saver_peer URL durable RUNS CLIENTS`, or
`URL turns 200`.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from bailiwick_bench.talk.graph import build as talk
from bailiwick_bench.told import NODES_COUNT, nine

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
        await run({"said": []}, {"configurable": {"thread_id": "talk"}}, durability="sync")


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
    run: Run = graphs[what].compile(checkpointer=saver).ainvoke
    if what == "durable":
        await durable(run, 5, 5)
    began, cpu = time.perf_counter(), time.process_time()
    await work(run, *(int(number) for number in numbers))
    spent = time.process_time() - cpu
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu": spent}))
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main())
