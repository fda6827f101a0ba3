"""What a thread costs that waits for a person, and what a long conversation costs.

`python -m bench.runtime.threads [--quick] [--peer]`. Thousands of threads are paused in one served
process, whose memory is looked at before and after; then 200 turns are held on one thread, beside
LangGraph with its PostgreSQL saver.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tests.store.postgres_server import Server, running

from bench.result_file import Plain, keep_result, result_text
from bench.runtime import peer, places
from bench.runtime.client import Connection
from bench.runtime.durable import Books
from bench.runtime.places import Place, Served

CONNECTIONS_COUNT: Final = 8
WARM_COUNT: Final = 100  # ours: caches and graphs are there before anything is measured
IDLE_COUNT: Final = 2_000  # ours: a megabyte more or less is then half a kilobyte each
TURNS_COUNT: Final = 200  # engine.md 11, goal 13
READS_COUNT: Final = 20
REST_SECONDS: Final = 5.0  # ours: the pools have put down what they held
_PAUSED: Final = b'"__interrupt__"'


class Door:
    """Asks a served workspace over connections that are kept."""

    def __init__(self, served: Served, connection: Connection) -> None:
        self._served = served
        self._connection = connection

    async def ask(self, method: str, path: str, body: object = None) -> bytes:
        """Return the body of an answer that is a success."""
        content = b"" if body is None else json.dumps(body).encode()
        lines = [
            f"{method} {path} HTTP/1.1",
            f"host: {urlsplit(self._served.url).netloc}",
            "content-type: application/json",
            f"content-length: {len(content)}",
            *self._served.headers,
        ]
        answer = await self._connection.ask("\r\n".join([*lines, "", ""]).encode() + content)
        assert answer.startswith(b"200 "), answer[:300]
        return answer[4:]

    async def thread(self) -> str:
        """Make a thread."""
        return str(json.loads(await self.ask("POST", "/threads", {}))["thread_id"])

    async def run(self, thread: str, graph: str, given: Mapping[str, object]) -> bytes:
        """Run a graph on a thread, until it ends or pauses."""
        wanted = {"assistant_id": graph, "input": given}
        return await self.ask("POST", f"/threads/{thread}/runs/wait", wanted)


async def door(served: Served) -> Door:
    """Connect."""
    parts, loop = urlsplit(served.url), asyncio.get_running_loop()
    assert parts.hostname is not None
    assert parts.port is not None
    _, connection = await loop.create_connection(Connection, parts.hostname, parts.port)
    return Door(served, connection)


async def paused(served: Served, count: int) -> None:
    """Leave so many threads waiting for a person."""
    left = iter(range(count))

    async def one() -> None:
        mine = await door(served)
        for _ in left:
            answer = await mine.run(await mine.thread(), "bench_held", {"count": 0})
            assert _PAUSED in answer, answer[:300]

    await asyncio.gather(*(one() for _ in range(CONNECTIONS_COUNT)))


async def talked(served: Served, count: int) -> dict[str, Plain]:
    """Hold one conversation of so many turns, and read where it stands."""
    mine = await door(served)
    thread, began, answer = await mine.thread(), time.perf_counter(), b""
    for _ in range(count):
        answer = await mine.run(thread, "bench_talk", {"said": []})
    took = time.perf_counter() - began
    assert len(json.loads(answer)["said"]) == count
    return {
        "live_bytes": len(answer),
        "turn_ms": round(1000 * took / count, 2),
        "read_ms": await _median(partial(mine.ask, "GET", f"/threads/{thread}/state")),
        "read_ten_of_history_ms": await _median(
            partial(mine.ask, "GET", f"/threads/{thread}/history?limit=10")
        ),
    }


async def _median(read: Callable[[], Awaitable[object]]) -> float:
    seconds: list[float] = []
    for _ in range(READS_COUNT):
        began = time.perf_counter()
        await read()
        seconds.append(time.perf_counter() - began)
    return round(1000 * statistics.median(seconds), 2)


def memory(served: Served) -> dict[str, int]:
    """Return the bytes that the server holds, and that all its pools hold together."""
    pid = served.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pools = [child for path in Path(f"/proc/{pid}/task").iterdir() for child in _children(path)]
    return {"server": _anonymous(pid), "pools": sum(map(_anonymous, {*children, *pools}))}


def _children(task: Path) -> list[str]:
    return (task / "children").read_text().split()


def _anonymous(pid: int | str) -> int:
    """Return what a process holds beside files, which it shares."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("RssAnon:")]
    return 1024 * int(line.split()[1])


def idle(place: Place, served: Served, count: int) -> dict[str, Plain]:
    """Return what so many threads that wait cost, each."""
    books = _books(place.database_url)
    asyncio.run(paused(served, WARM_COUNT))
    time.sleep(REST_SECONDS)
    held, stored, began = memory(served), books.bytes()[0], time.perf_counter()
    asyncio.run(paused(served, count))
    took = time.perf_counter() - began
    time.sleep(REST_SECONDS)
    now = memory(served)
    found: dict[str, Plain] = {
        "threads": count,
        "paused_per_second": round(count / took, 1),
        "stored_bytes_each": round((books.bytes()[0] - stored) / count),
    }
    for who, before in held.items():
        found[f"{who}_mib_before"] = round(before / 2**20, 1)
        found[f"{who}_bytes_each"] = round((now[who] - before) / count)
    print(f"  {found}", flush=True)
    return found


def conversation(place: Place, served: Served, count: int) -> dict[str, Plain]:
    """Return what one long thread costs."""
    books = _books(place.database_url)
    before = books.bytes()[0]
    found = asyncio.run(talked(served, count))
    return _told("bailiwick", found, books.bytes()[0] - before)


def their_conversation(server: Server, count: int) -> dict[str, Plain]:
    """Return the same of LangGraph and its saver, in a process of its own."""
    server.execute("CREATE DATABASE saver")
    url = server.database_url("saver")
    script = [str(peer.python()), "-m", "bailiwick_bench.saver_peer", url, "turns", str(count)]
    done = subprocess.run(
        script, env=places.surroundings(), capture_output=True, check=False, timeout=300
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode()[-2000:])
    told: dict[str, Any] = json.loads(done.stdout)
    found: dict[str, Plain] = {
        "live_bytes": told["live_bytes"],
        "turn_ms": round(1000 * told["seconds"] / count, 2),
        "read_ms": round(told["read_ms"], 2),
        "read_ten_of_history_ms": round(told["history_ms"], 2),
    }
    return _told("its saver", found, _books(url).bytes()[0])


def _told(who: str, found: dict[str, Plain], stored: int) -> dict[str, Plain]:
    live = found["live_bytes"]
    assert isinstance(live, int)
    found |= {"stored_bytes": stored, "stored / live": round(stored / live, 1)}
    print(f"  {who}: {found}", flush=True)
    return found


def _books(url: str) -> Books:
    return Books(url.replace("postgresql+psycopg", "postgresql"))


def measured(*, quick: bool, with_peer: bool) -> dict[str, Plain]:
    """Measure both."""
    with places.a_folder() as name, running(Path(name)) as server:
        place = places.on_postgres(Path(name), server, "threads")
        with places.serving(place) as served:
            print("threads that wait", flush=True)
            waiting = idle(place, served, 100 if quick else IDLE_COUNT)
            print("a long conversation", flush=True)
            turns = 40 if quick else TURNS_COUNT
            long = {"bailiwick": conversation(place, served, turns)}
        if with_peer:
            long["its saver"] = their_conversation(server, turns)
    return {"idle threads": waiting, f"{turns} turns": dict(long)}


def main() -> None:
    """Measure, print, and keep what was found unless it was quick."""
    parser = argparse.ArgumentParser(prog="python -m bench.runtime.threads", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small counts; nothing is kept")
    parser.add_argument("--peer", action="store_true", help="beside LangGraph's PostgreSQL saver")
    options = parser.parse_args()
    here = Path.cwd()
    found = measured(quick=options.quick, with_peer=options.peer)
    command = "python -m bench.runtime.threads" + (" --peer" if options.peer else "")
    os.chdir(here)
    text = result_text("runtime-threads", found, command=command)
    print(text)
    if not options.quick:
        keep_result("runtime-threads", text)


if __name__ == "__main__":
    main()
