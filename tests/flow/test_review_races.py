"""Decisions that cross: whoever is first counts, and ledger, card and plan agree afterwards."""

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from time import sleep

import pytest
from tests.fakes.office import DANA, Office, letter, office, step

from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.crm import Role
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.record import RecordKind
from bailiwick.engine.inbox.approvals import UnableToDecide
from bailiwick.engine.runner import RunResult
from bailiwick.observe.chain import verify

ROUNDS_COUNT = 6  # enough to meet every order on two cores


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Office]:
    url = request.getfixturevalue(f"{request.param}_url")
    assert isinstance(url, str)
    with office(tmp_path, url=url) as opened:
        assert opened.app.inbox
        assert opened.app.runner
        assert opened.app.delivery
        yield opened


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Start all at the same moment; return the words of those who came too late."""
    barrier = Barrier(len(acts))

    def act(one: Callable[[], object]) -> str:
        barrier.wait()
        try:
            one()
        except UnableToDecide as late:
            return str(late)
        return ""

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(act, acts))


def held(place: Office, number: int) -> Approval:
    place.propose(step(run=f"run_{number}"))
    (card,) = place.pending()
    return card


def state_of(place: Office, card: Approval) -> tuple[ApprovalStatus, EffectState | None]:
    with place.app.units.read() as unit:
        row = unit.effects.for_step(card.step_id)
        stored = unit.approvals.get(card.approval_id)
    assert stored is not None
    return stored.status, row.state if row else None


class TestApprovalsThatCross:
    def test_a_rejection_leave_one_decision(self, place: Office) -> None:
        """Approved and queued, or rejected and nothing queued; never a bit of both."""
        for number in range(ROUNDS_COUNT):
            card = held(place, number)
            at_once(
                lambda card=card: place.app.inbox.approve(
                    card.approval_id, person_id=place.person(Role.APPROVER),
                    shown_hash=card.payload_hash,
                ),
                lambda card=card: place.app.inbox.reject(
                    card.approval_id, person_id=place.person(Role.REP), reason="no"
                ),
            )  # fmt: skip
            assert state_of(place, card) in {
                (ApprovalStatus.APPROVED, EffectState.READY),
                (ApprovalStatus.REJECTED, None),
            }
        assert verify(place.app.chain).breach is None

    def test_the_deadline_leave_one_end(self, place: Office) -> None:
        """An expiry that comes second steps back; a sweep is not stopped by it."""
        for number in range(ROUNDS_COUNT):
            card = held(place, number)
            place.later(hours=71, minutes=59)
            approved = at_once(
                lambda card=card: place.app.inbox.approve(
                    card.approval_id, person_id=place.person(Role.APPROVER),
                    shown_hash=card.payload_hash,
                ),
                lambda card=card: place.app.inbox.edit(
                    card.approval_id, person_id=place.person(Role.REP),
                    changes={"text": "Hello Dana,\n\nother words."},
                ),
                lambda: (place.later(minutes=2), place.app.inbox.expire()),
            )  # fmt: skip
            assert approved[2] == "", "a sweep goes on when a person was faster"
            status, effect = state_of(place, card)
            queued = effect is EffectState.READY
            assert queued == (status is ApprovalStatus.APPROVED)
            for left in place.pending():
                place.app.inbox.reject(
                    left.approval_id, person_id=place.person(Role.REP), reason="next round"
                )
        assert verify(place.app.chain).breach is None


class TestASuppressionThatCrosses:
    def test_an_approval_is_never_overtaken(self, place: Office) -> None:
        """Whatever the order, nothing is sent after the opt-out was committed."""
        card = held(place, 0)
        at_once(
            lambda: place.app.inbox.approve(
                card.approval_id, person_id=place.person(Role.APPROVER),
                shown_hash=card.payload_hash,
            ),
            lambda: place.suppress("dana@acme.example"),
        )  # fmt: skip
        place.drain()
        assert place.mail.delivered == []
        status, effect = state_of(place, card)
        assert status is ApprovalStatus.STALE
        assert effect in {None, EffectState.SUPPRESSED}


class TestTwoWriters:
    def test_wait_for_each_other_in_one_order(self, place: Office) -> None:
        """Mail that comes in and a run that ends touch the same contact: neither is thrown out."""
        started = Barrier(2, timeout=5)

        def intake() -> None:
            with place.app.units.write() as unit:
                started.wait()
                unit.runs.set_due(DANA, place.clock.now())
                sleep(0.1)  # long enough for the other to come as far as it can
                unit.records.append(
                    RecordKind.IMPORTED, subject="mail", payload={}, at=place.clock.now()
                )
                unit.commit()

        def run() -> None:
            started.wait()
            with place.app.units.write() as unit:
                unit.records.append(
                    RecordKind.RUN_FINISHED, subject="run", payload={}, at=place.clock.now()
                )
                sleep(0.05)
                unit.runs.set_due(DANA, None)
                unit.commit()

        with ThreadPoolExecutor(max_workers=2) as pool:
            for done in [pool.submit(intake), pool.submit(run)]:
                done.result()
        assert verify(place.app.chain).breach is None


class TestTwoSweepsAtOnce:
    def test_work_a_signal_through_once(self, place: Office) -> None:
        """Both read the open signal; one run is kept, the other leaves nothing."""
        place.receive(letter("Please remove me from your list. Do not write to me again."))
        with place.app.units.read() as unit:
            (signal,) = unit.runs.open_signals(count_max=5)

        def once() -> RunResult:
            return asyncio.run(place.app.runner.run(signal))

        with ThreadPoolExecutor(max_workers=3) as pool:
            results = [run.result() for run in [pool.submit(once) for _ in range(3)]]
        with place.app.units.read() as unit:
            runs = unit.runs.list(status=None, contact_id=DANA, cursor=None, size=10).items
        assert sorted(r.status for r in results) == ["done", "skipped", "skipped"]
        assert len(runs) == 1
        assert verify(place.app.chain).breach is None
