"""A queued run is claimed, cancelled and settled by fence, alike on both databases."""

from dataclasses import replace

import pytest
from tests.store.stores import NOW, SECOND, Store, a_run

from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import JobId, RunId
from bailiwick.domain.pool import Pool
from bailiwick.domain.run import ENDED, RunRow, RunStatus

LATER = NOW + 60 * SECOND


def requested(store: Store, **changes: str) -> RunRow:
    run = replace(
        a_run(store.ids),
        status=RunStatus.PENDING.value,
        inputs=None,
        pool=Pool.EMAIL,
        requested_by="per_1",
        request={"share": 0.25, "text": "\x00\ud800"},
        thread_id="thread-1",
        job_id=JobId("job_1"),
        **changes,
    )
    with store.units.write(records=False) as unit:
        assert unit.runs.start(run)
        unit.commit()
    return run


def claimed(store: Store, run: RunRow, *, attempt: int = 1) -> RunRow | None:
    with store.units.write(records=False) as unit:
        found = unit.runs.claim(run.run_id, attempt=attempt, at=NOW + SECOND, deadline_at=LATER)
        unit.commit()
    return found


def settled(store: Store, run: RunRow, *, fence: int, status: RunStatus = RunStatus.DONE) -> bool:
    with store.units.write(records=False) as unit:
        done = unit.runs.settle(
            run.run_id, fence=fence, status=status, reason="", result={"n": 0.5}, at=LATER
        )
        unit.commit()
    return done


class TestARequestedRun:
    def test_is_kept_as_it_was_asked_for(self, store: Store) -> None:
        """Floats and any text of the request come back, and the run is found by its key."""
        run = requested(store, request_key="key")
        with store.units.read() as unit:
            assert unit.runs.get(run.run_id) == run
            assert unit.runs.by_request_key("key") == run
            assert unit.runs.by_request_key("other") is None
            page = unit.runs.list(
                status=None, contact_id=None, cursor=None, size=9, thread_id="thread-1"
            )
            assert page.items == (run,)
            none = unit.runs.list(
                status=None, contact_id=None, cursor=None, size=9, thread_id="thread-2"
            )
            assert not none.items

    def test_cannot_share_its_key(self, store: Store) -> None:
        """Of two runs with one key the database takes one; without a key there may be many."""
        requested(store)
        requested(store)
        requested(store, request_key="key")
        with pytest.raises(IntegrityFault):
            requested(store, request_key="key")


class TestAClaim:
    def test_raises_the_fence(self, store: Store) -> None:
        """Each claim of an open run has a fence of its own, and says attempt and deadline."""
        run = requested(store)
        first = claimed(store, run)
        second = claimed(store, run, attempt=2)
        assert first == replace(
            run,
            status=RunStatus.RUNNING.value,
            fence=1,
            attempt=1,
            started_at=NOW + SECOND,
            deadline_at=LATER,
        )
        assert second is not None
        assert (second.fence, second.attempt) == (2, 2)

    @pytest.mark.parametrize("status", sorted(ENDED))
    def test_of_a_run_that_ended_takes_nothing(self, store: Store, status: RunStatus) -> None:
        """A job delivered once more finds the run ended, whatever the end."""
        run = requested(store)
        claimed(store, run)
        assert settled(store, run, fence=1, status=status)
        assert claimed(store, run, attempt=2) is None

    def test_of_a_run_that_is_not_there_takes_nothing(self, store: Store) -> None:
        """A job can name a run that was erased."""
        assert claimed(store, a_run(store.ids)) is None


class TestAnOlderFence:
    def test_writes_nothing(self, store: Store) -> None:
        """Whoever was overtaken can neither keep inputs nor settle; the holder can, once."""
        run = requested(store)
        old = claimed(store, run)
        new = claimed(store, run, attempt=2)
        assert old is not None
        assert new is not None
        assert not settled(store, run, fence=old.fence)
        with store.units.write() as unit:
            assert not unit.runs.keep_inputs(replace(old, inputs={"now": 1}))
            assert unit.runs.keep_inputs(replace(new, inputs={"now": 2}))
            unit.commit()
        assert settled(store, run, fence=new.fence)
        assert not settled(store, run, fence=new.fence)
        with store.units.read() as unit:
            found = unit.runs.get(run.run_id)
        assert found is not None
        assert (found.inputs, found.result, found.finished_at) == ({"now": 2}, {"n": 0.5}, LATER)


class TestCancelling:
    def test_ends_a_pending_run_at_once(self, store: Store) -> None:
        """Nobody holds it, so nobody is asked."""
        run = requested(store)
        with store.units.write(records=False) as unit:
            found = unit.runs.cancel(run.run_id, reason="changed my mind", at=LATER)
            unit.commit()
        assert found is not None
        assert (found.status, found.reason) == (RunStatus.CANCELLED, "changed my mind")
        assert claimed(store, run) is None

    def test_asks_the_holder_of_a_running_one(self, store: Store) -> None:
        """The holder finds its run among those that should stop, and no other run is there."""
        run, other = requested(store), requested(store)
        claimed(store, run)
        claimed(store, other)
        both = [run.run_id, other.run_id]
        with store.units.write(records=False) as unit:
            assert not unit.runs.stopped(both)
            found = unit.runs.cancel(run.run_id, reason="enough", at=LATER)
            again = unit.runs.cancel(run.run_id, reason="twice", at=LATER + SECOND)
            unit.commit()
        assert found is not None
        assert (found.status, found.cancel_asked_at) == (RunStatus.RUNNING, LATER)
        assert again == found
        with store.units.read() as unit:
            assert unit.runs.stopped(both) == {run.run_id}

    def test_of_an_ended_or_unknown_run_changes_nothing(self, store: Store) -> None:
        """Its end stands."""
        run = requested(store)
        claimed(store, run)
        settled(store, run, fence=1)
        with store.units.write(records=False) as unit:
            found = unit.runs.cancel(run.run_id, reason="late", at=LATER)
            assert unit.runs.cancel(RunId("run_0"), reason="late", at=LATER) is None
        assert found is not None
        assert (found.status, found.reason) == (RunStatus.DONE, "")


class TestEndedRuns:
    def test_are_told_from_open_ones(self, store: Store) -> None:
        """A waiter asks for many at once and gets those that ended."""
        runs = [requested(store) for _ in range(3)]
        claimed(store, runs[0])
        settled(store, runs[0], fence=1)
        with store.units.read() as unit:
            found = unit.runs.ended([run.run_id for run in runs])
            assert [run.run_id for run in found] == [runs[0].run_id]

    def test_are_stored_together(self, store: Store) -> None:
        """The group commit of the fast path: all or none."""
        runs = [replace(a_run(store.ids), status="done", finished_at=NOW) for _ in range(3)]
        with store.units.write(records=False) as unit:
            unit.runs.add_all(runs)
            unit.commit()
        with store.units.read() as unit:
            assert [unit.runs.get(run.run_id) for run in runs] == runs

    def test_of_another_workspace_are_not_seen(self, store: Store) -> None:
        """A run id of elsewhere is nobody here: not claimed, not settled, not cancelled."""
        run = requested(store)
        foreign = store.second_workspace()
        assert claimed(foreign, run) is None
        claimed(store, run)
        assert not settled(foreign, run, fence=1)
        with foreign.units.write(records=False) as unit:
            assert unit.runs.cancel(run.run_id, reason="", at=LATER) is None
            assert not unit.runs.stopped([run.run_id])
