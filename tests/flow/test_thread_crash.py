"""A process is killed while it carries a thread; another one takes over, and nothing is twice."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.fakes.office import DANA, TUESDAY, Office, letter, office
from tests.fakes.third_graphs import NOTE, ThirdGraphs
from tests.flow.dying import HERE

from bailiwick.domain.crm import Role
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.thread import GraphThreadId, NewRun, ThreadRun, ThreadRunStatus, ThreadStatus
from bailiwick.kit.clock import FixedClock
from bailiwick.ports.threads import THREAD_LEASE_SECONDS
from bailiwick.settings import Settings, StoreSettings
from bailiwick.wiring.application import build
from bailiwick.wiring.doubles import Doubles

ROOT = Path(__file__).parents[2]
WRITERS_COUNT = 5


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def place(url: str, tmp_path: Path) -> Generator[Office]:
    with office(tmp_path, url=url, graphs=ThirdGraphs()) as opened:
        opened.receive(letter("Could you send me a quote for 40 licences?"))
        yield opened


def killed_at(place: Office, url: str, thread_id: GraphThreadId, node: str) -> None:
    """Carry a thread in another process and kill that when it stands at a node."""
    now = place.clock.now().isoformat()
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.flow.dying", url, thread_id, node, now],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ},  # noqa: TID251 - a child process inherits ours
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().decode().strip()
        process.kill()
    assert said == HERE


def lease_runs_out(place: Office) -> None:
    """Let the lease of the dead process end, by its own database's clock."""
    assert asyncio.run(place.app.threads.carry(only_thread(place))) == 0, "it is still leased"
    place.later(seconds=THREAD_LEASE_SECONDS + 1)
    if place.app.database.kind == "postgresql":
        with place.app.database.writing() as connection:
            connection.execute(text("update threads set lease_until = 0"))
            connection.commit()


def only_thread(place: Office) -> GraphThreadId:
    with place.app.database.reading() as connection:
        return GraphThreadId(str(connection.execute(text("select id from threads")).scalar_one()))


class TestAProcessThatDies:
    @pytest.mark.parametrize("node", ["judge", "look"])
    def test_before_and_after_the_plan_is_stored(self, place: Office, url: str, node: str) -> None:
        """The next process goes on: one plan, one card, one effect, and the chain holds."""
        threads = place.app.threads
        thread_id = threads.create().thread_id
        asked = NewRun(capability="crm_orchestrator", input={"contact_id": DANA})
        run = threads.start(thread_id, asked)
        assert isinstance(run, ThreadRun)
        killed_at(place, url, thread_id, node)
        lease_runs_out(place)
        assert asyncio.run(threads.carry(thread_id)) == 1
        assert threads.run(thread_id, run.run_id).status is ThreadRunStatus.SUCCESS
        assert threads.run(thread_id, run.run_id).attempt == 2
        (card,) = place.pending()
        (pause,) = threads.get(thread_id).pauses
        assert pause.approval_id == card.approval_id
        place.app.inbox.approve(
            card.approval_id,
            person_id=place.person(Role.APPROVER),
            shown_hash=card.payload_hash,
        )
        killed_at(place, url, thread_id, "finalize")
        lease_runs_out(place)
        assert asyncio.run(threads.carry(thread_id)) == 1
        thread = threads.get(thread_id)
        assert (thread.status, thread.error) == (ThreadStatus.IDLE, None)
        with place.app.units.read() as unit:
            effect = unit.effects.for_step(card.step_id)
        assert effect is not None
        assert effect.state is EffectState.READY
        place.drain()
        assert len(place.mail.delivered) == 1


class TestFiveWriters:
    def test_lose_no_update(self, place: Office, url: str) -> None:
        """Five applications write to one thread at once; every update is kept, in order."""
        thread_id = place.app.threads.create().thread_id

        def write(number: int) -> str:
            settings = Settings(store=StoreSettings(database_url=url))
            app = build(settings, Doubles(clock=FixedClock(TUESDAY), graphs=ThirdGraphs()))
            try:
                asked = NewRun(capability=NOTE, input={"said": [str(number)]})
                run = app.threads.start(thread_id, asked)
                assert isinstance(run, ThreadRun)
                asyncio.run(app.threads.carry(thread_id))
                return run.run_id
            finally:
                app.close()

        with ThreadPoolExecutor(WRITERS_COUNT) as pool:
            runs = list(pool.map(write, range(WRITERS_COUNT)))
        asyncio.run(place.app.threads.carry(thread_id))
        values = place.app.threads.get(thread_id).values
        assert values is not None
        said = values["said"]
        assert isinstance(said, list)
        assert sorted(map(str, said)) == [str(number) for number in range(WRITERS_COUNT)]
        ended = place.app.threads.runs(thread_id)
        assert {run.run_id for run in ended} == set(runs)
        assert {run.status for run in ended} == {ThreadRunStatus.SUCCESS}
