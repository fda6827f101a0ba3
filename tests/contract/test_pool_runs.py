"""What a pool makes of queued runs, alike on both databases, with a real worker."""

import asyncio
from collections.abc import Generator, Mapping
from typing import Any

import pytest
from tests.fakes.acts import Hall, hall, until
from tests.store.queues import POOL, Line

from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import PersonId, RunId
from bailiwick.domain.record import Record, RecordKind
from bailiwick.domain.run import ENDED, RunStatus
from bailiwick.engine.pool.carrying import Carried
from bailiwick.engine.pool.mourning import UnableToBeginAnew, begin_anew, mourn
from bailiwick.ports.queue import ATTEMPTS_COUNT_MAX, BegunJob, Job, JobKind, NewJob

State = Mapping[str, Any]


async def double(state: State) -> State:
    return {"n": state["n"] * 2}


async def linger(state: State) -> State:
    await asyncio.sleep(float(state.get("seconds", 30)))
    return {"lingered": True}


async def stumble(state: State) -> State:
    del state
    message = "a customer's words"
    raise RuntimeError(message)


async def unwritable(state: State) -> State:
    del state
    return {"n": object()}


ACTS = {
    "double": double,
    "linger": linger,
    "linger_slow": linger,
    "stumble": stumble,
    "unwritable": unwritable,
}


@pytest.fixture
def place(line: Line) -> Generator[Hall]:
    with hall(line, ACTS) as found:
        yield found


def leased(place: Hall) -> Job:
    return place.line.lease_one()


class TestAPool:
    def test_carries_out_what_was_asked_for(self, place: Hall) -> None:
        """Each run ends with its result, and no job is left."""
        runs = [place.ask("double", {"n": n}) for n in range(20)]
        place.work_until(lambda: all(place.status(run) in ENDED for run in runs))
        assert [place.run(run).result for run in runs] == [{"n": n * 2} for n in range(20)]
        assert {place.status(run) for run in runs} == {RunStatus.DONE}
        assert place.jobs_count() == 0
        assert sorted(subject for subject, _ in place.told) == sorted(runs)

    def test_begins_with_the_lease_once_its_graph_is_loaded(self, place: Hall) -> None:
        """The first run of a capability is claimed after its lease, the next within it."""
        runs = list[RunId]()

        async def one_after_another() -> None:
            async with place.working():
                for n in (1, 2):
                    runs.append(place.ask("double", {"n": n}))
                    await until(lambda: len(place.told) == len(runs))

        asyncio.run(one_after_another())
        assert [type(job) for job in place.jobs] == [Job, BegunJob]
        assert [place.run(run).attempt for run in runs] == [1, 1]
        assert [place.run(run).result for run in runs] == [{"n": 2}, {"n": 4}]

    def test_begins_nothing_with_a_lease_while_it_holds_another(self, place: Hall) -> None:
        """A graph under way may block the loop, so what is leased beside it is not begun yet."""

        async def beside() -> None:
            async with place.working():
                place.ask("linger", {"seconds": 0})
                await until(lambda: len(place.told) == 1)
                long = place.ask("linger", {"seconds": 1})
                await until(lambda: place.status(long) == RunStatus.RUNNING)
                place.ask("linger", {"seconds": 0})
                await until(lambda: len(place.told) == 3)

        asyncio.run(beside())
        assert [type(job) for job in place.jobs] == [Job, Job, BegunJob]

    def test_ends_a_run_at_its_deadline(self, place: Hall) -> None:
        """What takes longer than its time class is cancelled and says `timeout`."""
        run = place.ask("linger_slow")
        place.work_until(lambda: place.status(run) in ENDED)
        assert place.status(run) == RunStatus.TIMEOUT
        assert place.run(run).reason.startswith("timeout: linger_slow")
        assert place.jobs_count() == 0

    @pytest.mark.parametrize(
        ("capability", "told"),
        [("stumble", "bug: RuntimeError in stumble"), ("unwritable", "bug: Pydantic")],
    )
    def test_ends_a_run_with_a_bug_by_the_name_of_the_error(
        self, place: Hall, capability: str, told: str
    ) -> None:
        """A bug ends its own run once, and the words of its message are kept nowhere."""
        run, other = place.ask(capability), place.ask("double", {"n": 1})
        place.work_until(lambda: {place.status(run), place.status(other)} <= ENDED)
        assert place.status(run) == RunStatus.FAILED
        assert place.run(run).reason.startswith(told)
        assert "customer" not in place.run(run).reason
        assert place.status(other) == RunStatus.DONE

    def test_stops_a_run_that_is_cancelled_under_way(self, place: Hall) -> None:
        """Who cancels a run that is under way sees it end within five seconds."""
        run = place.ask("linger")

        async def cancelling() -> None:
            async with place.working():
                await until(lambda: place.status(run) == RunStatus.RUNNING)
                with place.app.units.write() as unit:
                    place.app.runs.requests.cancel(unit, run, by="per_1", reason="no more")
                    unit.commit()
                async with asyncio.timeout(5):
                    await until(lambda: place.status(run) in ENDED)

        asyncio.run(cancelling())
        assert place.status(run) == RunStatus.CANCELLED
        assert place.run(run).reason == "cancelled by per_1: no more"
        assert place.jobs_count() == 0

    def test_finishes_what_is_under_way_when_told_to_stop(self, place: Hall) -> None:
        """A drain waits for short runs, leases no more, and loses nothing."""
        runs = [place.ask("linger", {"seconds": 0.3}) for _ in range(4)]

        async def stopped() -> None:
            async with place.working(concurrency=2):
                await until(
                    lambda: [place.status(run) for run in runs].count(RunStatus.RUNNING) == 2
                )

        asyncio.run(stopped())
        statuses = [place.status(run) for run in runs]
        assert statuses.count(RunStatus.DONE) == 2
        assert statuses.count(RunStatus.PENDING) == 2
        place.work_until(lambda: all(place.status(run) == RunStatus.DONE for run in runs))

    def test_sets_aside_what_it_does_not_know(self, place: Hall) -> None:
        """A job of a kind without a carrier is buried at once with the reason."""
        with place.app.units.write() as unit:
            unit.jobs.enqueue(NewJob(kind=JobKind.CHORE, pool=POOL, subject="nonsense"))
            unit.commit()
        place.work_until(lambda: place.line.queue.depth(POOL).buried_count == 1)
        with place.app.units.read() as unit:
            (job,) = unit.jobs.buried(pool=POOL, cursor=None, size=9).items
        assert "there is no chore 'nonsense'" in job.reason

    def test_tells_of_the_jobs_it_holds(self, place: Hall) -> None:
        """A sign of life names each job under way, how long it lasts, and how long it may."""
        run = place.ask("linger_slow")
        place.work_until(lambda: place.status(run) in ENDED)
        held = [held for beat in place.beats for held in beat.held]
        assert all(each.job.subject == run for each in held)
        assert {each.seconds_max for each in held} <= {1.0, 180.0, 190.0}


class TestWhoIsOvertaken:
    def test_writes_nothing(self, place: Hall) -> None:
        """A job leased again while its first holder still works has one result: the second's."""
        run = place.ask("double", {"n": 21})
        first = leased(place)
        carrier = place.houses.carrier(first)
        with place.app.units.write(records=False) as unit:  # what a frozen holder did before
            old = unit.runs.claim(
                run, attempt=1, at=place.app.clock.now(), deadline_at=place.app.clock.now()
            )
            unit.commit()
        assert old is not None
        place.line.let_lease_pass()
        assert place.line.queue.reap() == 1
        second = leased(place)
        assert asyncio.run(carrier.carry(second)) is Carried.KEPT
        with place.app.units.write(records=False) as unit:
            assert not unit.runs.settle(
                run, fence=old.fence, status=RunStatus.FAILED, reason="late", result=None,
                at=place.app.clock.now(),
            )  # fmt: skip
            assert not unit.jobs.finish(first)
        assert place.run(run).result == {"n": 42}

    def test_finds_the_run_ended_and_only_acknowledges(self, place: Hall) -> None:
        """A job that is delivered once more after the end does nothing."""
        run = place.ask("double", {"n": 1})
        job = leased(place)
        carrier = place.houses.carrier(job)
        assert asyncio.run(carrier.carry(job)) is Carried.KEPT
        before = place.run(run)
        assert asyncio.run(carrier.carry(job)) is Carried.ACK
        assert place.run(run) == before


def person(place: Hall, role: Role) -> PersonId:
    """Add a person of a role."""
    added = Person(
        person_id=PersonId(f"per_{role.value}"),
        name=role.value,
        email=f"{role.value}@ours.example",
        role=role,
    )
    with place.app.units.write() as unit:
        unit.authority.add_person(added)
        unit.commit()
    return added.person_id


def records_of(place: Hall) -> list[Record]:
    """Return what the audit chain holds."""
    with place.app.units.read() as unit:
        return list(unit.records.since(0, size=50))


def poison(place: Hall, run: RunId) -> None:
    """Let the holder of a run die at each of its attempts."""
    for attempt in range(1, ATTEMPTS_COUNT_MAX + 1):
        job = leased(place)
        assert (job.subject, job.attempt) == (run, attempt)
        at = place.app.clock.now()
        with place.app.units.write(records=False) as unit:
            assert unit.runs.claim(run, attempt=attempt, at=at, deadline_at=at)
            unit.commit()
        place.line.let_lease_pass()
        assert place.line.queue.reap() == 1


class TestARunThatKillsItsHolders:
    def test_is_buried_after_five_attempts_and_ends_with_the_reason(self, place: Hall) -> None:
        """Whoever waits for it learns that it failed, how often it was tried, and why."""
        run = place.ask("double", {"n": 1})
        poison(place, run)
        assert place.status(run) == RunStatus.RUNNING
        assert place.houses.mourn(place.line.queue, POOL) == 1
        assert place.houses.mourn(place.line.queue, POOL) == 0
        assert place.status(run) == RunStatus.FAILED
        assert place.run(run).reason.startswith("set aside after 5 attempts: whoever held it")
        ends = [r for r in records_of(place) if r.kind == RecordKind.RUN_FINISHED]
        assert [end.subject for end in ends] == [run]

    def test_may_begin_anew_when_an_approver_says_so(self, place: Hall) -> None:
        """The job waits again with its run, and this time it is carried out."""
        run = place.ask("double", {"n": 3})
        poison(place, run)
        mourn(place.app.units, place.app.clock)
        job_id = place.run(run).job_id
        assert job_id is not None
        approver, rep = person(place, Role.APPROVER), person(place, Role.REP)
        at = place.app.clock.now()
        with place.app.units.write() as unit:
            for who, reason in ((rep, "x"), (approver, " "), (PersonId("per_nobody"), "x")):
                with pytest.raises(UnableToBeginAnew):
                    begin_anew(unit, job_id, person_id=who, reason=reason, at=at)
            begun = begin_anew(unit, job_id, person_id=approver, reason="mended", at=at)
            unit.commit()
        assert begun is not None
        assert begun.run_id == run
        assert [r.subject for r in records_of(place) if r.kind == RecordKind.REQUEUED] == [job_id]
        with place.app.units.write() as unit, pytest.raises(UnableToBeginAnew, match="not set asi"):
            begin_anew(unit, job_id, person_id=approver, reason="again", at=at)
        assert place.status(run) == RunStatus.PENDING
        place.work_until(lambda: place.status(run) in ENDED)
        assert place.run(run).result == {"n": 6}

    def test_is_not_ended_while_it_can_be_tried_again(self, place: Hall) -> None:
        """Mourning touches no run whose job waits or is under way."""
        waits, goes = place.ask("double", {"n": 1}), place.ask("double", {"n": 2})
        leased(place)
        assert mourn(place.app.units, place.app.clock) == 0
        assert {place.status(waits), place.status(goes)} == {RunStatus.PENDING}
