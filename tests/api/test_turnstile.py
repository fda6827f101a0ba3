"""More requests than are answered at once are turned away; waiting is no work."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from starlette.types import Message, Receive, Scope, Send
from tests.api.premises import Premises

from bailiwick.api.guard import Doorway, Guard
from bailiwick.api.pace import ACTIVE_COUNT_MAX, ACTIVE_COUNT_MIN, WINDOW_COUNT, Lag, Usual
from bailiwick.api.turnstile import (
    CALM_SECONDS,
    LONG_SECONDS,
    METRICS_COUNT_MAX,
    SLOT,
    Slot,
    Turnstile,
    step_aside,
)


@dataclass
class Loop:
    """A virtual clock, and an event loop that comes round when it is told to."""

    at: float = 100.0
    called: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])

    def now(self) -> float:
        return self.at

    def door(self, *, active_max: int = ACTIVE_COUNT_MAX, aside_max: int = 99) -> Turnstile:
        lag = Lag(self.now, self.called.append)
        return Turnstile(active_max=active_max, aside_max=aside_max, now=self.now, lag=lag)

    def come_round(self, *, after: float = 0.0) -> None:
        self.at += after
        while self.called:
            self.called.pop()()


def entered(door: Turnstile) -> Slot:
    slot = door.enter()
    assert slot is not None
    return slot


def answers(loop: Loop, door: Turnstile, count: int, *, seconds: float, route: str = "/a") -> None:
    """Let requests come one after another, each of which takes so long; a crowd goes on."""
    for _ in range(count):
        slot = entered(door)
        loop.come_round()
        loop.at += seconds
        slot.answered(route, status=200)
        slot.leave()
        if door.crowded:
            crowd(door)


def crowd(door: Turnstile) -> None:
    """Fill every place, let one be refused, and empty it again."""
    inside = [entered(door) for _ in range(door.limit)]
    assert door.enter() is None
    for slot in inside:
        slot.leave()


class TestTurnstile:
    def test_lets_in_as_many_as_it_says(self) -> None:
        """One more is turned away, until enough have left."""
        door = Loop().door(active_max=2)
        first, second = entered(door), entered(door)
        assert door.enter() is None
        first.leave()
        first.leave()
        assert door.active == 1
        second.leave()
        assert door.enter() is not None

    def test_counts_who_waits_apart(self) -> None:
        """Whoever stands aside makes room, but these are bounded, too."""
        door = Loop().door(active_max=1, aside_max=2)
        first, second = entered(door), None
        first.step_aside()
        second = entered(door)
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


class TestWhoIsInsideForLong:
    def test_makes_room_for_others(self) -> None:
        """Who has been inside for long waits for somebody else, such as a model: others come in."""
        loop = Loop()
        door = loop.door(active_max=2)
        for _ in range(2):
            entered(door)
        assert door.enter() is None
        loop.at += CALM_SECONDS + LONG_SECONDS
        for _ in range(2):
            entered(door)
        assert (door.active, door.aside) == (2, 2)

    def test_is_bounded(self) -> None:
        """As many as there are places are set aside, and no more before these have left."""
        loop = Loop()
        door = loop.door(active_max=2)
        long = [entered(door), entered(door)]
        loop.at += 2 * LONG_SECONDS
        quick = [entered(door), entered(door)]
        loop.at += 2 * LONG_SECONDS
        assert door.enter() is None
        assert (door.active, door.aside) == (2, 2)
        for slot in long:
            slot.leave()
        loop.at += 2 * CALM_SECONDS
        assert door.enter() is not None
        assert [slot.waits for slot in quick] == [True, True]


class TestACrowd:
    def test_is_let_in_while_there_is_room(self) -> None:
        """However slow it gets, nobody is turned away before every place is taken."""
        loop = Loop()
        door = loop.door()
        answers(loop, door, 50, seconds=0.001)
        for _ in range(3):
            inside = [entered(door) for _ in range(ACTIVE_COUNT_MAX)]
            loop.come_round(after=0.2)
            for slot in inside:
                slot.answered("/a", status=200)
                slot.leave()
        assert door.limit == ACTIVE_COUNT_MAX

    def test_meets_a_low_limit_from_the_first_refusal(self) -> None:
        """Then it starts from the floor, and a second without a refusal ends it."""
        loop = Loop()
        door = loop.door()
        crowd(door)
        assert door.limit == ACTIVE_COUNT_MIN
        loop.at += CALM_SECONDS / 2
        assert door.limit == ACTIVE_COUNT_MIN
        loop.at += CALM_SECONDS
        assert door.limit == ACTIVE_COUNT_MAX

    def test_is_let_in_again_as_long_as_answers_are_quick(self) -> None:
        """Answers as quick as usual raise the limit by one each window, up to every place."""
        loop = Loop()
        door = loop.door(active_max=8)
        answers(loop, door, 50, seconds=0.001)
        crowd(door)
        answers(loop, door, WINDOW_COUNT, seconds=0.001)
        assert door.limit == ACTIVE_COUNT_MIN + 1
        answers(loop, door, WINDOW_COUNT * 20, seconds=0.001)
        assert door.limit == 8

    def test_is_kept_out_when_answers_become_slow(self) -> None:
        """Answers beyond the bearable bring the limit down, never below its floor."""
        loop = Loop()
        door = loop.door()
        answers(loop, door, 50, seconds=0.001)
        crowd(door)
        answers(loop, door, WINDOW_COUNT * 6, seconds=0.001)
        high = door.limit
        assert high == ACTIVE_COUNT_MIN + 6
        answers(loop, door, WINDOW_COUNT, seconds=0.003)
        assert high > door.limit > ACTIVE_COUNT_MIN
        answers(loop, door, WINDOW_COUNT * 4, seconds=0.1)
        assert door.limit == ACTIVE_COUNT_MIN

    def test_learns_nothing_of_itself(self) -> None:
        """What answers take in a crowd does not become usual, however long it lasts."""
        loop = Loop()
        door = loop.door()
        answers(loop, door, 50, seconds=0.001)
        crowd(door)
        answers(loop, door, 100 * WINDOW_COUNT, seconds=0.02)
        assert door.limit == ACTIVE_COUNT_MIN

    def test_is_measured_by_route(self) -> None:
        """A route that is slow by itself is no sign of a crowd, beside one that is quick."""
        loop = Loop()
        door = loop.door()
        answers(loop, door, 20, seconds=0.001, route="/quick")
        answers(loop, door, 20, seconds=0.02, route="/slow")
        crowd(door)
        answers(loop, door, WINDOW_COUNT, seconds=0.02, route="/slow")
        answers(loop, door, WINDOW_COUNT, seconds=0.001, route="/quick")
        assert door.limit == ACTIVE_COUNT_MIN + 2

    def test_is_not_measured_by_refusals(self) -> None:
        """An answer of 401 takes nothing, and nobody makes a route look quick by asking for it."""
        loop = Loop()
        door = loop.door()
        answers(loop, door, 20, seconds=0.01)
        for _ in range(200):
            slot = entered(door)
            loop.come_round(after=0.0001)
            slot.answered("/a", status=401)
            slot.leave()
        crowd(door)
        answers(loop, door, WINDOW_COUNT, seconds=0.01)
        assert door.limit == ACTIVE_COUNT_MIN + 1

    def test_waits_outside_while_the_loop_is_late(self) -> None:
        """Who must have waited too long before anybody saw it is turned away from empty places."""
        loop = Loop()
        door = loop.door()
        answers(loop, door, 50, seconds=0.001)
        crowd(door)
        answers(loop, door, WINDOW_COUNT, seconds=0.001)
        loop.come_round(after=0.005)
        assert door.enter() is None
        loop.come_round(after=0.0005)
        assert door.enter() is not None

    def test_may_find_a_late_loop_while_it_is_calm(self) -> None:
        """A loop that is late is no reason to turn anybody away while nobody had to be."""
        loop = Loop()
        door = loop.door()
        answers(loop, door, 50, seconds=0.001)
        entered(door)
        loop.come_round(after=0.5)
        assert door.enter() is not None


class TestUsual:
    def test_forgets_a_cold_answer(self) -> None:
        """The first answer may take a second, since it loads code; soon that is not usual."""
        usual = Usual()
        usual.learn("/a", 1.0)
        for _ in range(50):
            usual.learn("/a", 0.002)
        assert usual.of("/a") < 0.0025

    def test_is_not_moved_far_by_one_that_hangs(self) -> None:
        """A single slow answer says little."""
        usual = Usual()
        usual.learn("/a", 0.002)
        usual.learn("/a", 60.0)
        assert usual.of("/a") < 0.0025

    def test_follows_what_lasts(self) -> None:
        """A route that has become slower is slower as usual after some time."""
        usual = Usual()
        usual.learn("/a", 0.002)
        for _ in range(200):
            usual.learn("/a", 0.01)
        assert usual.of("/a") == pytest.approx(0.01, rel=0.05)


class TestWhoseBodyIsStillComing:
    def test_keeps_nobody_out(self) -> None:
        """A crowd of callers that send next to nothing makes room for one that asks."""
        door = Loop().door(active_max=2)
        for _ in range(20):
            entered(door).reads = True
        entered(door)
        assert (door.active, door.aside) == (1, 20)
        assert not door.crowded

    def test_counts_again_once_it_has_come(self) -> None:
        """Nobody is worked for without a place: the next one is turned away."""
        door = Loop().door(active_max=1)
        reader = entered(door)
        reader.reads = True
        other = entered(door)
        reader.has_read()
        assert (door.active, door.aside) == (2, 0)
        other.leave()
        assert door.enter() is None
        reader.leave()
        assert (door.active, door.aside) == (0, 0)

    def test_may_go_without_having_come(self) -> None:
        """Whoever gives up while others wait leaves no place behind."""
        door = Loop().door(active_max=1)
        reader = entered(door)
        reader.reads = True
        entered(door)
        reader.leave()
        assert (door.active, door.aside) == (1, 0)


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
        told = asyncio.run(_crowded("/runs", ACTIVE_COUNT_MAX, beside=("/livez", "/metrics")))
        assert told == [200] * ACTIVE_COUNT_MAX + [429, 200, 200]

    def test_has_places_of_their_own_for_numbers(self) -> None:
        """Asking for them is no way around the door, and keeps nobody else out of it."""
        told = asyncio.run(_crowded("/metrics", METRICS_COUNT_MAX, beside=("/readyz", "/runs")))
        assert told == [200] * METRICS_COUNT_MAX + [429, 200, 200]

    def test_is_not_held_by_bodies_that_do_not_come(self) -> None:
        """Whoever sends nothing keeps nobody out, and is answered when the body has come."""
        slow, quick = asyncio.run(_crawled())
        assert quick == 200
        assert set(slow) == {200}

    def test_lets_the_next_ones_in(self, premises: Premises) -> None:
        """Places are given back, also after refusals and errors."""
        client = premises.client()
        codes = {client.get("/api/v1/runs").status_code for _ in range(ACTIVE_COUNT_MAX + 5)}
        assert codes == {401}


class Eager:
    """An application that reads the whole body before it answers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def _crawled() -> tuple[list[int], int]:
    """Ask while far more than every place is held by bodies that do not come."""
    guard, come = Guard(Eager(), doorway=Doorway(), new_id=lambda: "req_1"), asyncio.Event()
    slow = [
        asyncio.create_task(_status(guard, "/signals", come=come))
        for _ in range(3 * ACTIVE_COUNT_MAX)
    ]
    await asyncio.sleep(0)
    quick = await _status(guard, "/runs")
    come.set()
    return await asyncio.gather(*slow), quick


async def _crowded(path: str, count: int, *, beside: tuple[str, ...]) -> list[int]:
    """Fill the places of a path, come once more, and ask for others beside it."""
    slow = Slow()
    guard = Guard(slow, doorway=Doorway(), new_id=lambda: "req_1")
    crowd = [asyncio.create_task(_status(guard, path)) for _ in range(count)]
    await asyncio.sleep(0)
    late = await _status(guard, path)
    others = [asyncio.create_task(_status(guard, other)) for other in beside]
    await asyncio.sleep(0)
    slow.go_on.set()
    return [*await asyncio.gather(*crowd), late, *await asyncio.gather(*others)]


async def _status(guard: Guard, path: str, *, come: asyncio.Event | None = None) -> int:
    told: list[Message] = []

    async def receive() -> Message:
        if come is not None:
            await come.wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    headers = [(b"host", b"127.0.0.1")]
    scope: Scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
    await guard(scope, receive, send)
    if told[0]["status"] == 429:
        assert (b"retry-after", b"1") in told[0]["headers"]
    return int(told[0]["status"])
