"""Callers of a real `bailiwick serve`, who ask again at once or at a rate, and what they got."""

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.reliability.probe.graph import note
from bench.reliability.workplace import PROBE

CONNECTIONS_COUNT_MAX: Final = 400  # ours: callers who ask at once; more wait for a connection
FIRST_SECONDS: Final = 1.0  # ours: in this time a server has noticed that it is overloaded
_WAIT: Final = json.dumps({"assistant_id": PROBE, "input": {"text": "x"}}).encode()
_QUEUE: Final = json.dumps({"capability": PROBE, "input": {"text": "x"}}).encode()


@dataclass
class Tally:
    """What callers got."""

    statuses: Counter[int] = field(default_factory=Counter[int])
    seconds: list[float] = field(default_factory=list[float])
    """Of answers with 2xx, as the caller saw them."""
    seconds_by: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    """The same for each kind of request."""
    seconds_later: list[float] = field(default_factory=list[float])
    """The same of requests that began later than `FIRST_SECONDS`."""
    refused_seconds: list[float] = field(default_factory=list[float])
    """Of answers with 429."""
    begun_at: float = field(default_factory=time.perf_counter)
    without_retry_after: int = 0
    cut_off: int = 0
    """Connections that ended before the whole answer."""

    def take(self, kind: str, seconds: float, *, began: float) -> None:
        """Keep the time of an answer with 2xx."""
        self.seconds.append(seconds)
        if began - self.begun_at > FIRST_SECONDS:
            self.seconds_later.append(seconds)
        self.seconds_by.setdefault(kind, []).append(seconds)

    def add(self, other: "Tally") -> None:
        """Take in what other callers got."""
        self.statuses += other.statuses
        for kind, seconds in other.seconds_by.items():
            self.seconds_by.setdefault(kind, []).extend(seconds)
        self.seconds += other.seconds
        self.refused_seconds += other.refused_seconds
        self.without_retry_after += other.without_retry_after
        self.cut_off += other.cut_off


def percentile_ms(seconds: list[float], percent: int) -> float:
    """Return a percentile in milliseconds; 0.0 of nothing."""
    ordered = sorted(seconds)
    place = max(0, -(-len(ordered) * percent // 100) - 1)
    return round(1000 * ordered[place], 2) if ordered else 0.0


class Caller:
    """Asks over kept connections, as clients with a pool of them do."""

    def __init__(self, port: int, key: str, ledger: Path) -> None:
        self._port = port
        self._key = key
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
        took = time.perf_counter() - began
        self._idle.append((reader, writer))
        tally.statuses[status] += 1
        if status < 300:  # noqa: PLR2004 - what HTTP calls a success
            tally.take("queue" if queued else "wait", took, began=began)
            if queued:
                note(self._ledger, str(json.loads(body)["run_id"]))
        elif status == 429:  # noqa: PLR2004 - HTTP's own number
            tally.refused_seconds.append(took)
            tally.without_retry_after += b"retry-after" not in headers

    def close(self) -> None:
        """Let go of the connections."""
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._idle:
            return self._idle.pop()
        return await asyncio.open_connection("127.0.0.1", self._port)

    def _request(self, *, queued: bool) -> bytes:
        path, body = ("/api/v1/runs", _QUEUE) if queued else ("/runs/wait", _WAIT)
        head = (
            f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: {self._key}\r\n"
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
