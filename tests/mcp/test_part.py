import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bailiwick.mcp.part import HttpPart, Manager, Message, Receive, Send


class Counting:
    """A manager that counts; it answers only while entered."""

    def __init__(self) -> None:
        self.entered = False
        self.answered = 0

    @asynccontextmanager
    async def run(self) -> AsyncGenerator[None]:
        self.entered = True
        yield
        self.entered = False

    async def handle_request(self, scope: Message, receive: Receive, send: Send) -> None:
        del scope, receive, send
        assert self.entered
        self.answered += 1


async def _nothing() -> Message:
    return {}


async def _unheard(message: Message) -> None:
    del message


class TestThePart:
    def test_is_made_once_at_the_first_request(self) -> None:
        """Requests at once wait for one server; nothing is made before anybody asks."""
        managers: list[Counting] = []

        def make() -> Manager:
            managers.append(Counting())
            return managers[-1]

        async def serving() -> None:
            part = HttpPart(make)
            async with part.running():
                assert managers == []
                await asyncio.gather(*(part.app({}, _nothing, _unheard) for _ in range(5)))
            assert [m.answered for m in managers] == [5]
            assert not managers[0].entered

        asyncio.run(serving())

    def test_that_cannot_be_made_is_tried_again(self) -> None:
        """A failure ends that request only, and the service still stops."""
        tries: list[int] = []

        def make() -> Manager:
            tries.append(1)
            if len(tries) == 1:
                message = "no library"
                raise ImportError(message)
            return Counting()

        async def serving() -> None:
            part = HttpPart(make)
            async with part.running():
                with pytest.raises(ImportError):
                    await part.app({}, _nothing, _unheard)
                await part.app({}, _nothing, _unheard)

        asyncio.run(serving())
        assert len(tries) == 2
