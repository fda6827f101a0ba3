"""POST /runs/wait: ours on SQLite and PostgreSQL, a bare handler, and `langgraph dev`.

`python -m bench.runtime.wait [--quick] [--peer]`. Every answer of ours is durable before it is
sent; `langgraph dev` keeps its runs in memory.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.store.postgres_server import running

from bench.result_file import Plain, keep_result, result_text
from bench.runtime import peer, places
from bench.runtime.places import Served
from bench.runtime.rounds import alternated, ratio, spreads

CLIENTS: Final = (1, 32)  # engine.md 11, goals 4 and 5
GRAPHS: Final = {"bench_nine": '"count"', "bench_held": '"__interrupt__"'}
PEERS: Final = {"langgraph dev, 1 job (default)": None, "langgraph dev, 10 jobs": 10}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    seconds: float


def measured(graph: str, size: Size, *, with_peer: bool) -> dict[str, Plain]:
    """Measure all servers in turn, by number of clients."""
    found: dict[str, Plain] = {}
    with places.a_folder() as name, _servers(Path(name), with_peer=with_peer) as servers:
        for clients in CLIENTS:
            print(f"{graph}, {clients} clients", flush=True)
            asked = {
                server: partial(_loaded, served, Path(name), graph, clients=clients, size=size)
                for server, served in servers.items()
                if graph == "bench_nine" or server != "bare FastAPI handler"
            }
            found[f"{graph}, {clients} clients"] = _compared(asked, size.rounds)
    return found


def _compared(
    asked: Mapping[str, Callable[[], Mapping[str, float]]], rounds: int
) -> dict[str, Plain]:
    figures = alternated(asked, rounds)
    found = spreads(figures)
    ours = [name for name in figures if name.startswith("bailiwick")]
    for name, other in ((n, o) for n in ours for o in figures if o not in ours):
        found[f"{name} / {other}"] = {
            figure: ratio(figures[name][figure], figures[other][figure])
            for figure in ("rate", "p50_ms", "p99_ms", "server_cpu_ms")
        }
    return found


@contextmanager
def _servers(folder: Path, *, with_peer: bool) -> Generator[dict[str, Served]]:
    with ExitStack() as stack:
        server = stack.enter_context(running(folder))
        own = {"sqlite": folder / "sqlite", "postgres": folder / "postgres"}
        for kept in own.values():
            kept.mkdir()
        found: dict[str, Served] = {}
        for name, place in {
            "bailiwick, sqlite": places.on_sqlite(own["sqlite"]),
            "bailiwick, postgres": places.on_postgres(own["postgres"], server, "waits"),
        }.items():
            found[name] = stack.enter_context(places.serving(place))
            stack.enter_context(places.working(place, "core"))
        port = places.free_port()
        command = [sys.executable, "-m", "bailiwick_bench.bare", str(port)]
        found["bare FastAPI handler"] = stack.enter_context(
            places.listening(
                command, port, places.surroundings(), folder=folder, path="/openapi.json"
            )
        )
        for name, jobs in PEERS.items() if with_peer else ():
            found[name] = stack.enter_context(peer.langgraph_dev(folder, jobs=jobs))
        yield found


def _loaded(
    served: Served, folder: Path, graph: str, *, clients: int, size: Size
) -> Mapping[str, float]:
    """Ask from a process of its own."""
    body = folder / f"{graph}.json"
    body.write_text(json.dumps({"assistant_id": graph, "input": {"count": 0}}))
    command = [sys.executable, "-m", "bench.runtime.client", f"{served.url}/runs/wait"]
    command += ["--body", str(body), "--clients", str(clients), "--expect", GRAPHS[graph]]
    command += ["--seconds", str(size.seconds)]
    for header in served.headers:
        command += ["--header", header]
    before = places.cpu_seconds(served.process.pid)
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    spent = places.cpu_seconds(served.process.pid) - before
    if done.returncode != 0:
        message = f"{served.url}: {done.stderr.decode()[-2000:]}"
        raise RuntimeError(message)
    told = json.loads(done.stdout)
    if told["wrong_count"] or not told["count"]:
        message = f"{served.url} answered wrongly {told['wrong_count']} times: {told['wrong']}"
        raise RuntimeError(message)
    figures = {figure: told[figure] for figure in ("rate", "p50_ms", "p99_ms")}
    return {**figures, "server_cpu_ms": 1000 * spent / (told["count"] + clients)}


def main() -> None:
    """Measure, print, and keep what was found unless it was quick."""
    parser = argparse.ArgumentParser(prog="python -m bench.runtime.wait", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts; nothing is kept")
    parser.add_argument("--peer", action="store_true", help="beside `langgraph dev`")
    parser.add_argument("--graph", choices=list(GRAPHS), help="one graph instead of both")
    options = parser.parse_args()
    size = Size(rounds=2, seconds=1.5) if options.quick else Size(rounds=3, seconds=3)
    for graph in [options.graph] if options.graph else GRAPHS:
        found = measured(graph, size, with_peer=options.peer)
        command = f"python -m bench.runtime.wait --graph {graph}"
        command += " --peer" if options.peer else ""
        name = f"runtime-wait-{graph.removeprefix('bench_')}"
        text = result_text(name, found, command=command)
        print(text, flush=True)
        if not options.quick:
            keep_result(name, text)


if __name__ == "__main__":
    main()
