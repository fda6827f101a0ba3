"""The supervisor: starts, restarts with patience, kills what is stuck, gives jobs back, stops."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event

from tests.store.stores import a_run

from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import JobId, WorkspaceId
from bailiwick.domain.pool import Pool
from bailiwick.engine.pool.beats import Beat, HeldJob, beat_line, read_beat
from bailiwick.engine.pool.supervisor import (
    GRACE_SECONDS,
    SILENT_SECONDS,
    WAIT_SECONDS,
    WAIT_SECONDS_MAX,
    PoolProcess,
    Supervisor,
    Told,
)
from bailiwick.kit.clock import FixedClock, SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.ports.queue import BegunJob, Job, JobKind

AT = datetime(2026, 11, 20, tzinfo=UTC)
JOB = Job(
    job_id=JobId("job_1"), workspace_id=WorkspaceId("wsp_1"), kind=JobKind.RUN, pool=Pool.EMAIL,
    subject="run_1", attempt=1, fence=1, lease_until=AT,
)  # fmt: skip


@dataclass
class FakeProcess:
    """A process that does as a test says."""

    pid: int
    end: str | None = None
    said: list[Beat] = field(default_factory=list[Beat])
    obeys: bool = True
    done: list[str] = field(default_factory=list[str])

    def ended(self) -> str | None:
        return self.end

    def beats(self) -> Sequence[Beat]:
        said, self.said = self.said, []
        return said

    def stop(self) -> None:
        self.done.append("stop")
        if self.obeys:
            self.end = "exit 0"

    def kill(self) -> None:
        self.done.append("kill")
        self.end = "signal 9"

    def close(self) -> None:
        self.done.append("close")


class MovingClock(FixedClock):
    """Moves a little whenever it is looked at, so that waiting for it ends."""

    def monotonic(self) -> float:
        self.set(self.now() + timedelta(seconds=0.01))
        return super().monotonic()


class Watch:
    """A supervisor with its hands on fake processes."""

    def __init__(self, *names: str, store_is_away: bool = False) -> None:
        self.clock = MovingClock(AT)
        self.processes: list[FakeProcess] = []
        self.told: list[Told] = []
        self.given_back: list[tuple[JobId, str]] = []
        self._store_is_away = store_is_away
        self.supervisor = Supervisor(
            names=names or ("email",), start=self._start, give_back=self._give_back,
            clock=self.clock, tell=self.told.append,
        )  # fmt: skip
        self.supervisor.begin()

    def look(self, *, seconds: float = 0.0) -> None:
        """Let time pass and let the supervisor look once."""
        self.clock.set(self.clock.now() + timedelta(seconds=seconds))
        self.supervisor.look()

    @property
    def last(self) -> FakeProcess:
        return self.processes[-1]

    @property
    def events(self) -> list[str]:
        return [told.event for told in self.told]

    def _start(self, name: str) -> PoolProcess:
        del name
        self.processes.append(FakeProcess(100 + len(self.processes)))
        return self.last

    def _give_back(self, job: Job, reason: str) -> None:
        if self._store_is_away:
            raise PortFault
        self.given_back.append((job.job_id, reason))


def holding(*, age: float, tick_age: float = 0.0) -> Beat:
    held = HeldJob(job=JOB, age_seconds=age, seconds_max=20.0)
    return Beat(tick_age_seconds=tick_age, held=(held,))


class TestASeat:
    def test_has_one_process(self) -> None:
        """Each pool gets a process, and no second one while it lives."""
        watch = Watch("email", "core")
        for _ in range(3):
            watch.look(seconds=1)
        assert [told.pool for told in watch.told] == ["email", "core"]

    def test_is_filled_again_with_growing_patience(self) -> None:
        """A process that dies at once is started after 0.5, 1, 2 … 30 s, never in a busy loop."""
        watch, waits = Watch(), list[float]()
        watch.look()
        for _ in range(9):
            watch.last.end = "exit 3"
            watch.look()
            died_at, count = watch.clock.now(), len(watch.processes)
            while len(watch.processes) == count:
                watch.look(seconds=0.1)
            waits.append((watch.clock.now() - died_at).total_seconds())
        assert WAIT_SECONDS <= waits[0] < 2 * WAIT_SECONDS
        assert all(later >= earlier for earlier, later in pairwise(waits))
        assert WAIT_SECONDS_MAX <= waits[-1] < WAIT_SECONDS_MAX + 1

    def test_is_filled_at_once_after_a_long_life(self) -> None:
        """A process that lived a minute starts anew with the shortest wait."""
        watch = Watch()
        watch.look()
        for _ in range(4):
            watch.last.end = "exit 3"
            watch.look()
            watch.look(seconds=WAIT_SECONDS_MAX)
        watch.look(seconds=61)
        watch.last.end = "signal 9"
        watch.look()
        count = len(watch.processes)
        watch.look(seconds=WAIT_SECONDS)
        assert len(watch.processes) == count + 1


class TestADeath:
    def test_gives_its_jobs_back_with_the_reason(self) -> None:
        """Nobody waits for the leases of a process that is known to be dead; its pipe is closed."""
        watch = Watch()
        watch.look()
        watch.last.said = [Beat(tick_age_seconds=0.0), holding(age=1.0)]
        watch.last.end = "signal 9"
        watch.look()
        assert watch.given_back == [("job_1", "its process ended: signal 9")]
        assert watch.last.done == ["close"]
        assert watch.events == ["started", "ended"]

    def test_while_the_store_is_away_stops_nothing(self) -> None:
        """The leases end by themselves, and the process is started again."""
        watch = Watch(store_is_away=True)
        watch.look()
        watch.last.said = [holding(age=1.0)]
        watch.last.end = "signal 9"
        watch.look()
        watch.look(seconds=1)
        assert watch.events == ["started", "ended", "started"]


class TestAStuckProcess:
    def test_is_killed_after_the_deadline_and_the_grace(self) -> None:
        """A loop that is blocked past its job's time is ended, and the reason says `timeout`."""
        watch = Watch()
        watch.look()
        watch.last.said = [holding(age=20.0 + GRACE_SECONDS - 1, tick_age=20.0)]
        watch.look()
        assert watch.last.done == []
        watch.last.said = [holding(age=20.0 + GRACE_SECONDS + 1, tick_age=22.0)]
        watch.look()
        assert watch.last.done == ["kill", "close"]
        assert watch.given_back[0][1].startswith("its process killed: timeout: a graph blocked")

    def test_is_not_killed_while_its_loop_turns(self) -> None:
        """A job that is late in a loop that turns is cancelled by the process itself."""
        watch = Watch()
        watch.look()
        watch.last.said = [holding(age=99.0, tick_age=0.1)]
        watch.look()
        assert watch.last.done == []

    def test_is_killed_when_it_is_silent(self) -> None:
        """A frozen process is ended after thirty seconds, but not one that has yet to begin."""
        watch = Watch()
        watch.look()
        watch.look(seconds=SILENT_SECONDS + 1)
        assert watch.last.done == []
        watch.last.said = [Beat(tick_age_seconds=0.0)]
        watch.look()
        watch.look(seconds=SILENT_SECONDS + 1)
        assert watch.last.done == ["kill", "close"]
        assert "not heard of" in watch.told[-1].reason

    def test_that_was_killed_leaves_its_successor_time_to_begin(self) -> None:
        """The next process has no silence held against it before its first sign of life."""
        watch = Watch()
        watch.look()
        watch.last.said = [Beat(tick_age_seconds=0.0)]
        watch.look()
        watch.look(seconds=SILENT_SECONDS + 1)
        watch.look(seconds=1)
        watch.look(seconds=SILENT_SECONDS + 1)
        assert watch.events == ["started", "killed", "started"]


class TestTheStop:
    def test_asks_all_and_waits_for_them(self) -> None:
        """Every process is told to end; those that do are told of as stopped and closed."""
        watch = Watch("email", "core")
        stop = Event()
        watch.look()
        stop.set()
        watch.supervisor.run(stop)
        assert watch.events[-2:] == ["stopped", "stopped"]
        assert [process.done for process in watch.processes] == [["stop", "close"]] * 2

    def test_kills_what_does_not_end_in_time(self) -> None:
        """After nine seconds a process is ended by force and its jobs are given back."""
        watch = Watch()
        watch.look()
        watch.last.obeys = False
        watch.last.said = [holding(age=1.0)]
        watch.look()
        stop = Event()
        stop.set()
        watch.clock.set(AT)
        watch.supervisor.end(pause=lambda seconds: watch.clock.set(
            watch.clock.now() + timedelta(seconds=seconds)
        ))  # fmt: skip
        assert watch.last.done == ["stop", "kill", "close"]
        assert watch.given_back == [("job_1", "its process killed: it did not end when told to")]


class TestALineOfLife:
    def test_comes_back_as_it_was(self) -> None:
        """A sign of life with its jobs survives the pipe."""
        beat = holding(age=1.5, tick_age=0.25)
        line = beat_line(beat)
        assert line.count(b"\n") == 1
        assert read_beat(line) == beat

    def test_says_nothing_of_what_a_run_was_given(self) -> None:
        """Of a job whose run was claimed with its lease the supervisor hears the job alone."""
        begun = BegunJob(
            **{each.name: getattr(JOB, each.name) for each in fields(JOB)},
            run=a_run(TimeSortedIds(SystemClock().now)),
        )
        held = HeldJob(job=begun, age_seconds=1.5, seconds_max=20.0)
        beat = Beat(tick_age_seconds=0.25, held=(held,))
        assert beat_line(beat) == beat_line(holding(age=1.5, tick_age=0.25))
