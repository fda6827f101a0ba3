"""Acts out clients that send a byte a second, and sees whether anybody else waits for them.

This needs a real server on a real port; it is the one the product runs on, in a thread.
"""

import http.client
import socket
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

import uvicorn

from bailiwick.api.app import build_app
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId
from bench.redteam.corpus import Row
from bench.redteam.counter import Counter
from bench.redteam.evidence import Evidence
from bench.redteam.rig import Pass, Rig

CONNECTIONS_COUNT: Final = 200  # the scenario's own number
REQUESTS_COUNT: Final = 200  # ours: the slowest but one is the 99th percentile
FLOOR_SECONDS: Final = 0.02  # ours: below this, other processes on the machine decide
START_SECONDS_MAX: Final = 10.0  # ours
_LOOK_SECONDS: Final = 0.01


def try_slow(rig: Rig, row: Row, one: Pass, *, turn: int) -> Evidence:
    """Measure healthy requests alone, then beside two hundred that never end."""
    seen = Evidence()
    with rig.open(one, None) as booth:
        desk = booth.counter
        assert desk is not None, "this trial is always served"
        by = desk.person(Role.REP)
        seen.before = seen.after = booth.snapshot()
        with _listening(desk) as port:
            quiet = _p99(desk, port, by=by)
            with _crawling(port):
                busy = _p99(desk, port, by=by)
        seen.others_ratio = busy / max(quiet, FLOOR_SECONDS)
    del row, turn
    return seen


def _p99(desk: Counter, port: int, *, by: PersonId) -> float:
    found: list[float] = []
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS_MAX)
    try:
        for _ in range(REQUESTS_COUNT):
            began = time.perf_counter()
            line.request("GET", "/api/v1/contacts?size=1", headers={"x-api-key": desk.keys[by]})
            answer = line.getresponse()
            answer.read()
            assert answer.status == http.client.OK, answer.status
            found.append(time.perf_counter() - began)
    finally:
        line.close()
    return sorted(found)[-2]


@contextmanager
def _listening(desk: Counter) -> Generator[int]:
    config = uvicorn.Config(
        build_app(desk.service),
        host="127.0.0.1",
        port=0,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.perf_counter() + START_SECONDS_MAX
    while not server.started:
        assert time.perf_counter() < until, "the server does not start"
        time.sleep(_LOOK_SECONDS)
    try:
        sockets: Sequence[socket.socket] = server.servers[0].sockets
        yield int(sockets[0].getsockname()[1])
    finally:
        server.should_exit = server.force_exit = True
        thread.join(START_SECONDS_MAX)


@contextmanager
def _crawling(port: int) -> Generator[None]:
    """Hold connections open that send one byte of their body each second."""
    ended = threading.Event()
    head = (
        b"POST /api/v1/signals HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(CONNECTIONS_COUNT)
        ]
        for one in slow:
            one.sendall(head)

        def drip() -> None:
            while not ended.wait(1.0):
                for one in slow:
                    one.sendall(b"1\r\n{\r\n")

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
