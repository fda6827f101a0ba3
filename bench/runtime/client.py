"""A small HTTP client that keeps so many connections busy and tells what each answer took.

`python -m bench.runtime.client URL --body FILE --clients 32 --seconds 5 --expect TEXT`, in a
process of its own, so that its work is not the server's. One JSON object is printed.
"""

import argparse
import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httptools
import uvloop

ANSWER_SECONDS_MAX: Final = 30


@dataclass(slots=True)
class Tally:
    """What came back."""

    seconds: list[float] = field(default_factory=list[float])
    wrong: list[str] = field(default_factory=list[str])
    began: float = 0.0
    ended: float = 0.0


class Connection(asyncio.Protocol):
    """One connection that is kept open and asks one thing after another."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answered: asyncio.Future[bytes] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []

    async def ask(self, request: bytes) -> bytes:
        """Send a request and return the answer's body, after its status."""
        assert self._transport is not None, "it is connected"
        self._answered = asyncio.get_running_loop().create_future()
        self._body = []
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(request)
        return await asyncio.wait_for(self._answered, ANSWER_SECONDS_MAX)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = transport  # pyright: ignore[reportAttributeAccessIssue] - uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        """Parse."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(exc or ConnectionError("closed by the server"))

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Hand the answer over."""
        if self._answered is not None and not self._answered.done():
            status = str(self._parser.get_status_code()).encode()
            self._answered.set_result(status + b" " + b"".join(self._body))


async def load(options: argparse.Namespace) -> Tally:
    """Ask from all connections until the time is over, after each has been answered once."""
    url: str = options.url
    parts, body = urlsplit(url), options.body
    assert parts.hostname is not None
    assert parts.port is not None
    host, port = parts.hostname, parts.port
    lines = [
        f"POST {parts.path} HTTP/1.1",
        f"host: {parts.netloc}",
        "content-type: application/json",
        f"content-length: {len(body)}",
        *options.header,
    ]
    request = "\r\n".join([*lines, "", ""]).encode() + body
    tally, expected = Tally(), b"200 "
    warm = asyncio.Barrier(options.clients)

    async def one() -> None:
        _, connection = await asyncio.get_running_loop().create_connection(Connection, host, port)
        await connection.ask(request)
        await warm.wait()
        tally.began = tally.began or time.perf_counter()
        until = tally.began + options.seconds
        while (start := time.perf_counter()) < until:
            answer = await connection.ask(request)
            end = time.perf_counter()
            if not answer.startswith(expected) or options.expect.encode() not in answer:
                tally.wrong.append(answer[:300].decode(errors="replace"))
            tally.seconds.append(end - start)
            tally.ended = max(tally.ended, end)

    async with asyncio.TaskGroup() as group:
        for _ in range(options.clients):
            group.create_task(one())
    return tally


def main() -> None:
    """Ask, and print how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--body", required=True, type=lambda name: Path(name).read_bytes())
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--expect", default="")
    parser.add_argument("--header", action="append", default=[])
    options = parser.parse_args()
    tally = uvloop.run(load(options))
    ordered = sorted(tally.seconds)
    found = {
        "count": len(ordered),
        "rate": len(ordered) / (tally.ended - tally.began),
        "p50_ms": 1000 * ordered[len(ordered) // 2],
        "p99_ms": 1000 * ordered[int(0.99 * (len(ordered) - 1))],
        "wrong_count": len(tally.wrong),
        "wrong": tally.wrong[:1],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
