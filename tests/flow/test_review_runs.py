"""A signal is worked through once, whoever else picks it up and whatever breaks on the way."""

import asyncio
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, letter, office, step

from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import PlanId, RunId, SignalId
from bailiwick.domain.plan import PlanStatus, StepStatus
from bailiwick.domain.provenance import Trust
from bailiwick.domain.receipt import Receipt
from bailiwick.domain.record import RecordKind
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.engine.enact import Enacted, Enactor


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Office]:
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    with office(tmp_path, url=url) as opened:
        yield opened


def open_signals(place: Office) -> tuple[Signal, ...]:
    with place.app.units.read() as unit:
        return tuple(unit.runs.open_signals(count_max=10))


def place_plan(signal: Signal) -> PlanId:
    return PlanId(signal.dedupe_key.partition("/")[0])


def delegated(place: Office) -> Signal:
    """Leave a delegated run to be done, as a crash after the parent's commit would."""
    place.propose(step(Action.INITIAL, args={"contact_id": DANA}), capability="crm_orchestrator")
    (signal,) = open_signals(place)
    return signal


class TestADelegatedRunThatACrashLeftOpen:
    def test_is_done_by_the_next_sweep_exactly_once(self, place: Office) -> None:
        """The signal was committed with its parent, so the next sweep finds it, and only that."""
        signal = delegated(place)
        assert place.sweep().signals_count == 1
        assert open_signals(place) == ()
        assert len(place.pending()) == 1
        assert place.sweep().signals_count == 0
        with place.app.units.read() as unit:
            assert unit.plans.get(place_plan(signal)) is not None

    def test_changes_nothing_when_two_workers_had_read_the_signal(self, place: Office) -> None:
        """The second worker comes too late: no second plan or card, and nothing turns failed."""
        signal = delegated(place)
        first = asyncio.run(place.app.runner.run(signal))
        again = asyncio.run(place.app.runner.run(signal))
        with place.app.units.read() as unit:
            run = unit.runs.get(RunId("run_a.1"))
            stored = unit.plans.get(place_plan(signal))
            read = [
                r for r in unit.records.of_run(RunId("run_a.1"))
                if r.kind is RecordKind.SIGNAL_READ
            ]  # fmt: skip
        assert first.status == PlanStatus.HELD.value
        assert again.status == "skipped"
        assert "already" in again.reason
        assert run is not None
        assert run.status == PlanStatus.HELD.value
        assert stored is not None
        assert set(stored[2].values()) == {StepStatus.DONE}
        assert len(read) == 1
        assert len(place.cards()) == 1


class TestAMailThatTwoWorkersRead:
    def test_is_handled_by_one_of_them(self, place: Office) -> None:
        """The second run ends without a plan, a record or a task of its own."""
        place.receive(letter("Please remove me from your list. Do not write to me again."))
        (signal,) = open_signals(place)
        first = asyncio.run(place.app.runner.run(signal))
        again = asyncio.run(place.app.runner.run(signal))
        with place.app.units.read() as unit:
            runs = unit.runs.list(status=None, contact_id=DANA, cursor=None, size=10).items
            records = unit.records.of_run(again.run_id)
        assert first.status == PlanStatus.DONE.value
        assert again.status == "skipped"
        assert [run.run_id for run in runs] == [first.run_id]
        assert records == ()


class TestASignalThatCannotBeWorked:
    def test_stops_nobody_else(self, place: Office) -> None:
        """One damaged signal is reported as failed; the due contacts are planned all the same."""
        with place.app.units.write() as unit:
            unit.runs.add_signal(
                Signal(
                    signal_id=SignalId("sig_damaged"), kind=SignalKind.DELEGATED,
                    contact_id=DANA, message_id=None, trust=Trust.DERIVED,
                    received_at=place.clock.now(), dedupe_key="pln_gone/run_gone.1",
                )
            )  # fmt: skip
            unit.runs.set_due(DANA, place.clock.now())
            unit.commit()
        report = place.sweep()
        assert report.contacts_count == 1
        assert report.statuses["failed"] == 1
        assert len(place.pending()) == 1


class TestACommitThatFails:
    def test_keeps_the_answers_of_the_model_for_the_failed_run(self, place: Office) -> None:
        """What was asked is stored with the run, also when its plan could not be."""
        place.app.__dict__["enactor"] = Unlucky(
            ids=place.app.ids, deliver_internal=lambda _u, _r, _a: _never()
        )
        result = asyncio.run(place.app.sweep.plan(DANA))
        with place.app.units.read() as unit:
            calls = unit.model_calls.of_run(result.run_id)
            run = unit.runs.get(result.run_id)
        assert result.status == "failed"
        assert run is not None
        assert run.status == "failed"
        assert calls


class Unlucky(Enactor):
    """Fails as the database would: after the plan was written, before the commit."""

    def enact(self, *args: object, **names: object) -> Enacted:
        del args, names
        message = "the disk is full"
        raise IntegrityFault(message)

    def hold(self, *args: object, **names: object) -> Approval:
        del args, names
        message = "the disk is full"
        raise IntegrityFault(message)


def _never() -> Receipt:
    message = "nothing is delivered here"
    raise AssertionError(message)
