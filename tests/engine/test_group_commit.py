"""Writes of many tasks share a commit, and one that fails spoils no other."""

import asyncio
import threading
import time
from collections.abc import Callable, Generator

import pytest
from tests.store.stores import Store, a_run

from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import RunId
from bailiwick.engine.group_commit import GroupCommit, UnableToWriteYet
from bailiwick.ports.unit import Unit


@pytest.fixture
def together() -> Generator[GroupCommit]:
    found = GroupCommit()
    yield found
    found.close()


def stored(store: Store, run_id: RunId) -> bool:
    with store.units.read() as unit:
        return unit.runs.get(run_id) is not None


class Busy:
    """Work that keeps the writing thread until it is let go."""

    def __init__(self) -> None:
        self.begun, self.free = threading.Event(), threading.Event()

    def __call__(self, unit: Unit) -> None:
        del unit
        self.begun.set()
        assert self.free.wait(10)


class TestAWrite:
    def test_is_durable_when_it_is_acknowledged(
        self, sqlite_store: Store, together: GroupCommit
    ) -> None:
        """What the work returned comes back after its commit, seen by other units."""
        run = a_run(sqlite_store.ids)

        async def writing() -> bool:
            assert await together.commit(sqlite_store.units, lambda unit: unit.runs.start(run))
            return stored(sqlite_store, run.run_id)

        assert asyncio.run(writing())

    def test_that_fails_spoils_no_other(self, sqlite_store: Store, together: GroupCommit) -> None:
        """Of thirty-two that go together one fails: it alone learns so, and the rest stand."""
        runs = [a_run(sqlite_store.ids) for _ in range(32)]

        def work(number: int, unit: Unit) -> int:
            unit.runs.start(runs[number])
            if number == 7:
                message = "no"
                raise InputFault(message)
            return number

        async def writing() -> list[int | BaseException]:
            writes = (
                together.commit(sqlite_store.units, lambda unit, n=n: work(n, unit))
                for n in range(32)
            )
            return await asyncio.gather(*writes, return_exceptions=True)

        results = asyncio.run(writing())
        assert isinstance(results[7], InputFault)
        assert [r for r in results if r != results[7]] == [n for n in range(32) if n != 7]
        found = [stored(sqlite_store, run.run_id) for run in runs]
        assert found == [n != 7 for n in range(32)]

    def test_that_is_cancelled_before_its_turn_is_not_made(
        self, sqlite_store: Store, together: GroupCommit
    ) -> None:
        """Who gave up while others were written has written nothing, and the thread goes on."""
        busy = Busy()
        late, after = a_run(sqlite_store.ids), a_run(sqlite_store.ids)

        async def writing() -> None:
            blocking = asyncio.create_task(together.commit(sqlite_store.units, busy))
            await asyncio.to_thread(busy.begun.wait, 10)
            given_up = asyncio.create_task(
                together.commit(sqlite_store.units, lambda unit: unit.runs.start(late))
            )
            await asyncio.sleep(0)
            given_up.cancel()
            await asyncio.gather(given_up, return_exceptions=True)
            busy.free.set()
            await blocking
            await together.commit(sqlite_store.units, lambda unit: unit.runs.start(after))

        asyncio.run(writing())
        assert not stored(sqlite_store, late.run_id)
        assert stored(sqlite_store, after.run_id)

    def test_that_is_cancelled_in_its_turn_leaves_the_thread_going(
        self, sqlite_store: Store, together: GroupCommit
    ) -> None:
        """A write whose asker is gone is made all the same, and so is the one after it."""
        busy = Busy()
        run, after = a_run(sqlite_store.ids), a_run(sqlite_store.ids)

        def slow(unit: Unit) -> None:
            busy(unit)
            unit.runs.start(run)

        async def writing() -> None:
            asked = asyncio.create_task(together.commit(sqlite_store.units, slow))
            await asyncio.to_thread(busy.begun.wait, 10)
            asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)
            busy.free.set()
            await together.commit(sqlite_store.units, lambda unit: unit.runs.start(after))

        asyncio.run(writing())
        assert stored(sqlite_store, run.run_id)
        assert stored(sqlite_store, after.run_id)

    def test_beyond_the_bound_is_refused_and_not_made(self, sqlite_store: Store) -> None:
        """A full line says so with a fault that can be tried again; what it took is written."""
        together = GroupCommit(waiting_count_max=1)
        busy = Busy()
        waits, refused = a_run(sqlite_store.ids), a_run(sqlite_store.ids)

        async def writing() -> None:
            blocking = asyncio.create_task(together.commit(sqlite_store.units, busy))
            await asyncio.to_thread(busy.begun.wait, 10)
            waiting = asyncio.create_task(
                together.commit(sqlite_store.units, lambda unit: unit.runs.start(waits))
            )
            await asyncio.sleep(0)
            with pytest.raises(UnableToWriteYet):
                await together.commit(sqlite_store.units, lambda unit: unit.runs.start(refused))
            busy.free.set()
            await asyncio.gather(blocking, waiting)
            together.close()

        asyncio.run(writing())
        assert stored(sqlite_store, waits.run_id)
        assert not stored(sqlite_store, refused.run_id)

    def test_waits_for_company_only_where_others_write(self, sqlite_store: Store) -> None:
        """After two that went together a third waits for a fourth; one that is alone never does."""
        together = GroupCommit(company_seconds=0.1)
        busy = Busy()
        seen: dict[str, Unit] = {}

        def blocking(unit: Unit) -> None:
            busy(unit)

        def note(name: str) -> Callable[[Unit], None]:
            return lambda unit: seen.__setitem__(name, unit)

        async def write(name: str, *, later: float = 0) -> float:
            await asyncio.sleep(later)
            began = time.monotonic()
            await together.commit(sqlite_store.units, note(name))
            return time.monotonic() - began

        async def writing() -> float:
            first = asyncio.create_task(together.commit(sqlite_store.units, blocking))
            await asyncio.to_thread(busy.begun.wait, 10)
            pair = [asyncio.create_task(write(name)) for name in ("first", "second")]
            await asyncio.sleep(0.02)
            busy.free.set()
            await asyncio.gather(first, *pair)
            await asyncio.gather(write("third"), write("fourth", later=0.02))
            await write("alone after a group")
            return min([await write("alone") for _ in range(3)])

        took = asyncio.run(writing())
        together.close()
        assert seen["first"] is seen["second"]
        assert seen["third"] is seen["fourth"]
        assert seen["alone"] is not seen["alone after a group"]
        assert took < 0.1

    def test_after_the_close_begins_anew(self, sqlite_store: Store, together: GroupCommit) -> None:
        """Closing commits what waits; whoever writes later is served by a new thread."""
        run = a_run(sqlite_store.ids)

        async def writing() -> None:
            await together.commit(sqlite_store.units, lambda _: None)
            together.close()
            await together.commit(sqlite_store.units, lambda unit: unit.runs.start(run))

        asyncio.run(writing())
        assert stored(sqlite_store, run.run_id)
