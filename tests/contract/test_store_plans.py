"""Plans and cards are kept alike on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.stores import NOW, SECOND, Store, a_plan, a_run, a_step, an_approval

from bailiwick.domain.approval import Approval, ApprovalStatus, Signature
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import ApprovalId, PersonId, PlanId
from bailiwick.domain.plan import Dropped, PlanStatus, StepStatus


class TestPlans:
    def test_come_back_as_they_were_stored(self, store: Store) -> None:
        """A plan read back equals the plan stored, so its hash is the hash that was approved."""
        with store.units.write() as unit:
            run = a_run(store.ids)
            first, second = a_step(run.run_id, 1), a_step(run.run_id, 2)
            second = replace(second, depends_on=(first.step_id,), requires_approval=True)
            plan = a_plan(store, unit, first, second, run=run)
            unit.commit()
        with store.units.read() as unit:
            found = unit.plans.get(plan.plan_id)
        assert found is not None
        assert found[0] == plan
        assert found[0].plan_hash == plan.plan_hash
        assert found[1] is PlanStatus.PLANNED
        assert found[2] == dict.fromkeys((first.step_id, second.step_id), StepStatus.PROPOSED)

    def test_keep_what_was_dropped_and_odd_text(self, store: Store) -> None:
        """NUL and lone surrogates in arguments survive; in plain text they become a mark."""
        with store.units.write() as unit:
            run = a_run(store.ids)
            step = a_step(run.run_id)
            step = replace(step, args={"title": "a\x00b\ud800c", "contact_id": "con_1"})
            unit.runs.start(replace(run, reason="a\x00b\ud800c"))
            plan = replace(
                a_plan(store, unit, step, run=run),
                plan_id=PlanId(store.ids.new("pln")),
                dropped=(Dropped(name="wire_money", reason="no such action"),),
                steps=(),
            )
            unit.plans.add(plan, PlanStatus.PARTIAL, {})
            unit.commit()
        with store.units.read() as unit:
            found = unit.plans.get(plan.plan_id)
            assert found is not None
            assert found[0].dropped == plan.dropped
            kept = unit.runs.get(run.run_id)
            assert kept is not None
            assert kept.reason == "a\ufffdb\ufffdc"

    def test_twice_changes_nothing(self, store: Store) -> None:
        """The same plan again leaves the first one with its statuses."""
        with store.units.write() as unit:
            plan = a_plan(store, unit)
            step = plan.steps[0]
            unit.plans.set_step(step.step_id, StepStatus.DONE, reason="done")
            unit.plans.set_status(plan.plan_id, PlanStatus.DONE)
            unit.plans.add(plan, PlanStatus.PLANNED, {step.step_id: StepStatus.PROPOSED})
            unit.commit()
        with store.units.read() as unit:
            found = unit.plans.get(plan.plan_id)
        assert found is not None
        assert found[1] is PlanStatus.DONE
        assert found[2] == {step.step_id: StepStatus.DONE}

    def test_rise_in_version_when_a_person_edits_a_step(self, store: Store) -> None:
        """An edit keeps the step's id, changes its payload and raises the plan's version."""
        with store.units.write() as unit:
            plan = a_plan(store, unit)
            edited = replace(plan.steps[0], args={"contact_id": "con_1", "title": "Write"})
            unit.plans.replace_step(plan.plan_id, edited)
            unit.commit()
        with store.units.read() as unit:
            found = unit.plans.get(plan.plan_id)
        assert found is not None
        assert found[0].steps == (edited,)
        assert found[0].version == 2

    def test_of_another_workspace_are_not_there(self, store: Store) -> None:
        """A plan's id means nothing in another workspace."""
        with store.units.write() as unit:
            plan = a_plan(store, unit)
            unit.commit()
        with store.second_workspace().units.read() as unit:
            assert unit.plans.get(plan.plan_id) is None

    def test_refuse_a_run_that_is_not_there(self, store: Store) -> None:
        """A plan cannot point to a run of nowhere, or of another workspace."""
        other = store.second_workspace()
        with store.units.write() as unit:
            plan = a_plan(store, unit)
            unit.commit()
        stray = replace(
            plan,
            workspace_id=other.workspace_id,
            plan_id=PlanId(store.ids.new("pln")),
        )
        with pytest.raises(IntegrityFault), other.units.write() as unit:
            unit.plans.add(stray, PlanStatus.PLANNED, {plan.steps[0].step_id: StepStatus.PROPOSED})


def _card(store: Store) -> Approval:
    with store.units.write() as unit:
        card = an_approval(store, a_plan(store, unit))
        unit.approvals.add(card)
        unit.commit()
    return card


class TestApprovals:
    def test_come_back_as_they_were_stored(self, store: Store) -> None:
        """A card read back equals the card stored, signatures and times included."""
        card = _card(store)
        signed = replace(
            card,
            status=ApprovalStatus.APPROVED,
            signatures=(
                Signature(
                    person_id=PersonId("per_1"),
                    role=Role.APPROVER,
                    payload_hash=card.payload_hash,
                    at=NOW + timedelta(microseconds=1),
                ),
            ),
            decided_by=PersonId("per_1"),
            decided_at=NOW,
            snoozed_until=NOW,
            assigned_to=PersonId("per_2"),
            replaces=ApprovalId("apr_0"),
        )
        with store.units.write() as unit:
            assert unit.approvals.get(card.approval_id) == card
            assert unit.approvals.save(signed, row_version=1)
            unit.commit()
        with store.units.read() as unit:
            assert unit.approvals.get(card.approval_id) == replace(signed, row_version=2)

    def test_change_only_for_the_faster_of_two(self, store: Store) -> None:
        """Two people decide on one version of a card: the second is told that it changed."""
        card = _card(store)
        yes = replace(card, status=ApprovalStatus.APPROVED)
        no = replace(card, status=ApprovalStatus.REJECTED)
        with store.units.write() as unit:
            assert unit.approvals.save(yes, row_version=card.row_version)
            unit.commit()
        with store.units.write() as unit:
            assert not unit.approvals.save(no, row_version=card.row_version)
            unit.commit()
        with store.units.read() as unit:
            kept = unit.approvals.get(card.approval_id)
        assert kept is not None
        assert kept.status is ApprovalStatus.APPROVED

    def test_are_found_by_step_the_latest_first(self, store: Store) -> None:
        """After an edit the step's card is the new one."""
        card = _card(store)
        newer = replace(card, approval_id=ApprovalId(store.ids.new("apr")), created_at=NOW + SECOND)
        with store.units.write() as unit:
            assert unit.approvals.for_step(card.step_id) == card
            unit.approvals.add(newer)
            unit.commit()
        with store.units.read() as unit:
            assert unit.approvals.for_step(card.step_id) == newer

    def test_are_listed_in_pages_by_status(self, store: Store) -> None:
        """Pages give each card once, oldest first, and only those of the status asked for."""
        cards = [_card(store) for _ in range(3)]
        with store.units.write() as unit:
            closed = replace(cards[1], status=ApprovalStatus.REJECTED)
            assert unit.approvals.save(closed, row_version=1)
            unit.commit()
        with store.units.read() as unit:
            first = unit.approvals.list(status=ApprovalStatus.PENDING, cursor=None, size=1)
            rest = unit.approvals.list(
                status=ApprovalStatus.PENDING, cursor=first.next_cursor, size=5
            )
            everything = unit.approvals.list(status=None, cursor=None, size=5)
        assert first.items + rest.items == (cards[0], cards[2])
        assert rest.next_cursor is None
        assert [card.approval_id for card in everything.items] == [c.approval_id for c in cards]

    def test_expire_when_their_time_is_over(self, store: Store) -> None:
        """A pending card is listed as expired from its end on; a decided one never is."""
        card, decided = _card(store), _card(store)
        with store.units.write() as unit:
            unit.approvals.save(replace(decided, status=ApprovalStatus.REJECTED), row_version=1)
            unit.commit()
        with store.units.read() as unit:
            assert not unit.approvals.expired(at=card.expires_at - SECOND, count_max=9)
            assert list(unit.approvals.expired(at=card.expires_at, count_max=9)) == [card]
