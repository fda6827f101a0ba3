"""Runs the application: uvicorn on uvloop and httptools, loopback unless told, a bounded stop."""

import logging
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import uvicorn
from fastapi import FastAPI

from bailiwick.domain.public_address import is_loopback

STOP_SECONDS_MAX: Final = 5  # half of the ten seconds that a graceful stop may take
KEEP_ALIVE_SECONDS: Final = 30  # ours: above what proxies keep idle connections to reuse
BACKLOG: Final = 2048  # uvicorn's default
SWITCH_SECONDS: Final = 0.000_5  # ours: threads that compute let the loop run again this soon
HEADER_BYTES_MAX: Final = 64 * 1024  # ours: cookies and keys are under a kilobyte


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen."""

    host: str = "127.0.0.1"
    port: int = 8321

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)

    @property
    def url(self) -> str:
        """As a browser would write it."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{shown}:{self.port}"


def listen(address: Address) -> socket.socket:
    """Return a listening socket. Raises OSError when the port is taken or not ours."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((address.host, address.port))
        found.listen(BACKLOG)
    except OSError:
        found.close()
        raise
    return found


def run(
    app: FastAPI,
    listening: socket.socket,
    *,
    ready: Callable[[], None],
    stopping: Callable[[], None],
    proxies: Sequence[str] = (),
) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way within the limit.

    `ready` is called when it answers, `stopping` when it begins to stop; neither may take long.
    Proxies are addresses whose word is taken for where a caller comes from.
    """
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    # A thread that writes 32 rows gives way 32 times; by default each waits 5 ms for its next turn.
    sys.setswitchinterval(SWITCH_SECONDS)
    server = _Server(
        uvicorn.Config(
            app,
            loop="uvloop" if sys.platform != "win32" else "asyncio",
            http="httptools",
            ws="none",
            log_config=None,
            access_log=False,  # paths hold ids of customers' rows
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS_MAX,
        ),
        ready=ready,
        stopping=stopping,
    )
    server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Tells when it has begun to answer, and when it begins to stop."""

    def __init__(
        self, config: uvicorn.Config, *, ready: Callable[[], None], stopping: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, then say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what is under way; being told to stop is how a service ends, not a failure."""
        self._stopping()
        await super().shutdown(sockets=sockets)
        self._captured_signals.clear()  # uvicorn would raise them once more: exit code -15
