"""Several cards wait on one thread: answered one by one, together, mixed, and elsewhere."""

import asyncio
import json
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

import pytest
from bench.servers.scripted_model import serving
from tests.fakes.office import DANA, Office, office

from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ApprovalId
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.thread import (
    Answer,
    Command,
    Goto,
    GraphThreadId,
    NewRun,
    ThreadRun,
    ThreadStatus,
    Verb,
)
from bailiwick.engine.thread_faults import UnableToUseThread
from bailiwick.kit.hashing import Canonical
from bailiwick.models.exchange import ChatMessage
from bailiwick.models.scripted import prompt_name
from bailiwick.settings import ModelSettings

TITLES = ("Call about licences", "Check the contract", "Send the price list")
GO_ON = NewRun(capability="crm_orchestrator", command=Command(resume=True, has_resume=True))


def planner(messages: Sequence[ChatMessage], schema: Mapping[str, Canonical]) -> str:
    """Plan three tasks, each of which asks for approval."""
    del schema
    if prompt_name(messages) != "crm_orchestrator/plan":
        return "no json"
    absent = dict.fromkeys(
        ("message_id", "account_id", "opportunity_id", "field", "value", "stage")
    )
    steps: list[dict[str, object]] = [
        {
            "action": "create_task",
            "args": {**absent, "contact_id": DANA, "title": title},
            "reason": "they asked",
            "confidence": 0.9,
            "requires_approval": True,
            "depends_on": [],
            "evidence_fact_ids": [],
        }
        for title in TITLES
    ]
    return json.dumps({"steps": steps})


@pytest.fixture
def place(sqlite_url: str, tmp_path: Path) -> Generator[Office]:
    with serving(planner) as server:
        model = ModelSettings(
            base_url=server.base_url, api_key="k", deep="scripted-1", quick="scripted-1"
        )
        with office(tmp_path, url=sqlite_url, model=model) as opened:
            yield opened


def planned(place: Office) -> GraphThreadId:
    thread_id = place.app.threads.create().thread_id
    asked = NewRun(capability="crm_orchestrator", input={"contact_id": DANA})
    assert isinstance(place.app.threads.start(thread_id, asked), ThreadRun)
    assert carry(place, thread_id) == 1
    assert len(place.app.threads.get(thread_id).pauses) == len(TITLES)
    return thread_id


def carry(place: Office, thread_id: GraphThreadId) -> int:
    return asyncio.run(place.app.threads.carry(thread_id))


def open_cards(place: Office, thread_id: GraphThreadId) -> dict[ApprovalId, str]:
    """Return the interrupt of each card that a thread shows."""
    pauses = place.app.threads.get(thread_id).pauses
    return {p.approval_id: p.interrupt_id for p in pauses if p.approval_id is not None}


def effects(place: Office, cards: Sequence[ApprovalId]) -> list[EffectState | None]:
    with place.app.units.read() as unit:
        rows = [unit.effects.for_step(place.app.inbox.get(card).step_id) for card in cards]
    return [row.state if row else None for row in rows]


def answer(place: Office, thread_id: GraphThreadId, **verbs: Verb) -> None:
    answers = [Answer(interrupt_id=name, verb=verb) for name, verb in verbs.items()]
    by = place.person(Role.APPROVER)
    assert isinstance(place.app.threads.answer(thread_id, answers, GO_ON, by=by), ThreadRun)
    assert carry(place, thread_id) >= 1


def ended(place: Office, thread_id: GraphThreadId, decided: set[ApprovalId]) -> None:
    """Decide the card of the run that an approval has delegated, and see the thread end."""
    left = open_cards(place, thread_id)
    assert not decided & set(left)
    answer(place, thread_id, **dict.fromkeys(left.values(), Verb.REJECT))
    thread = place.app.threads.get(thread_id)
    assert (thread.status, thread.pauses, thread.error) == (ThreadStatus.IDLE, (), None)


class TestSeveralCards:
    def test_one_at_a_time(self, place: Office) -> None:
        """Each answer closes its own card; the thread waits for the others, then ends."""
        thread_id = planned(place)
        cards = open_cards(place, thread_id)
        for number, (card, name) in enumerate(cards.items(), start=1):
            answer(place, thread_id, **{name: Verb.APPROVE})
            left = open_cards(place, thread_id)
            assert card not in left
            assert len(set(left) & set(cards)) == len(TITLES) - number
            assert effects(place, [card]) != [None]
        ended(place, thread_id, set(cards))

    def test_all_together_with_mixed_decisions(self, place: Office) -> None:
        """Yes, no and dropped in one answer: each card takes its own."""
        thread_id = planned(place)
        (yes, one), (no, two), (dropped, three) = open_cards(place, thread_id).items()
        answer(place, thread_id, **{one: Verb.APPROVE, two: Verb.REJECT, three: Verb.DROP})
        assert place.app.threads.get(thread_id).status is ThreadStatus.IDLE
        assert effects(place, [yes]) != [None]
        assert effects(place, [no, dropped]) == [None, None]

    def test_a_decision_elsewhere_leaves_the_others_open(self, place: Office) -> None:
        """One card is approved in the inbox; the thread goes on and shows the other two."""
        thread_id = planned(place)
        first, *others = open_cards(place, thread_id)
        place.app.inbox.approve(
            first,
            person_id=place.person(Role.APPROVER),
            shown_hash=place.app.inbox.get(first).payload_hash,
        )
        assert carry(place, thread_id) == 1
        left = open_cards(place, thread_id)
        assert list(left) == others
        answer(place, thread_id, **dict.fromkeys(left.values(), Verb.APPROVE))
        ended(place, thread_id, {first, *others})
        assert None not in effects(place, [first, *others])

    def test_an_end_rejects_all_of_them(self, place: Office) -> None:
        """`goto` to the end is a decision: every card is closed and nothing waits."""
        thread_id = planned(place)
        cards = list(open_cards(place, thread_id))
        asked = NewRun(capability="crm_orchestrator", command=Command(goto=(Goto(node="__end__"),)))
        assert isinstance(place.app.threads.start(thread_id, asked), ThreadRun)
        assert carry(place, thread_id) == 1
        thread = place.app.threads.get(thread_id)
        assert (thread.status, thread.pauses, thread.error) == (ThreadStatus.IDLE, (), None)
        assert {place.app.inbox.get(c).status for c in cards} == {ApprovalStatus.REJECTED}
        assert effects(place, cards) == [None] * len(TITLES)

    def test_a_hand_on_the_state_makes_all_of_them_stale(self, place: Office) -> None:
        """A command that updates withdraws every card, and the graph goes on to its end."""
        thread_id = planned(place)
        cards = list(open_cards(place, thread_id))
        asked = NewRun(capability="crm_orchestrator", command=Command(update={"cards": []}))
        assert isinstance(place.app.threads.start(thread_id, asked), ThreadRun)
        assert carry(place, thread_id) == 1
        thread = place.app.threads.get(thread_id)
        assert (thread.status, thread.pauses, thread.error) == (ThreadStatus.IDLE, (), None)
        assert {place.app.inbox.get(c).status for c in cards} == {ApprovalStatus.STALE}

    def test_an_update_that_cannot_be_made_withdraws_nothing(self, place: Office) -> None:
        """An unknown node is refused before any card is touched."""
        thread_id = planned(place)
        by = place.person(Role.ADMIN)
        wrong = place.app.threads.update_state(thread_id, values={}, as_node="nowhere", by=by)
        with pytest.raises(UnableToUseThread):
            asyncio.run(wrong)
        assert len(place.pending()) == len(TITLES)

    def test_a_run_without_input_goes_on_and_loses_nothing(self, place: Office) -> None:
        """Going on while cards wait asks again for the same cards."""
        thread_id = planned(place)
        cards = list(open_cards(place, thread_id))
        place.app.threads.start(thread_id, NewRun(capability="crm_orchestrator"))
        assert carry(place, thread_id) == 1
        assert list(open_cards(place, thread_id)) == cards
        assert len(place.pending()) == len(TITLES)
        left = open_cards(place, thread_id)
        answer(place, thread_id, **dict.fromkeys(left.values(), Verb.APPROVE))
        ended(place, thread_id, set(left))
