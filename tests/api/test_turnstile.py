"""More requests than are answered at once are turned away; waiting is no work."""

import asyncio

from starlette.types import Message, Receive, Scope, Send
from tests.api.premises import Premises

from bailiwick.api.guard import Doorway, Guard
from bailiwick.api.turnstile import ACTIVE_COUNT_MAX, SLOT, Turnstile, step_aside


class TestTurnstile:
    def test_lets_in_as_many_as_it_says(self) -> None:
        """One more is turned away, until somebody has left."""
        door = Turnstile(active_max=2)
        first, second = door.enter(), door.enter()
        assert first is not None
        assert second is not None
        assert door.enter() is None
        first.leave()
        first.leave()
        assert door.active == 1
        assert door.enter() is not None

    def test_counts_who_waits_apart(self) -> None:
        """Whoever stands aside makes room, but these are bounded, too."""
        door = Turnstile(active_max=1, aside_max=2)
        first = door.enter()
        assert first is not None
        first.step_aside()
        second = door.enter()
        assert second is not None
        second.step_aside()
        assert (door.active, door.aside) == (0, 2)
        assert door.enter() is None
        second.leave()
        assert (door.active, door.aside) == (0, 1)
        assert door.enter() is not None

    def test_takes_stepping_aside_of_nobody(self) -> None:
        """Outside of a request there is no place to give up."""
        assert SLOT.get() is None
        step_aside()


class Slow:
    """An application in which every request waits until it is told to go on."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await self.go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class TestTheDoor:
    def test_says_429_at_once_and_health_always(self) -> None:
        """With every place taken a caller is told when to ask again; probes are answered."""
        assert asyncio.run(_crowded()) == [200] * ACTIVE_COUNT_MAX + [429, 200]

    def test_lets_the_next_ones_in(self, premises: Premises) -> None:
        """Places are given back, also after refusals and errors."""
        client = premises.client()
        codes = {client.get("/api/v1/runs").status_code for _ in range(ACTIVE_COUNT_MAX + 5)}
        assert codes == {401}


async def _crowded() -> list[int]:
    slow = Slow()
    guard = Guard(slow, doorway=Doorway(), new_id=lambda: "req_1")
    crowd = [asyncio.create_task(_status(guard, "/runs")) for _ in range(ACTIVE_COUNT_MAX)]
    await asyncio.sleep(0)
    late = await _status(guard, "/runs")
    probe = asyncio.create_task(_status(guard, "/livez"))
    await asyncio.sleep(0)
    slow.go_on.set()
    return [*await asyncio.gather(*crowd), late, await probe]


async def _status(guard: Guard, path: str) -> int:
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    headers = [(b"host", b"127.0.0.1")]
    scope: Scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
    await guard(scope, receive, send)
    if told[0]["status"] == 429:
        assert (b"retry-after", b"1") in told[0]["headers"]
    return int(told[0]["status"])
