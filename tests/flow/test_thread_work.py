"""Threads while they are worked on: cancelled, rolled back, shared, followed, tidied, bounded."""

import asyncio
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from tests.fakes.office import DANA, Office, letter, office
from tests.fakes.third_graphs import ASK, LINGER, NOTE, ThirdGraphs

from bailiwick.domain.crm import Role
from bailiwick.domain.thread import (
    CancelAction,
    Command,
    GraphThreadId,
    Multitask,
    NewRun,
    StreamMode,
    ThreadRun,
    ThreadRunStatus,
    ThreadStatus,
    Waited,
)
from bailiwick.engine.thread_faults import UnableToFindThread
from bailiwick.ports.care import Holding

TURNS_COUNT = 50
TURN_BYTES = 2_000
LIVE_SIZES_MAX = 10
"""The goal: so many times the size of the live state may be stored."""


@pytest.fixture
def place(sqlite_url: str, tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url, graphs=ThirdGraphs()) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Office]:
    url = str(request.getfixturevalue(f"{request.param}_url"))
    with office(tmp_path, url=url, graphs=ThirdGraphs()) as opened:
        yield opened


def started(place: Office, thread_id: GraphThreadId, capability: str, **asked: Any) -> ThreadRun:  # noqa: ANN401 - fields of NewRun
    run = place.app.threads.start(thread_id, NewRun(capability=capability, **asked))
    assert isinstance(run, ThreadRun)
    return run


def told(place: Office, thread_id: GraphThreadId, capability: str, **asked: Any) -> ThreadRun:  # noqa: ANN401 - fields of NewRun
    """Start a run, carry it, and return how it ended."""
    run = started(place, thread_id, capability, **asked)
    assert asyncio.run(place.app.threads.carry(thread_id)) == 1
    return place.app.threads.run(thread_id, run.run_id)


async def lingering(place: Office, thread_id: GraphThreadId, run: ThreadRun) -> "asyncio.Task[int]":
    """Carry a thread in the background; return once its run has said something."""
    carrying = asyncio.create_task(place.app.threads.carry(thread_id))
    async for event in place.app.threads.events(thread_id, run.run_id):
        if event.event == "updates":
            return carrying
    raise AssertionError


async def first_event(place: Office, thread_id: GraphThreadId, run: ThreadRun) -> str:
    """Follow a run until it tells something, and return what that is called."""
    async for event in place.app.threads.events(thread_id, run.run_id):
        return event.event
    raise AssertionError


class TestCancelling:
    @pytest.mark.parametrize("action", list(CancelAction))
    def test_a_run_that_is_walking(self, either: Office, action: CancelAction) -> None:
        """It ends at once; what it reached stays, or is as it was before, values and all."""
        threads = either.app.threads
        thread_id = threads.create().thread_id
        told(either, thread_id, NOTE, input={"said": ["before"]})
        before = threads.get(thread_id).values

        async def cancel() -> ThreadRun | None:
            run = started(
                either, thread_id, LINGER, input={"topic": "tea"},
                stream_modes=(StreamMode.UPDATES,),
            )  # fmt: skip
            carrying = await lingering(either, thread_id, run)
            ended = await threads.cancel(thread_id, run.run_id, action=action, wait_seconds=10)
            assert await carrying == 1
            return ended

        ended = asyncio.run(cancel())
        thread = threads.get(thread_id)
        stored = asyncio.run(threads.state(thread_id)).values
        assert thread.status is ThreadStatus.IDLE
        assert thread.values == stored
        if action is CancelAction.ROLLBACK:
            assert ended is None
            assert stored == before
        else:
            assert ended is not None
            assert ended.status is ThreadRunStatus.INTERRUPTED
            # A frame is told before its checkpoint is stored: the stop may come between the two.
            assert stored["said"] in (["before"], ["before", "draft of tea"])
        assert told(either, thread_id, NOTE, input={"said": ["after"]}).error is None

    def test_a_newer_run_takes_its_place(self, place: Office) -> None:
        """With `rollback` the newer input finds the thread as it was before the older run."""
        threads = place.app.threads
        thread_id = threads.create().thread_id

        async def replace_it() -> int:
            run = started(
                place, thread_id, LINGER, input={"topic": "tea"},
                stream_modes=(StreamMode.UPDATES,),
            )  # fmt: skip
            carrying = await lingering(place, thread_id, run)
            started(place, thread_id, NOTE, input={"said": ["new"]}, multitask=Multitask.ROLLBACK)
            return await carrying

        assert asyncio.run(replace_it()) == 2
        assert threads.get(thread_id).values == {"said": ["new"], "topic": "new"}

    def test_rolling_back_an_answer_asks_again(self, place: Office) -> None:
        """The question waits as it did before it was answered."""
        threads = place.app.threads
        thread_id = threads.create().thread_id
        told(place, thread_id, ASK, input={"topic": "tea"})
        before = threads.get(thread_id)
        answer = Command(resume="fine", has_resume=True)
        run = told(place, thread_id, ASK, command=answer)
        with place.app.units.write() as unit:
            row = unit.threads.run(run.run_id)
            assert row is not None
            unit.threads.delete_run(run.run_id)
            unit.threads.add_run(
                replace(row, status=ThreadRunStatus.RUNNING, cancel=CancelAction.ROLLBACK.value)
            )
            unit.commit()
        assert asyncio.run(threads.carry(thread_id)) == 1
        after = threads.get(thread_id)
        assert after.values == before.values
        assert after.pauses == before.pauses
        assert after.status is ThreadStatus.INTERRUPTED
        told(place, thread_id, ASK, command=answer)
        assert threads.get(thread_id).values == {
            "topic": "tea",
            "said": ["draft of tea", "review: fine", "closed after 2"],
        }


class TestSharing:
    def test_queued_runs_take_effect_in_order(self, either: Office) -> None:
        """Five inputs on one thread: all of them are kept, one after another."""
        thread_id = either.app.threads.create().thread_id
        for number in range(5):
            started(either, thread_id, NOTE, input={"said": [str(number)]})
        assert asyncio.run(either.app.threads.carry(thread_id)) == 5
        values = either.app.threads.get(thread_id).values
        assert values == {"said": list("01234"), "topic": "4"}

    def test_waiting_ends_with_the_run(self, either: Office) -> None:
        """Who waits, and who follows, hears the end without asking again and again."""
        threads = either.app.threads

        async def wait() -> tuple[Waited, float]:
            thread_id = threads.create().thread_id
            run = started(either, thread_id, NOTE, input={"said": ["a"]})
            waiting = asyncio.create_task(threads.wait(thread_id, run.run_id, seconds_max=30))
            following = asyncio.create_task(first_event(either, thread_id, run))
            await asyncio.sleep(0.05)
            await threads.carry(thread_id)
            ended = time.monotonic()
            assert await following == "metadata"
            return await waiting, time.monotonic() - ended

        waited, seconds = asyncio.run(wait())
        assert waited.run.status is ThreadRunStatus.SUCCESS
        assert seconds < 5

    def test_one_thread_commits_for_the_process(self, place: Office) -> None:
        """Threads and runs that are carried here share the commits of small writes."""
        assert place.app.threads is place.app.threads
        assert "together" in vars(place.app.runs)


class TestCare:
    def test_erasing_a_contact_erases_its_threads(self, place: Office) -> None:
        """Threads about the contact are gone with their cards; others stay."""
        place.receive(letter("Could you send me a quote for 40 licences?"))
        threads = place.app.threads
        about, other = threads.create().thread_id, threads.create().thread_id
        told(place, about, "crm_orchestrator", input={"contact_id": DANA})
        told(place, other, NOTE, input={"said": ["a"]})
        assert place.pending()
        with place.app.units.write() as unit:
            threads.forget(unit, Holding(contact_id=DANA, addresses=(), names=()))
            unit.commit()
        assert not place.pending()
        with pytest.raises(UnableToFindThread):
            threads.get(about)
        assert threads.get(other).values is not None

    def test_tidying_deletes_what_has_expired(self, place: Office) -> None:
        """Threads beyond their time and frames beyond an hour go; a lost doorbell rings again."""
        threads = place.app.threads
        short, kept = threads.create(ttl_minutes=5), threads.create()
        run = told(place, kept.thread_id, NOTE, input={"said": ["a"]})
        stranded = started(place, kept.thread_id, NOTE, input={"said": ["b"]})
        assert threads.tidy() == 0
        place.later(hours=2)
        assert threads.tidy() >= 3
        with pytest.raises(UnableToFindThread):
            threads.get(short.thread_id)

        async def frames() -> list[object]:
            return [one async for one in threads.events(kept.thread_id, run.run_id)]

        assert asyncio.run(frames()) == []
        assert asyncio.run(threads.carry(kept.thread_id)) == 1
        ended = threads.run(kept.thread_id, stranded.run_id)
        assert ended.status is ThreadRunStatus.SUCCESS

    def test_a_forgotten_thread_goes_after_its_answer_too(self, place: Office) -> None:
        """The end of a stateless run's thread survives an approval and the run that follows."""
        place.receive(letter("Could you send me a quote for 40 licences?"))
        threads = place.app.threads
        thread_id = threads.create().thread_id
        told(place, thread_id, "crm_orchestrator", input={"contact_id": DANA}, forget=True)
        assert threads.get(thread_id).expires_at is None
        (card,) = place.pending()
        place.app.inbox.approve(
            card.approval_id,
            person_id=place.person(Role.APPROVER),
            shown_hash=card.payload_hash,
        )
        assert asyncio.run(threads.carry(thread_id)) == 1
        assert threads.get(thread_id).expires_at is not None
        place.later(minutes=11)
        assert threads.tidy() >= 1
        with pytest.raises(UnableToFindThread):
            threads.get(thread_id)


class TestStorage:
    def test_many_turns_stay_small_and_sealed(self, place: Office, sqlite_url: str) -> None:
        """Fifty turns of a growing list take at most ten times what it is; none of it is plain."""
        thread_id = place.app.threads.create().thread_id
        for number in range(TURNS_COUNT):
            words = f"planted-{number:04}" * (TURN_BYTES // 12)
            started(place, thread_id, NOTE, input={"said": [words]})
        assert asyncio.run(place.app.threads.carry(thread_id)) == TURNS_COUNT
        values = place.app.threads.get(thread_id).values
        assert values is not None
        assert len(values["said"]) == TURNS_COUNT  # pyright: ignore[reportArgumentType] - a list
        with place.app.database.reading() as connection:
            stored = connection.execute(
                text(
                    "select (select sum(length(body)) from checkpoints)"
                    " + (select sum(length(body)) from checkpoint_values)"
                    " + coalesce((select sum(length(body)) from checkpoint_writes), 0)"
                )
            ).scalar_one()
        live = TURNS_COUNT * TURN_BYTES
        assert stored < LIVE_SIZES_MAX * live
        path = Path(sqlite_url.removeprefix("sqlite:///"))
        for file in path.parent.glob(f"{path.name}*"):
            if file.is_file():
                assert b"planted-" not in file.read_bytes()
