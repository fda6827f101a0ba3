"""Recognising callers: once for all who ask at the same time."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from bailiwick.api.recognition import Recognition
from bailiwick.domain.access import Admission, Means
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.kit.clock import FixedClock
from bailiwick.wiring.recall import Recall

NOW = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
SOMEBODY = Admission(
    workspace_id=WorkspaceId("wsp_1"),
    person_id=PersonId("per_1"),
    role=Role.ADMIN,
    means=Means.KEY,
    means_id="key_1",
)


class Scene:
    """A door that counts how often it is asked, and may be broken."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.recall = Recall(self.clock)
        self.recognition = Recognition(self.recall, self._admit)
        self.keys = {"a": SOMEBODY}
        self.asked_count = 0
        self.broken = False
        self.refused = threading.Event()

    def _admit(self, means: Means, token: str) -> Admission | None:
        asked = self.recall.asking()
        self.asked_count += 1
        if self.broken:
            message = "the database is away"
            raise PortFault(message)
        found = self.keys.get(token)
        self.recall.keep(means, token, found, asked)
        if found is None:
            self.refused.set()
        return found

    async def ask(self, key: str = "a", *, count: int = 1) -> list[Admission | None]:
        return await asyncio.gather(*(self.recognition.of(Means.KEY, key) for _ in range(count)))

    def later(self, seconds: float) -> None:
        self.clock.set(self.clock.now() + timedelta(seconds=seconds))


class TestRecognition:
    def test_asks_once_for_all_who_ask_at_the_same_time(self) -> None:
        """Thirty requests with one key cost one question, and thirty more soon after none."""
        scene = Scene()

        async def work() -> None:
            assert await scene.ask(count=30) == [SOMEBODY] * 30
            assert await scene.ask(count=30) == [SOMEBODY] * 30

        asyncio.run(work())
        assert scene.asked_count == 1

    def test_asks_ahead_of_the_end_and_lets_nobody_wait(self) -> None:
        """An answer that is due is given once more while the next one is fetched."""
        scene = Scene()

        async def work() -> None:
            await scene.ask()
            scene.later(0.7)
            scene.keys.clear()
            assert await scene.ask(count=30) == [SOMEBODY] * 30
            await asyncio.to_thread(scene.refused.wait, 5)
            assert await scene.ask() == [None]

        asyncio.run(work())
        assert scene.asked_count == 3

    def test_waits_when_nothing_holds_any_more(self) -> None:
        """After the second is over a key that was taken back elsewhere works no longer."""
        scene = Scene()

        async def work() -> None:
            await scene.ask()
            scene.keys.clear()
            scene.later(1.1)
            assert await scene.ask(count=30) == [None] * 30

        asyncio.run(work())
        assert scene.asked_count == 2

    def test_does_not_join_a_question_from_before_something_was_taken_back(self) -> None:
        """Who comes after a key was taken back here gets an answer of its own."""
        scene = Scene()

        async def work() -> None:
            earlier = asyncio.create_task(scene.recognition.of(Means.KEY, "a"))
            await asyncio.sleep(0)
            scene.recall.forget()
            await asyncio.gather(earlier, scene.ask())

        asyncio.run(work())
        assert scene.asked_count == 2

    def test_tells_all_who_wait_that_the_database_is_away_and_asks_again(self) -> None:
        """A fault is nobody's answer: the next request asks anew."""
        scene = Scene()
        scene.broken = True

        async def work() -> None:
            with pytest.raises(PortFault):
                await scene.ask()
            scene.broken = False
            assert await scene.ask() == [SOMEBODY]

        asyncio.run(work())

    def test_serves_what_holds_while_the_database_is_away(self) -> None:
        """A renewal in vain is nobody's fault until the answer has ended."""
        scene = Scene()

        async def work() -> None:
            await scene.ask()
            scene.broken = True
            scene.later(0.7)
            assert await scene.ask() == [SOMEBODY]
            scene.later(0.7)
            with pytest.raises(PortFault):
                await scene.ask()

        asyncio.run(work())

    def test_goes_on_for_others_when_one_goes_away(self) -> None:
        """A request that is cancelled takes nobody's answer along."""
        scene = Scene()

        async def work() -> None:
            asking = (scene.recognition.of(Means.KEY, "a") for _ in range(2))
            first, second = (asyncio.create_task(one) for one in asking)
            await asyncio.sleep(0)
            first.cancel()
            assert await second == SOMEBODY

        asyncio.run(work())
        assert scene.asked_count == 1
