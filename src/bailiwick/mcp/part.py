"""The server as a part of the HTTP service, loaded at its first request.

The protocol's library takes most of a second to load, and a service has to be up in less.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Final, Protocol, TypeAlias

PATH: Final = "/mcp"

Message: TypeAlias = "MutableMapping[str, Any]"
Receive: TypeAlias = "Callable[[], Awaitable[Message]]"
Send: TypeAlias = "Callable[[Message], Awaitable[None]]"


class Manager(Protocol):
    """What the library answers requests with."""

    def run(self) -> AbstractAsyncContextManager[None]:
        """Be ready for requests while entered."""
        ...

    async def handle_request(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        ...


class HttpPart:
    """The server under `/mcp`: each request stands alone, no session is kept."""

    def __init__(self, make: Callable[[], Manager]) -> None:
        """`make` is called once, in a thread, at the first request."""
        self._make = make
        self._manager: Manager | None = None
        self._making = asyncio.Lock()
        self._made = asyncio.Event()
        self._entered = asyncio.Event()
        self._over = asyncio.Event()

    async def app(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request; the first one makes the server."""
        async with self._making:
            if self._manager is None:
                self._manager = await asyncio.to_thread(self._make)
                self._made.set()
        await self._entered.wait()
        await self._manager.handle_request(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Answer requests while entered; once only."""
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            self._over.set()
            if not self._made.is_set():
                keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping

    async def _keep(self) -> None:
        """Hold the server open: the library wants to be entered and left by one task."""
        await self._made.wait()
        assert self._manager is not None, "made"
        async with self._manager.run():
            self._entered.set()
            await self._over.wait()
