"""Durable runs a second and bytes a run on one PostgreSQL: ours, and LangGraph with its saver.

`python -m bench.runtime.durable [--quick] [--peer]`. Nine nodes, 5.5 KB of state, fsync on; each
of ours is one commit with its run row, on the sequential executor or with LangGraph inside.
"""

import argparse
import asyncio
import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from tests.store.postgres_server import Server, running

from bailiwick.domain.run import RunRow
from bailiwick.engine.graphs.executor import Engine, Loaded, OnLangGraph
from bailiwick.engine.runs.requests import RunRequest
from bailiwick.settings import demand_strict_checkpoints, read
from bench.result_file import Plain, keep_result, result_text
from bench.runtime import peer, places
from bench.runtime.rounds import alternated, ratio, spreads

if TYPE_CHECKING:
    from bailiwick.wiring.application import Application

GRAPH: Final = "bench_nine"
CLIENTS: Final = (1, 32)
COUNTS: Final = {"sequential": 400, "langgraph inside": 100, "its saver": 40}


class Books:
    """What a database has written, in its tables and in its log."""

    def __init__(self, url: str) -> None:
        self._url = url

    def bytes(self) -> tuple[int, int]:
        """Return the bytes of all tables with their indexes, and of the log since it began."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            row = connection.execute(
                "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint,"
                " pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"
                " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])


def measured(*, quick: bool, with_peer: bool) -> dict[str, Plain]:
    """Measure all in turn, one at a time and 32 at once."""
    found: dict[str, Plain] = {}
    with places.a_folder() as name, running(Path(name)) as server:
        place = places.on_postgres(Path(name), server, "durable")
        place.enter()
        demand_strict_checkpoints()
        server.execute("CREATE DATABASE saver")
        from bailiwick.wiring.application import build  # noqa: PLC0415 - after the environment

        applications = {"sequential": build(read()), "langgraph inside": build(read())}
        _with_langgraph(applications["langgraph inside"])
        for clients in CLIENTS:
            print(f"{clients} at once", flush=True)
            asked: dict[str, Callable[[], Mapping[str, float]]] = {
                kind: partial(_ours, app, kind, place.database_url, clients)
                for kind, app in applications.items()
            }
            if with_peer:
                asked["its saver"] = partial(_theirs, server, clients)
            figures = alternated(asked, 2 if quick else 5)
            told = spreads(figures)
            for kind in applications if with_peer else ():
                told[f"{kind} / its saver"] = {
                    figure: ratio(figures[kind][figure], figures["its saver"][figure])
                    for figure in figures[kind]
                }
            found[f"{clients} at once"] = told
        for application in applications.values():
            application.close()
    return found


def _with_langgraph(application: "Application") -> None:
    """Let LangGraph run the graph that the sequential executor would."""
    graphs = application.graphs
    loaded: dict[str, Loaded] = graphs._loaded  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - no setting turns it off
    executor = OnLangGraph(graphs.builder(GRAPH).compile())
    loaded[GRAPH] = replace(
        graphs.loaded(GRAPH), executor=executor, engine=Engine.LANGGRAPH, reason="a bench"
    )


def _ours(application: "Application", kind: str, url: str, clients: int) -> Mapping[str, float]:
    books, count = Books(url.replace("postgresql+psycopg", "postgresql")), COUNTS[kind]
    asyncio.run(_runs(application, 5, 5))
    before = books.bytes()
    began, cpu = time.perf_counter(), time.process_time()
    asyncio.run(_runs(application, count, clients))
    seconds, spent = time.perf_counter() - began, time.process_time() - cpu
    return _figures(count, (seconds, spent), before, books.bytes())


async def _runs(application: "Application", count: int, clients: int) -> None:
    left = iter(range(count))
    inline = application.runs.inline

    async def one() -> None:
        for _ in left:
            ended = await inline.carry_out(RunRequest(capability=GRAPH, input={"count": 0}))
            assert isinstance(ended, RunRow), ended
            assert ended.status == "done", ended

    await asyncio.gather(*(one() for _ in range(clients)))


def _theirs(server: Server, clients: int) -> Mapping[str, float]:
    url, count = server.database_url("saver"), COUNTS["its saver"]
    books = Books(url)
    script = [str(peer.python()), "-m", "bailiwick_bench.saver_peer", url, "durable"]
    before = books.bytes()
    done = subprocess.run(
        [*script, str(count), str(clients)],
        env=places.surroundings(), capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode()[-2000:])
    told = json.loads(done.stdout)
    found = _figures(count, (told["seconds"], told["cpu"]), before, books.bytes())
    return {**found, **{k: found[k] * count / (count + 5) for k in ("table_bytes", "log_bytes")}}


def _figures(
    count: int, took: tuple[float, float], before: tuple[int, int], after: tuple[int, int]
) -> dict[str, float]:
    seconds, cpu = took
    return {
        "rate": count / seconds,
        "cpu_ms": 1000 * cpu / count,
        "table_bytes": (after[0] - before[0]) / count,
        "log_bytes": (after[1] - before[1]) / count,
    }


def main() -> None:
    """Measure, print, and keep what was found unless it was quick."""
    parser = argparse.ArgumentParser(prog="python -m bench.runtime.durable", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts; nothing is kept")
    parser.add_argument("--peer", action="store_true", help="beside LangGraph's PostgreSQL saver")
    options = parser.parse_args()
    here = Path.cwd()
    found = measured(quick=options.quick, with_peer=options.peer)
    command = "python -m bench.runtime.durable" + (" --peer" if options.peer else "")
    os.chdir(here)
    text = result_text("runtime-durable", found, command=command)
    print(text)
    if not options.quick:
        keep_result("runtime-durable", text)


if __name__ == "__main__":
    main()
