import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench.reliability.rig import Rig, rigged

from bailiwick.domain.fault import PortFault
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.delivery.deliver import Delivered
from bailiwick.engine.delivery.liveness import ProcessHolders
from bailiwick.engine.delivery.reaper import Reaper
from bailiwick.engine.delivery.settle import Settlement
from bailiwick.engine.delivery.worker import Worker
from bailiwick.kit.clock import SystemClock
from bailiwick.policy.rulebook import Rulebook, load


@pytest.fixture(scope="module")
def law() -> Rulebook:
    return load()


@pytest.fixture
def rig(tmp_path: Path, law: Rulebook) -> Iterator[Rig]:
    with rigged(tmp_path, law) as opened:
        yield opened


class Watch:
    """Notes what was delivered and can stop the worker or fail."""

    def __init__(self, stop: threading.Event, *, after: int) -> None:
        self.seen: list[Delivered] = []
        self.faults_left = 0
        self._stop = stop
        self._after = after

    def __call__(self, delivered: Delivered) -> None:
        self.seen.append(delivered)
        if self.faults_left:
            self.faults_left -= 1
            message = "the database is restarting"
            raise PortFault(message)
        if len(self.seen) >= self._after:
            self._stop.set()


def worker(rig: Rig, watch: Watch | None = None, hurried: list[float] | None = None) -> Worker:
    holders = ProcessHolders(token="w")
    mine = holders.mine()
    units, clock = rig.world.units, rig.clock
    settlement = Settlement(
        units=units,
        mail=rig.mail,
        holders=holders,
        clock=clock,
        mourn=rig.mourn,
        holder=mine,
    )
    return Worker(
        delivery=rig.delivery(holder=mine),
        reaper=Reaper(units=units, holders=holders, clock=clock, holder=mine),
        settlement=settlement,
        clock=SystemClock(),
        watch=watch,
        hurry=None if hurried is None else hurried.append,
    )


class TestADrain:
    def test_sends_all_that_is_due(self, rig: Rig) -> None:
        """Every due row is delivered and counted by the state it came to."""
        rig.world.queue(5)
        drained = worker(rig).drain(100)
        assert drained.states == {EffectState.SENT: 5}
        assert (drained.delivered_count, drained.reaped_count, drained.settled_count) == (5, 0, 0)

    def test_stops_at_its_limit(self, rig: Rig) -> None:
        """The limit bounds one drain; the rest stays for the next."""
        rig.world.queue(5)
        assert worker(rig).drain(2).delivered_count == 2
        assert rig.world.count(EffectState.READY) == 3


class TestARunningWorker:
    def test_works_until_it_is_told_to_stop(self, rig: Rig) -> None:
        """The stop ends the loop after the row at hand; the others stay ready."""
        rig.world.queue(4)
        stop = threading.Event()
        watch = Watch(stop, after=2)
        worker(rig, watch).run(stop)
        assert len(watch.seen) == 2
        assert rig.world.count(EffectState.READY) == 2

    def test_hurries_a_send_under_way(self, rig: Rig) -> None:
        """After the stop the send under way is given a few seconds and no more."""
        rig.world.queue(1)
        stop = threading.Event()
        hurried: list[float] = []

        class Slow(Watch):
            def __call__(self, delivered: Delivered) -> None:
                super().__call__(delivered)
                for _ in range(40):  # until the other thread has seen the stop
                    if hurried:
                        break
                    threading.Event().wait(0.05)

        worker(rig, Slow(stop, after=1), hurried).run(stop)
        assert hurried
        assert 0 < hurried[0] <= 8

    def test_waits_a_fault_of_the_store_out(self, rig: Rig) -> None:
        """A store that fails for a moment does not end the worker."""
        rig.world.queue(2)
        stop = threading.Event()
        watch = Watch(stop, after=2)
        watch.faults_left = 1
        worker(rig, watch).run(stop)
        assert [d.state for d in watch.seen] == [EffectState.SENT, EffectState.SENT]

    def test_sees_a_halt_within_a_second(self, rig: Rig) -> None:
        """A halt set by somebody else stops the next claim, and work goes on when it is lifted."""
        rig.world.queue(3)
        stop = threading.Event()

        class Halting(Watch):
            def __call__(self, delivered: Delivered) -> None:
                super().__call__(delivered)
                with rig.world.units.write() as unit:
                    unit.authority.halt("*", reason="test", by="per_1", at=rig.clock.now())
                    unit.commit()

        watch = Halting(stop, after=99)
        timer = threading.Timer(1.0, stop.set)
        timer.start()
        worker(rig, watch).run(stop)
        timer.join()
        assert len(watch.seen) == 1
        assert rig.world.count(EffectState.READY) == 2


class TestTwoWorkers:
    def test_share_the_queue_without_doubling(self, rig: Rig) -> None:
        """Two workers on one queue deliver every mail, each once."""
        rows = rig.world.queue(30)
        both = [threading.Thread(target=worker(rig).drain, args=(99,)) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        assert rig.world.count(EffectState.SENT) == 30
        assert len({reference for reference, _ in rig.mail.delivered}) == 30
        assert len(rig.mail.delivered) == 30
        assert all(rig.world.row(row.effect_id).attempt == 1 for row in rows)
