"""The fast path: one commit, one run for a key, a bound, and nothing that blocks the loop."""

import asyncio
from collections.abc import Generator, Mapping
from typing import Any

import pytest
from tests.fakes.acts import Hall, asked, hall
from tests.store.queues import Line

from bailiwick.domain.pool import Pool
from bailiwick.domain.run import RunRow, RunStatus
from bailiwick.engine.group_commit import GroupCommit
from bailiwick.engine.places import RETRY_AFTER_SECONDS, Places
from bailiwick.engine.runs.inline import Inline
from bailiwick.engine.runs.requests import RequestRefused, RunAccepted, Why
from bailiwick.ports.queue import Full

State = Mapping[str, Any]
walked: list[object] = []


async def add(state: State) -> State:
    walked.append(state["n"])
    await asyncio.sleep(0.02)
    return {"n": state["n"] + 1}


async def stumble(state: State) -> State:
    del state
    raise ZeroDivisionError


@pytest.fixture
def place(sqlite_line: Line) -> Generator[Hall]:
    walked.clear()
    with hall(sqlite_line, {"add": add, "stumble": stumble}) as found:
        yield found


class TestTheFastPath:
    def test_stores_the_run_with_its_result(self, place: Hall) -> None:
        """The answer is the run as it is stored; no job was needed."""
        run = asyncio.run(place.app.runs.inline.carry_out(asked("add", {"n": 1})))
        assert isinstance(run, RunRow)
        assert (run.status, run.result) == (RunStatus.DONE, {"n": 2})
        assert place.run(run.run_id).result == {"n": 2}
        assert place.jobs_count() == 0

    def test_stores_a_failure_too(self, place: Hall) -> None:
        """A bug ends the run as failed, by the name of the error."""
        run = asyncio.run(place.app.runs.inline.carry_out(asked("stumble", {})))
        assert isinstance(run, RunRow)
        assert place.run(run.run_id).status == RunStatus.FAILED
        assert "ZeroDivisionError" in run.reason

    def test_is_for_graphs_of_states_in_the_core_pool(self, sqlite_line: Line) -> None:
        """What plans, what waits and what has a pool of its own goes through its pool."""
        with hall(sqlite_line, {"add": add}, pool=Pool.EMAIL) as other:
            assert not other.app.runs.inline.takes("add")
            assert not other.app.runs.inline.takes("nonsense")

    def test_refuses_what_is_too_large(self, place: Hall) -> None:
        """A refusal comes back as it would from a queue, and nothing is stored."""
        given = {"n": "x" * 300_000}
        answer = asyncio.run(place.app.runs.inline.carry_out(asked("add", given)))
        assert isinstance(answer, RequestRefused)
        assert answer.why is Why.TOO_LARGE
        assert not walked


class TestAKey:
    def test_means_one_run_for_eight_at_once(self, place: Hall) -> None:
        """Eight requests under one key walk the graph once, and all get that run."""

        async def at_once() -> list[object]:
            wanted = asked("add", {"n": 1}, key="k")
            path = place.app.runs.inline
            return list(await asyncio.gather(*(path.carry_out(wanted) for _ in range(8))))

        runs = asyncio.run(at_once())
        assert len({run.run_id for run in runs if isinstance(run, RunRow)}) == 1
        assert all(isinstance(run, RunRow) for run in runs)
        assert walked == [1]

    def test_of_another_request_is_refused(self, place: Hall) -> None:
        """The same key with other words is a conflict."""

        async def twice() -> object:
            await place.app.runs.inline.carry_out(asked("add", {"n": 1}, key="k"))
            return await place.app.runs.inline.carry_out(asked("add", {"n": 2}, key="k"))

        answer = asyncio.run(twice())
        assert isinstance(answer, RequestRefused)
        assert answer.why is Why.KEY_TAKEN

    def test_of_a_queued_run_names_that_run(self, place: Hall) -> None:
        """A key that a pool has not ended yet is answered with the run to wait for."""
        run = place.ask("add", {"n": 1}, key="k")
        answer = asyncio.run(place.app.runs.inline.carry_out(asked("add", {"n": 1}, key="k")))
        assert isinstance(answer, RunAccepted)
        assert answer.run_id == run
        assert not walked


class TestTheBound:
    def test_answers_full_beyond_it(self, place: Hall) -> None:
        """Who comes when the line is full is told when to come back; the others are served."""
        runs, app = place.app.runs, place.app
        together = GroupCommit()
        path = Inline(
            units=app.units, clock=app.clock, graphs=app.graphs, states=runs.states,
            requests=runs.requests, together=together, places=Places(waiting_count_max=4),
        )  # fmt: skip

        async def crowd() -> list[object]:
            return list(
                await asyncio.gather(*(path.carry_out(asked("add", {"n": n})) for n in range(6)))
            )

        answers = asyncio.run(crowd())
        together.close()
        full = [answer for answer in answers if isinstance(answer, Full)]
        assert len(full) == 2
        assert full[0].retry_after_seconds == RETRY_AFTER_SECONDS
        assert sorted(map(str, walked)) == ["0", "1", "2", "3"]
