"""A thread waits for its cards, goes on when they are decided, and executes only what is stored."""

import asyncio
from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, letter, office

from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.crm import Role
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.thread import (
    Answer,
    CancelAction,
    Command,
    GraphThreadId,
    Multitask,
    NewRun,
    StreamMode,
    ThreadEvent,
    ThreadRun,
    ThreadRunStatus,
    ThreadStatus,
    Verb,
)
from bailiwick.engine.thread_faults import (
    UnableToFindThread,
    UnableToTakeThread,
    UnableToUseThread,
)
from bailiwick.ports.threads import ThreadLease

PLAN = NewRun(capability="crm_orchestrator", input={"contact_id": DANA})
GO_ON = NewRun(capability="crm_orchestrator", command=Command(resume=True, has_resume=True))


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Office]:
    url = str(request.getfixturevalue(f"{request.param}_url"))
    with office(tmp_path, url=url) as opened:
        opened.receive(letter("Could you send me a quote for 40 licences?"))
        yield opened


def carry(place: Office, thread_id: GraphThreadId) -> int:
    return asyncio.run(place.app.threads.carry(thread_id))


def planned(place: Office, asked: NewRun = PLAN) -> tuple[GraphThreadId, ThreadRun]:
    """Start a plan on a new thread and carry it to where it waits."""
    thread = place.app.threads.create()
    run = place.app.threads.start(thread.thread_id, asked)
    assert isinstance(run, ThreadRun)
    assert carry(place, thread.thread_id) == 1
    return thread.thread_id, run


def waiting(place: Office, thread_id: GraphThreadId) -> Approval:
    (pause,) = place.app.threads.get(thread_id).pauses
    assert pause.approval_id is not None
    return place.app.inbox.get(pause.approval_id)


def effect(place: Office, card: Approval) -> EffectState | None:
    with place.app.units.read() as unit:
        row = unit.effects.for_step(card.step_id)
    return row.state if row else None


def answered(place: Office, thread_id: GraphThreadId, answer: Answer) -> ThreadRun:
    run = place.app.threads.answer(thread_id, [answer], GO_ON, by=place.person(Role.APPROVER))
    assert isinstance(run, ThreadRun)
    carry(place, thread_id)
    return place.app.threads.run(thread_id, run.run_id)


class TestHolding:
    def test_waits_inside_the_thread(self, place: Office) -> None:
        """A held step interrupts with its card in every dialect; the run itself ends well."""
        thread_id, run = planned(place)
        thread = place.app.threads.get(thread_id)
        assert thread.error is None
        assert thread.status is ThreadStatus.INTERRUPTED
        assert place.app.threads.run(thread_id, run.run_id).status is ThreadRunStatus.SUCCESS
        (pause,) = thread.pauses
        card = waiting(place, thread_id)
        assert isinstance(pause.value, Mapping)
        assert pause.value["action_request"] == {
            "action": card.action.value,
            "args": card.args,
        }
        assert effect(place, card) is None

    def test_an_answer_executes_the_stored_payload(self, place: Office) -> None:
        """Approving through the thread sends what the card holds, whatever the client sent."""
        thread_id, _ = planned(place)
        card, (pause,) = waiting(place, thread_id), place.app.threads.get(thread_id).pauses
        run = answered(place, thread_id, Answer(interrupt_id=pause.interrupt_id, verb=Verb.APPROVE))
        assert run.status is ThreadRunStatus.SUCCESS
        assert run.error is None
        assert effect(place, card) is EffectState.READY
        thread = place.app.threads.get(thread_id)
        assert thread.status is ThreadStatus.IDLE
        assert thread.pauses == ()

    def test_a_decision_made_elsewhere_goes_on_too(self, place: Office) -> None:
        """Approving in the inbox rings for the thread in the same transaction."""
        thread_id, _ = planned(place)
        card = waiting(place, thread_id)
        place.app.inbox.approve(
            card.approval_id,
            person_id=place.person(Role.APPROVER),
            shown_hash=card.payload_hash,
        )
        assert carry(place, thread_id) == 1
        assert place.app.threads.get(thread_id).status is ThreadStatus.IDLE
        assert effect(place, card) is EffectState.READY

    def test_an_edit_makes_a_new_card_and_signs_it(self, place: Office) -> None:
        """An edited payload is another card; the old hash is dead."""
        thread_id, _ = planned(place)
        card, (pause,) = waiting(place, thread_id), place.app.threads.get(thread_id).pauses
        changes = {"subject": "Your quote, Dana"}
        answer = Answer(interrupt_id=pause.interrupt_id, verb=Verb.EDIT, changes=changes)
        answered(place, thread_id, answer)
        assert place.app.inbox.get(card.approval_id).status is ApprovalStatus.EDITED
        assert place.app.threads.get(thread_id).status is ThreadStatus.IDLE
        assert effect(place, card) is EffectState.READY

    def test_a_rejection_ends_it_without_effect(self, place: Office) -> None:
        """A rejected card closes its plan, and the thread goes on to its end."""
        thread_id, _ = planned(place)
        card, (pause,) = waiting(place, thread_id), place.app.threads.get(thread_id).pauses
        answer = Answer(interrupt_id=pause.interrupt_id, verb=Verb.REJECT, message="Too early.")
        answered(place, thread_id, answer)
        assert place.app.threads.get(thread_id).status is ThreadStatus.IDLE
        assert effect(place, card) is None

    def test_a_wrong_answer_changes_nothing(self, place: Office) -> None:
        """Another hash, an unknown interrupt and a plain resume leave the thread waiting."""
        thread_id, _ = planned(place)
        (pause,) = place.app.threads.get(thread_id).pauses
        by, threads = place.person(Role.APPROVER), place.app.threads
        wrong = Answer(interrupt_id=pause.interrupt_id, verb=Verb.APPROVE, payload_sha256="0" * 64)
        with pytest.raises(UnableToTakeThread):
            threads.answer(thread_id, [wrong], GO_ON, by=by)
        other = Answer(interrupt_id="other", verb=Verb.APPROVE)
        with pytest.raises(UnableToTakeThread):
            threads.answer(thread_id, [other], GO_ON, by=by)
        with pytest.raises(UnableToUseThread):
            threads.start(thread_id, GO_ON)
        assert threads.get(thread_id).status is ThreadStatus.INTERRUPTED
        assert carry(place, thread_id) == 0

    def test_a_changed_graph_is_refused_and_said_so(self, place: Office) -> None:
        """A thread that waits in another shape of its graph is not resumed silently."""
        thread_id, _ = planned(place)
        with place.app.units.write() as unit:
            row = unit.threads.get(thread_id)
            assert row is not None
            unit.threads.save(replace(row, paused_shape="0" * 64))
            unit.commit()
        (pause,) = place.app.threads.get(thread_id).pauses
        run = answered(place, thread_id, Answer(interrupt_id=pause.interrupt_id, verb=Verb.APPROVE))
        assert run.status is ThreadRunStatus.ERROR
        assert run.error is not None
        assert run.error["error"] == "UnableToResumeThread"
        assert place.app.threads.get(thread_id).status is ThreadStatus.INTERRUPTED

    def test_new_input_meets_an_open_card(self, place: Office) -> None:
        """Starting anew is refused while a card waits, unless the caller gives it up."""
        thread_id, _ = planned(place)
        card, threads = waiting(place, thread_id), place.app.threads
        with pytest.raises(UnableToTakeThread):
            threads.start(thread_id, PLAN)
        anew = NewRun(
            capability="crm_orchestrator",
            input={"contact_id": DANA},
            multitask=Multitask.ROLLBACK,
        )
        threads.start(thread_id, anew)
        assert place.app.inbox.get(card.approval_id).status is ApprovalStatus.STALE
        assert carry(place, thread_id) == 1
        assert waiting(place, thread_id).approval_id != card.approval_id

    def test_writing_state_makes_its_cards_stale(self, place: Office) -> None:
        """A hand on the state withdraws every card; ending the thread rejects them."""
        thread_id, _ = planned(place)
        card = waiting(place, thread_id)
        asyncio.run(
            place.app.threads.update_state(
                thread_id, values=None, as_node="__end__", by=place.person(Role.ADMIN)
            )
        )
        assert place.app.inbox.get(card.approval_id).status is ApprovalStatus.REJECTED
        thread = place.app.threads.get(thread_id)
        assert thread.status is ThreadStatus.IDLE
        assert thread.pauses == ()

    def test_a_shown_interrupt_can_be_ended_at_once(self, place: Office) -> None:
        """Between a run's end and the end of its lease a hand on the state waits, and gets in."""
        thread_id, _ = planned(place)
        lease = leased(place, thread_id)
        end = asyncio.run(ended_while(place, thread_id, lease, let_go_after=0.05))
        assert end is None
        assert place.app.threads.get(thread_id).status is ThreadStatus.IDLE

    def test_a_thread_that_is_not_let_go_stays_as_it_is(self, place: Office) -> None:
        """Who keeps the lease for longer is not waited for, and no card is withdrawn."""
        thread_id, _ = planned(place)
        card = waiting(place, thread_id)
        lease = leased(place, thread_id)
        end = asyncio.run(ended_while(place, thread_id, lease, let_go_after=60.0))
        assert isinstance(end, UnableToTakeThread)
        assert place.app.inbox.get(card.approval_id).status is ApprovalStatus.PENDING


def leased(place: Office, thread_id: GraphThreadId) -> ThreadLease:
    """Take a thread as the process does that has just carried its run."""
    with place.app.units.write(records=False) as unit:
        lease = unit.threads.lease(thread_id, holder="another", seconds=60)
        unit.commit()
    assert lease is not None
    return lease


async def ended_while(
    place: Office, thread_id: GraphThreadId, lease: ThreadLease, *, let_go_after: float
) -> UnableToTakeThread | None:
    """End a thread by hand while another lets go of it after some time."""

    async def let_go() -> None:
        await asyncio.sleep(let_go_after)
        with place.app.units.write(records=False) as unit:
            unit.threads.release(lease)
            unit.commit()

    letting_go = asyncio.create_task(let_go())
    try:
        await place.app.threads.update_state(
            thread_id, values=None, as_node="__end__", by=place.person(Role.ADMIN)
        )
    except UnableToTakeThread as fault:
        return fault
    finally:
        letting_go.cancel()
    return None


class TestLife:
    def test_state_and_history_show_where_it_stands(self, place: Office) -> None:
        """The newest state names the node it waits in; history has each step before it."""
        thread_id, _ = planned(place)
        state = asyncio.run(place.app.threads.state(thread_id))
        assert state.next == ("hold",)
        assert len(state.pauses) == 1
        history = asyncio.run(place.app.threads.history(thread_id, limit=50))
        assert history[0].checkpoint_id == state.checkpoint_id
        assert len(history) > 8

    def test_frames_can_be_followed_again(self, place: Office) -> None:
        """A reader that comes back with the last number it saw loses no frame."""
        asked = NewRun(
            capability="crm_orchestrator",
            input={"contact_id": DANA},
            stream_modes=(StreamMode.UPDATES, StreamMode.VALUES),
        )
        thread_id, run = planned(place, asked)

        async def read(after: int) -> list[ThreadEvent]:
            found = place.app.threads.events(thread_id, run.run_id, after=after)
            return [event async for event in found]

        whole = asyncio.run(read(0))
        assert [event.seq for event in whole] == list(range(1, len(whole) + 1))
        assert whole[0].event == "metadata"
        assert whole[-1].event == "end"
        assert asyncio.run(read(whole[3].seq)) == whole[4:]

    def test_a_run_that_waits_can_be_cancelled(self, place: Office) -> None:
        """Nothing of a run that nobody has begun is carried out after it was cancelled."""
        threads = place.app.threads
        thread = threads.create()
        run = threads.start(thread.thread_id, PLAN)
        assert isinstance(run, ThreadRun)
        ended = asyncio.run(threads.cancel(thread.thread_id, run.run_id))
        assert ended is not None
        assert ended.status is ThreadRunStatus.INTERRUPTED
        assert carry(place, thread.thread_id) == 0
        assert asyncio.run(
            threads.cancel(thread.thread_id, run.run_id, action=CancelAction.ROLLBACK)
        )

    def test_deleting_withdraws_cards_and_keeps_records(self, place: Office) -> None:
        """A deleted thread is gone, its card goes stale, the audit chain knows of it still."""
        thread_id, run = planned(place)
        card = waiting(place, thread_id)
        place.app.threads.delete(thread_id)
        with pytest.raises(UnableToFindThread):
            place.app.threads.get(thread_id)
        assert place.app.inbox.get(card.approval_id).status is ApprovalStatus.STALE
        with place.app.units.read() as unit:
            assert unit.records.of_run(run.run_id)

    def test_a_forgotten_thread_stays_while_a_step_is_held(self, place: Office) -> None:
        """A stateless run keeps its thread, without an end to it, while a card waits."""
        thread_id, _ = planned(place, replace(PLAN, forget=True))
        assert place.app.threads.get(thread_id).expires_at is None

    def test_a_copy_has_the_state_and_no_card(self, place: Office) -> None:
        """A copy shows the same values under its own id."""
        thread_id, _ = planned(place)
        copy = place.app.threads.copy(thread_id)
        assert copy.pauses == ()
        state = asyncio.run(place.app.threads.state(copy.thread_id))
        assert state.values == asyncio.run(place.app.threads.state(thread_id)).values
