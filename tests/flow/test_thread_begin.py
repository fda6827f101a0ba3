"""A run that may pause, walked where it was asked for: the same thread as from its pool."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from tests.fakes.office import TUESDAY, Office, office
from tests.fakes.third_graphs import (
    ASK,
    ASK_TWICE,
    BESIDE,
    BROKEN,
    LINGER,
    NOTE,
    OPAQUE,
    WITHIN,
    ThirdGraphs,
)
from tests.flow.beginning import HERE

from bailiwick.domain.ids import PersonId
from bailiwick.domain.thread import (
    Command,
    GraphThreadId,
    NewRun,
    ThreadQuery,
    ThreadRun,
    ThreadRunStatus,
    ThreadStatus,
    Waited,
)
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.plain import plain
from bailiwick.settings import Settings, StoreSettings
from bailiwick.wiring.application import build
from bailiwick.wiring.doubles import Doubles

ROOT = Path(__file__).parents[2]
BY = PersonId("per_who")
TABLES = (
    *("threads", "thread_runs", "thread_events"),
    *("checkpoints", "checkpoint_values", "checkpoint_writes"),
)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def place(url: str, tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, url=url, graphs=ThirdGraphs()) as opened:
        yield opened


def asked(capability: str, **more: Any) -> NewRun:  # noqa: ANN401 - fields of NewRun
    given = {"topic": "tea"}
    return NewRun(
        capability=capability,
        assistant_id="an id",
        input=given,
        forget=True,
        requested_by=BY,
        **more,
    )


def begun(place: Office, wanted: NewRun) -> Waited:
    """Walk a run here."""
    found = asyncio.run(place.app.threads.begin(wanted, by=BY, seconds_max=20))
    assert isinstance(found, Waited)
    return found


def pooled(place: Office, wanted: NewRun) -> Waited:
    """Walk a run as a pool does."""
    threads = place.app.threads
    thread_id = threads.create(by=BY).thread_id
    run = threads.start(thread_id, wanted)
    assert isinstance(run, ThreadRun)
    assert asyncio.run(threads.carry(thread_id)) == 1
    return asyncio.run(threads.wait(thread_id, run.run_id, seconds_max=1))


def resumed(place: Office, thread_id: GraphThreadId, capability: str, answer: Any) -> Waited:  # noqa: ANN401 - any answer
    threads = place.app.threads
    command = Command(resume=answer, has_resume=True)
    run = threads.start(thread_id, NewRun(capability=capability, command=command))
    assert isinstance(run, ThreadRun)
    assert asyncio.run(threads.carry(thread_id)) == 1
    return asyncio.run(threads.wait(thread_id, run.run_id, seconds_max=1))


def shown(place: Office, waited: Waited) -> str:
    """Return all that a client can see of a thread, its ids by where they are found."""
    threads, thread_id = place.app.threads, waited.run.thread_id
    state = asyncio.run(threads.state(thread_id))
    (newest, *_) = asyncio.run(threads.history(thread_id, limit=50))
    assert newest.checkpoint_id == state.checkpoint_id, "history begins with the state"
    names = {thread_id: "thread", waited.run.run_id: "run", str(state.checkpoint_id): "checkpoint"}
    for number, task in enumerate(state.tasks):
        names[task.task_id] = f"task {number}"
        names.update({p.interrupt_id: f"{number}.{n}" for n, p in enumerate(task.pauses)})
    seen = [replace(s, parent_checkpoint_id=None, created_at="then") for s in (state, newest)]
    frames = asyncio.run(_frames(place, waited.run))
    listed = threads.search(ThreadQuery(ids=(thread_id,))).items
    told = [waited, threads.get(thread_id), threads.runs(thread_id), seen, frames, listed]
    said = json.dumps(plain(told), indent=1)
    for one, name in names.items():
        said = said.replace(one, name)
    return said


async def _frames(place: Office, run: ThreadRun) -> list[object]:
    events = place.app.threads.events(run.thread_id, run.run_id)
    return [(frame.seq, frame.event, frame.data) async for frame in events]


def rows_count(place: Office) -> dict[str, int]:
    with place.app.database.reading() as connection:
        return {
            table: connection.execute(text(f"select count(*) from {table}")).scalar_one()  # noqa: S608 - names of ours
            for table in TABLES
        }


class TestBothWays:
    @pytest.mark.parametrize("capability", [ASK, ASK_TWICE, BESIDE, NOTE, WITHIN, BROKEN])
    def test_show_the_same_thread(self, place: Office, capability: str) -> None:
        """Thread, run, frames, state, search and answer are equal, but for ids."""
        wanted = asked(capability, metadata={"mine": 1}, config={"recursion_limit": 20})
        here = begun(place, wanted)
        there = pooled(place, wanted)
        assert shown(place, here) == shown(place, there)

    @pytest.mark.parametrize("capability", [ASK, ASK_TWICE, BESIDE, WITHIN])
    def test_go_on_alike_in_another_process(self, place: Office, url: str, capability: str) -> None:
        """What was stored here is resumed by another application as a pool's own is."""
        found = [begun(place, asked(capability)), pooled(place, asked(capability))]
        settings = Settings(store=StoreSettings(database_url=url))
        doubles = Doubles(clock=FixedClock(TUESDAY), graphs=ThirdGraphs())
        other = replace(place, app=build(settings, doubles))
        try:
            ends = [_answered(other, waited, capability) for waited in found]
        finally:
            other.app.close()
        assert ends[0] == ends[1]

    def test_is_kept_when_it_is_to_be(self, place: Office) -> None:
        """A stateless run's thread has an end; one that is to be kept has none."""
        forgotten = begun(place, asked(ASK))
        kept = begun(place, replace(asked(ASK), forget=False))
        threads = place.app.threads
        assert threads.get(forgotten.run.thread_id).expires_at is not None
        assert threads.get(kept.run.thread_id).expires_at is None

    def test_ends_at_its_bound_of_steps(self, place: Office) -> None:
        """The lower bound that a client wishes for ends the run either way."""
        wanted = asked(ASK, config={"recursion_limit": 1})
        assert shown(place, begun(place, wanted)) == shown(place, pooled(place, wanted))


def _answered(place: Office, waited: Waited, capability: str) -> list[object]:
    thread_id, told = waited.run.thread_id, list[object]()
    while pauses := place.app.threads.get(thread_id).pauses:
        first = min(pauses, key=lambda pause: str(pause.value))
        end = resumed(place, thread_id, capability, {first.interrupt_id: "fine"})
        told.append((end.values, end.error, [str(pause.value) for pause in end.pauses]))
        assert len(told) < 9, "it asks a few times only"
    thread = place.app.threads.get(thread_id)
    return [*told, thread.status, thread.values, thread.expires_at is not None]


class TestWhatIsStored:
    def test_is_one_checkpoint(self, place: Office) -> None:
        """The steps before the pause were told to nobody, and are not kept."""
        before = rows_count(place)
        waited = begun(place, asked(ASK))
        after = rows_count(place)
        grown = {table: after[table] - before[table] for table in TABLES}
        assert (grown["threads"], grown["thread_runs"], grown["thread_events"]) == (1, 1, 2)
        assert (grown["checkpoints"], grown["checkpoint_writes"]) == (1, 1)
        assert len(asyncio.run(place.app.threads.history(waited.run.thread_id))) == 1

    @pytest.mark.parametrize(("capability", "seconds"), [(LINGER, 0.1), (OPAQUE, 20)])
    def test_is_nothing_of_what_is_left_to_its_pool(
        self, place: Office, capability: str, seconds: float
    ) -> None:
        """What takes too long, or comes to a state that cannot be stored, leaves no row here."""
        before = rows_count(place)
        begin = place.app.threads.begin(asked(capability), by=BY, seconds_max=seconds)
        assert asyncio.run(begin) is None
        assert rows_count(place) == before

    def test_is_left_to_its_pool_for_a_while(self, place: Office) -> None:
        """A graph that was too slow once is not tried again with the next request."""
        begin = place.app.threads.begin
        assert asyncio.run(begin(asked(LINGER), by=BY, seconds_max=0.1)) is None

        async def at_once() -> object:
            async with asyncio.timeout(5):
                return await begin(asked(LINGER), by=BY, seconds_max=60)

        assert asyncio.run(at_once()) is None

    def test_takes_no_job(self, place: Office) -> None:
        """No pool is rung for."""
        begun(place, asked(ASK))
        assert asyncio.run(place.app.threads.carry(_only(place))) == 0


def _only(place: Office) -> GraphThreadId:
    with place.app.database.reading() as connection:
        return GraphThreadId(str(connection.execute(text("select id from threads")).scalar_one()))


class TestAProcessThatDies:
    def test_before_the_commit_leaves_nothing(self, place: Office, url: str) -> None:
        """Killed in its last node: no thread, no run, no checkpoint."""
        before = rows_count(place)
        killed(url, LINGER)
        assert rows_count(place) == before

    def test_after_the_commit_leaves_all(self, place: Office, url: str) -> None:
        """Killed once it was told how the run stands: another process goes on with it."""
        killed(url, ASK)
        thread_id = _only(place)
        assert place.app.threads.get(thread_id).status is ThreadStatus.INTERRUPTED
        end = resumed(place, thread_id, ASK, "fine")
        assert end.run.status is ThreadRunStatus.SUCCESS
        assert place.app.threads.get(thread_id).status is ThreadStatus.IDLE
        assert end.values is not None
        assert end.values["said"] == ["draft of tea", "review: fine", "closed after 2"]


def killed(url: str, capability: str) -> None:
    """Begin a run in another process, and kill that when it says where it is."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.flow.beginning", url, capability],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ},  # noqa: TID251 - a child process inherits ours
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().decode().strip()
        process.kill()
    assert said == HERE
