"""A real `bailiwick serve` under three times the load it can carry: who is let in, and how fast.

python -m bench.reliability.overload --seconds 10 --seed 1

Idle: one request after another. Capacity: as many answers a second as 32 clients get that ask
again at once. Overload: requests begin at three times that rate, whatever came of the others, half
of them for the final state of a graph, half for a queued run. Every accepted run is noted in a file
and looked up afterwards. `--stops` sends SIGTERM under that load instead, over and over.
"""

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bailiwick.domain.ids import RunId
from bench.reliability.assembly import Place
from bench.reliability.chaos import databases
from bench.reliability.probe.graph import note
from bench.reliability.workplace import PROBE, Site, probe_installed
from bench.result_file import Plain, keep_result, result_text

CLIENTS_COUNT: Final = 32  # engine.md 11
CONNECTIONS_COUNT_MAX: Final = 400  # ours: callers who ask at once; more wait for a connection
OVERLOAD_TIMES: Final = 3  # reliability R10
STOP_SECONDS_MAX: Final = 10.0  # reliability R13
START_SECONDS_MAX: Final = 60.0
_WAIT: Final = json.dumps({"assistant_id": PROBE, "input": {"text": "x"}}).encode()
_QUEUE: Final = json.dumps({"capability": PROBE, "input": {"text": "x"}}).encode()


@dataclass
class Tally:
    """What callers got."""

    statuses: Counter[int] = field(default_factory=Counter[int])
    seconds: list[float] = field(default_factory=list[float])
    """Of answers with 2xx."""
    without_retry_after: int = 0
    cut_off: int = 0
    """Connections that ended before the whole answer."""

    def p99_ms(self) -> float:
        """Return the 99th percentile of admitted requests."""
        ordered = sorted(self.seconds)
        return round(1000 * ordered[max(0, len(ordered) * 99 // 100 - 1)], 2) if ordered else 0.0


@dataclass
class Served:
    """A server process."""

    process: "subprocess.Popen[str]"
    port: int
    key: str

    def resident_kb(self) -> int:
        """Return the memory that it holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
        return int(line.split()[1])


class Caller:
    """Asks over kept connections, as clients with a pool of them do."""

    def __init__(self, served: Served, ledger: Path) -> None:
        self._served = served
        self._ledger = ledger
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, tally: Tally, *, queued: bool) -> None:
        """Send one request, read the answer, note what was accepted."""
        began = time.perf_counter()
        try:
            reader, writer = await self._connection()
            writer.write(self._request(queued=queued))
            status, headers, body = await _answer(reader)
        except (OSError, EOFError):
            tally.cut_off += 1
            return
        self._idle.append((reader, writer))
        tally.statuses[status] += 1
        if status < 300:  # noqa: PLR2004 - what HTTP calls a success
            tally.seconds.append(time.perf_counter() - began)
            if queued:
                note(self._ledger, str(json.loads(body)["run_id"]))
        elif status == 429 and b"retry-after" not in headers:  # noqa: PLR2004 - HTTP's own number
            tally.without_retry_after += 1

    def close(self) -> None:
        """Let go of the connections."""
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._idle:
            return self._idle.pop()
        return await asyncio.open_connection("127.0.0.1", self._served.port)

    def _request(self, *, queued: bool) -> bytes:
        path, body = ("/api/v1/runs", _QUEUE) if queued else ("/runs/wait", _WAIT)
        head = (
            f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: {self._served.key}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
    return int(head[9:12]), head, await reader.readexactly(length)


async def closed_loop(caller: Caller, *, clients: int, seconds: float) -> tuple[Tally, float]:
    """Let clients ask again as soon as they are answered; return that and answers a second."""
    tally, until = Tally(), time.monotonic() + seconds

    async def client(number: int) -> None:
        turn = number
        while time.monotonic() < until:
            await caller.ask(tally, queued=turn % 2 == 1)
            turn += 1

    await asyncio.gather(*(client(number) for number in range(clients)))
    return tally, len(tally.seconds) / seconds


async def open_loop(
    caller: Caller, *, rate: float, seconds: float, dice: random.Random
) -> tuple[Tally, int]:
    """Begin requests at a rate, whatever becomes of them; return how many were begun."""
    tally, until = Tally(), time.monotonic() + seconds
    going: set[asyncio.Task[None]] = set()
    due, begun = time.monotonic(), 0
    while (now := time.monotonic()) < until:
        while due <= now:
            due += dice.expovariate(rate)
            if len(going) < CONNECTIONS_COUNT_MAX:
                task = asyncio.create_task(caller.ask(tally, queued=dice.random() < 0.5))  # noqa: PLR2004 - half
                going.add(task)
                task.add_done_callback(going.discard)
                begun += 1
        await asyncio.sleep(max(0.0, min(0.01, due - time.monotonic())))
    await asyncio.gather(*going)
    return tally, begun


@contextmanager
def serving(folder: Path, url: str, packages: Path) -> Generator[Served]:
    """Serve on a free port; ended by force when it does not end when told."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": f"{packages}:{Path.cwd()}",
        "BAILIWICK_DATABASE_URL": url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bailiwick", "serve", "--port", "0", "--json"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        told = _document(process)
        keys = folder / "key"
        if told["first_keys"]:
            keys.write_text(next(iter(told["first_keys"].values())))
        port = int(str(told["url"]).rpartition(":")[2])
        yield Served(process, port, keys.read_text())
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS_MAX * 2)
        process.kill()
        process.wait()


def _document(process: "subprocess.Popen[str]") -> "dict[str, dict[str, str]]":
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line.rstrip() == "}":
            return json.loads(text)
    message = "the server ended before it listened"
    raise AssertionError(message)


def lost(site: Site, ledger: Path) -> tuple[int, int]:
    """Return how many runs were accepted, and how many of these are not stored."""
    ids = ledger.read_text("ascii").split() if ledger.exists() else []
    with site.opened() as app, app.units.read() as unit:
        missing = sum(unit.runs.get(RunId(run_id)) is None for run_id in ids)
    return len(ids), missing


async def overloaded(served: Served, ledger: Path, args: argparse.Namespace) -> dict[str, Plain]:
    """Measure idle, capacity and overload, in this order."""
    caller, dice = Caller(served, ledger), random.Random(args.seed)
    await closed_loop(caller, clients=4, seconds=1.0)  # warms
    idle, _ = await closed_loop(caller, clients=1, seconds=args.seconds / 2)
    _, capacity = await closed_loop(caller, clients=CLIENTS_COUNT, seconds=args.seconds / 2)
    before = served.resident_kb()
    rate = OVERLOAD_TIMES * capacity
    crowd, begun = await open_loop(caller, rate=rate, seconds=args.seconds, dice=dice)
    after = served.resident_kb()
    caller.close()
    return {
        "idle_p99_ms": idle.p99_ms(),
        "capacity_a_second": round(capacity),
        "wanted_a_second": round(rate),
        "begun_a_second": round(begun / args.seconds),
        "admitted_a_second": round(len(crowd.seconds) / args.seconds),
        "admitted_p99_ms": crowd.p99_ms(),
        "statuses": {str(code): count for code, count in sorted(crowd.statuses.items())},
        "server_errors": sum(n for code, n in crowd.statuses.items() if code >= 500),  # noqa: PLR2004 - HTTP's own
        "refused_without_retry_after": crowd.without_retry_after,
        "cut_off": crowd.cut_off,
        "resident_kb": [before, after],
    }


async def stopped(served: Served, ledger: Path, *, dice: random.Random) -> tuple[float, Tally]:
    """Send SIGTERM in the middle of load; return how long the end took, and what callers got."""
    caller, tally = Caller(served, ledger), Tally()
    going = [asyncio.create_task(caller.ask(tally, queued=n % 2 == 1)) for n in range(20)]
    await asyncio.sleep(dice.uniform(0, 0.05))
    served.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    await asyncio.gather(*going)
    caller.close()
    await asyncio.to_thread(served.process.wait, STOP_SECONDS_MAX * 2)
    return time.monotonic() - began, tally


def stops(folder: Path, site: Site, ledger: Path, args: argparse.Namespace) -> dict[str, Plain]:
    """Start, load and stop a server, over and over."""
    dice, seconds, tally = random.Random(args.seed), list[float](), Counter[str]()
    began = time.monotonic()
    while len(seconds) < args.stops and time.monotonic() - began < args.seconds_max:
        with serving(folder, site.place.url, folder / "packages") as served:
            took, got = asyncio.run(stopped(served, ledger, dice=dice))
            tally["exit 0"] += served.process.returncode == 0
        seconds.append(took)
        tally.update({f"status {code}": count for code, count in got.statuses.items()})
        tally["refused or cut off before an answer"] += got.cut_off
    return {
        "stops": len(seconds),
        "seconds_to_exit_max": round(max(seconds), 2),
        "answers": dict(tally),
    }


def main() -> int:
    """Run the trial and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--stops", type=int, default=0, help="stop so often under load instead")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds-max", type=float, default=600.0)
    parser.add_argument("--keep", action="store_true", help="write bench/results")
    args = parser.parse_args()
    print(f"seed {args.seed}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="overload-") as name,
        databases(args.database, Path(name)) as (url, _),
    ):
        folder = Path(name)
        probe_installed(folder / "packages")
        site = Site(Place(url, 0, folder / "ledger"), folder / "notes")
        site.found(0)
        ledger = folder / "accepted"
        if args.stops:
            found = stops(folder, site, ledger, args)
        else:
            with serving(folder, url, folder / "packages") as served:
                found = asyncio.run(overloaded(served, ledger, args))
        accepted, missing = lost(site, ledger)
    found |= {"database": args.database, "seed": args.seed}
    found |= {"accepted_runs": accepted, "accepted_runs_lost": missing}
    name = "reliability-stops" if args.stops else "reliability-overload"
    command = "python -m " + " ".join(["bench.reliability.overload", *sys.argv[1:]])
    text = result_text(name, found, command=command)
    print(text)
    if args.keep:
        keep_result(f"{name}-{args.database}", text)
    broken = missing or found.get("server_errors") or found.get("refused_without_retry_after")
    late = float(str(found.get("seconds_to_exit_max", 0))) > STOP_SECONDS_MAX
    return 1 if broken or late else 0


if __name__ == "__main__":
    sys.exit(main())
