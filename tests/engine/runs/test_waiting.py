"""Waiting for runs: woken by the end, at the latest by a poll, and never for ever."""

import asyncio
import time
from collections.abc import Generator, Mapping
from typing import Any

import pytest
from tests.fakes.acts import Hall, hall, until
from tests.store.queues import Line

from bailiwick.domain.ids import RunId
from bailiwick.domain.run import RunStatus


async def echo(state: Mapping[str, Any]) -> Mapping[str, Any]:
    return dict(state)


@pytest.fixture
def place(line: Line) -> Generator[Hall]:
    with hall(line, {"echo": echo}) as found:
        yield found


class TestWaiting:
    def test_wakes_all_who_wait(self, place: Hall) -> None:
        """Eight who wait for two runs each get theirs as it ended."""
        runs = [place.ask("echo", {"n": n}) for n in range(2)]
        waiting, units = place.app.runs.waiting, place.app.units

        async def all_wait() -> list[object]:
            waits = [
                asyncio.create_task(waiting.ended(units, runs[n % 2], seconds_max=20))
                for n in range(8)
            ]
            async with place.working():
                found = await asyncio.gather(*waits)
            return [run.result for run in found if run is not None]

        assert asyncio.run(all_wait()) == [{"n": n % 2} for n in range(8)]

    def test_answers_at_once_for_a_run_that_ended_before(self, place: Hall) -> None:
        """Nobody needs to ring for what is over."""
        run = place.ask("echo", {"n": 1})
        place.work_until(lambda: place.status(run) == RunStatus.DONE)
        found = asyncio.run(place.app.runs.waiting.ended(place.app.units, run, seconds_max=20))
        assert found is not None
        assert found.result == {"n": 1}

    def test_gives_up_when_the_time_is_over(self, place: Hall) -> None:
        """A run that nobody carries, or that is not there, is not waited for beyond the time."""
        run = place.ask("echo")
        began = time.monotonic()
        for wanted in (run, RunId("run_nothing")):
            ended = place.app.runs.waiting.ended(place.app.units, wanted, seconds_max=0.05)
            assert asyncio.run(ended) is None
        assert time.monotonic() - began < 10

    def test_holds_no_thread_when_nobody_waits(self, place: Hall) -> None:
        """The listener ends with its last waiter and comes back with the next."""
        waiting = place.app.runs.waiting

        async def twice() -> None:
            for _ in range(2):
                run = place.ask("echo", {"n": 1})
                async with place.working():
                    assert await waiting.ended(place.app.units, run, seconds_max=20)
                await until(lambda: not waiting.listening)

        asyncio.run(twice())
