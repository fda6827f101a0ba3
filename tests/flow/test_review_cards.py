"""Cards, plans and effects stay of one mind, whichever way a card ends."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, Office, dana, letter, office, step

from bailiwick.control.spec import Spec
from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.autonomy import Level
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import ContactId, PersonId, StepId
from bailiwick.domain.plan import PlanStatus, StepStatus
from bailiwick.domain.receipt import EffectState
from bailiwick.engine.graphs.graphs import Graphs
from bailiwick.engine.inbox.approvals import UnableToDecide
from bailiwick.engine.inbox.signing import Decided, Result
from bailiwick.store.crm_rows import CrmRows


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        yield opened


def decide(place: Office, card: Approval, role: Role = Role.APPROVER) -> Decided:
    return place.app.inbox.approve(
        card.approval_id, person_id=place.person(role), shown_hash=card.payload_hash
    )


def approve(place: Office, card: Approval, role: Role = Role.APPROVER) -> Result:
    return decide(place, card, role).result


def effect_state(place: Office, card: Approval) -> EffectState | None:
    with place.app.units.read() as unit:
        row = unit.effects.for_step(card.step_id)
    return row.state if row else None


def plan_of(place: Office, card: Approval) -> tuple[PlanStatus, dict[StepId, StepStatus]]:
    with place.app.units.read() as unit:
        stored = unit.plans.get(card.plan_id)
    assert stored is not None
    return stored[1], dict(stored[2])


def reopened(place: Office) -> Approval:
    """Approve a mail, let the contact write before it leaves, and return the new card."""
    place.propose(step())
    (card,) = place.pending()
    assert approve(place, card) is Result.QUEUED
    place.later(minutes=1)
    place.receive(letter("One more thing: we moved offices."))
    place.drain()
    (again,) = place.pending()
    assert again.approval_id != card.approval_id
    assert place.mail.delivered == []
    return again


class TestACardHeldAgainAtDelivery:
    def test_is_sent_when_it_is_approved_again(self, place: Office) -> None:
        """The same intent goes out once, under the new card."""
        card = reopened(place)
        place.later(minutes=1)
        assert approve(place, card) is Result.QUEUED
        place.drain()
        assert len(place.mail.delivered) == 1

    def test_can_be_edited_and_the_edited_words_are_sent(self, place: Office) -> None:
        """An edit replaces the intent that never left; it does not block the step for ever."""
        card = reopened(place)
        place.later(minutes=1)
        edited = place.app.inbox.edit(
            card.approval_id, person_id=place.person(Role.REP),
            changes={"text": "Hello Dana,\n\nthe new address is noted."},
        ).approval  # fmt: skip
        assert approve(place, edited) is Result.QUEUED
        place.drain()
        ((_, raw),) = place.mail.delivered
        assert b"the new address is noted" in raw

    def test_leaves_the_first_card_spent(self, place: Office) -> None:
        """The card that was approved first says what replaced it, and approves nothing more."""
        card = reopened(place)
        first = next(c for c in place.cards() if c.approval_id != card.approval_id)
        assert first.status is ApprovalStatus.STALE
        assert card.approval_id in first.closed_reason
        assert approve(place, first) is Result.STALE

    def test_leaves_no_intent_waiting_when_it_is_rejected(self, place: Office) -> None:
        """A rejected step has one final state in the ledger too."""
        card = reopened(place)
        place.app.inbox.reject(card.approval_id, person_id=place.person(Role.REP), reason="no")
        assert effect_state(place, card) is EffectState.SUPPRESSED
        assert plan_of(place, card)[1][card.step_id] is StepStatus.REJECTED

    def test_leaves_no_intent_waiting_when_it_expires(self, place: Office) -> None:
        """Nobody decided: the intent is closed with the card."""
        card = reopened(place)
        place.later(hours=73)
        place.app.inbox.expire()
        assert effect_state(place, card) is EffectState.SUPPRESSED

    def test_leaves_no_intent_waiting_when_a_newer_draft_takes_its_place(
        self, place: Office
    ) -> None:
        """A superseded card takes its intent with it."""
        card = reopened(place)
        place.propose(step(run="run_b"))
        assert place.app.inbox.get(card.approval_id).status is ApprovalStatus.STALE
        assert effect_state(place, card) is EffectState.SUPPRESSED


class TestAStepThatDependsOnAnother:
    def two(self, place: Office) -> tuple[Approval, Approval]:
        first = step(
            Action.UPDATE_FIELD, args={"contact_id": DANA, "field": "title", "value": "CEO"}
        )
        second = replace(step(number=2), depends_on=(first.step_id,))
        place.propose(first, second, capability=TESTER)
        one, two = sorted(place.pending(), key=lambda card: card.step_id)
        return one, two

    def test_is_not_done_when_the_other_was_rejected(self, testing: Office) -> None:
        """A rejected step takes what hangs on it along, as a refused one does."""
        one, two = self.two(testing)
        testing.app.inbox.reject(one.approval_id, person_id=testing.person(Role.REP), reason="no")
        assert approve(testing, two) is Result.STALE
        testing.drain()
        assert testing.mail.delivered == []
        assert plan_of(testing, one)[1][two.step_id] in {StepStatus.SKIPPED, StepStatus.STALE}

    def test_cannot_be_approved_before_the_other(self, testing: Office) -> None:
        """The message says which card comes first; nothing is changed."""
        one, two = self.two(testing)
        with pytest.raises(UnableToDecide, match=one.step_id):
            approve(testing, two)
        assert {card.approval_id for card in testing.pending()} == {
            one.approval_id,
            two.approval_id,
        }

    def test_is_done_when_the_other_was_approved(self, testing: Office) -> None:
        """Both sides: approved in order, both are done."""
        one, two = self.two(testing)
        assert approve(testing, one) is Result.DONE
        assert approve(testing, two) is Result.QUEUED
        testing.drain()
        assert len(testing.mail.delivered) == 1


class TestAMailStoppedAtItsClaim:
    def test_closes_its_plan_and_card(self, place: Office) -> None:
        """Suppressed between approval and claim: plan and card say so, nothing runs for ever."""
        place.propose(step())
        (card,) = place.pending()
        assert approve(place, card) is Result.QUEUED
        place.suppress("dana@acme.example")
        place.drain()
        assert effect_state(place, card) is EffectState.SUPPRESSED
        assert plan_of(place, card)[0] is not PlanStatus.RUNNING
        assert place.app.inbox.get(card.approval_id).status is ApprovalStatus.STALE


class TestTwoMailsOfOnePlan:
    def test_do_not_lose_the_steps_that_wait_with_them(self, testing: Office) -> None:
        """A newer draft of the same plan closes the older card, not the plan's other steps."""
        task = step(Action.CREATE_TASK, number=3, args={"contact_id": DANA, "title": "Call"})
        testing.propose(step(), step(number=2), task, capability=TESTER)
        one, two = testing.pending()
        assert plan_of(testing, one)[1][task.step_id] is StepStatus.PROPOSED
        assert approve(testing, one) is Result.QUEUED
        assert plan_of(testing, one)[1][task.step_id] is StepStatus.PROPOSED
        assert approve(testing, two) is Result.QUEUED
        assert plan_of(testing, one)[1][task.step_id] is StepStatus.DONE


TESTER = "tester"


class WiderGraphs(Graphs):
    """Knows one capability more: it may propose everything."""

    def spec(self, name: str) -> Spec:
        if name == TESTER:
            return replace(
                super().spec("reply"), name=TESTER, actions=frozenset(Action), level_max=Level.L5
            )
        return super().spec(name)


@pytest.fixture
def testing(place: Office) -> Office:
    """An office with a capability that declares what no shipped one does."""
    place.app.__dict__["graphs"] = WiderGraphs({})
    with place.app.units.write() as unit:
        second = Person(
            person_id=PersonId("per_second"), name="Second", email="second@northwind.example",
            role=Role.APPROVER,
        )  # fmt: skip
        unit.authority.add_person(second)
        rows = CrmRows(unit)
        for number in range(30):
            rows.add_contact(
                dana(
                    contact_id=ContactId(f"con_{number:02}"), first_name=f"N{number}",
                    addresses=(f"n{number}@acme.example",),
                )
            )  # fmt: skip
        unit.commit()
    return place


class TestAnIrreversibleStep:
    def deletion(self, testing: Office) -> Approval:
        testing.propose(step(Action.DELETE_RECORD, args={"records": ["con_01"]}), capability=TESTER)
        (card,) = testing.pending()
        return card

    def gone(self, testing: Office) -> bool:
        with testing.app.units.read() as unit:
            return unit.crm.contact(ContactId("con_01")) is None

    def test_needs_two_persons(self, testing: Office) -> None:
        """One yes, given twice, does nothing; the second person's yes deletes."""
        card = self.deletion(testing)
        assert card.needs.persons_count == 2
        assert approve(testing, card) is Result.NEEDS_ANOTHER
        assert approve(testing, card) is Result.NEEDS_ANOTHER
        assert not self.gone(testing)
        assert approve(testing, card, Role.ADMIN) is Result.DONE
        assert self.gone(testing)
        assert approve(testing, card, Role.ADMIN) is Result.ALREADY

    def test_is_not_done_when_the_second_person_says_no(self, testing: Office) -> None:
        """A rejection after one signature closes the card."""
        card = self.deletion(testing)
        approve(testing, card)
        testing.app.inbox.reject(
            card.approval_id, person_id=testing.person(Role.SUPERVISOR), reason="keep it"
        )
        assert approve(testing, card, Role.ADMIN) is Result.REJECTED
        assert not self.gone(testing)

    def test_of_many_rows_needs_a_supervisor_among_the_two(self, testing: Office) -> None:
        """More than 25 rows: two approvers do not suffice, one of them a supervisor does."""
        records = [f"con_{n:02}" for n in range(26)]
        testing.propose(
            step(
                Action.BULK_UPDATE,
                args={"records": list(records), "field": "title", "value": "Buyer"},
            ),
            capability=TESTER,
        )
        (card,) = testing.pending()
        assert approve(testing, card, Role.SUPERVISOR) is Result.NEEDS_ANOTHER
        assert approve(testing, card, Role.APPROVER) is Result.DONE
        with testing.app.units.read() as unit:
            changed = unit.crm.contact(ContactId("con_25"))
        assert changed is not None
        assert changed.title == "Buyer"


class TestAForcedCard:
    def test_cannot_be_edited(self, testing: Office) -> None:
        """What always needs a second person cannot be edited into another payload at all."""
        testing.propose(step(Action.DELETE_RECORD, args={"records": ["con_01"]}), capability=TESTER)
        (card,) = testing.pending()
        with pytest.raises(UnableToDecide, match="editable: nothing"):
            testing.app.inbox.edit(
                card.approval_id, person_id=testing.person(Role.ADMIN),
                changes={"records": "con_02"},
            )  # fmt: skip
        assert testing.pending() == (card,)
