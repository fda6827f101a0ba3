"""Campaigns on both databases: who is due, who is where, and that the numbers add up."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.store.stores import NOW, Store, a_mail_effect, a_plan, a_run, add_contact, an_approval

from bailiwick.domain.action import Action
from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.campaign.campaign import Campaign, CampaignStatus
from bailiwick.domain.campaign.enrolment import (
    CampaignId,
    End,
    Enrolment,
    Stage,
    accepted,
    begun,
    ended,
    enrolled,
    paused,
)
from bailiwick.domain.campaign.funnel import funnel
from bailiwick.domain.campaign.series import DEFAULT
from bailiwick.domain.campaign.touch import Fate, Progress, Touch, truth
from bailiwick.domain.ids import ContactId, PersonId, RunId
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.run import RunStatus
from bailiwick.ports.campaigns import Line
from bailiwick.store.unit import SqlUnit

ONE = CampaignId("cmp_1")
HOUR = timedelta(hours=1)


def campaign(status: CampaignStatus = CampaignStatus.RUNNING, name: str = "Spring") -> Campaign:
    """Return a campaign."""
    number = CampaignId(f"cmp_{name}") if name != "Spring" else ONE
    return Campaign(
        campaign_id=number, name=name, status=status, made_by=PersonId("per_1"), created_at=NOW
    )


def recipients(store: Store, unit: SqlUnit, count: int, of: CampaignId = ONE) -> list[Enrolment]:
    """Store so many contacts, each due an hour after the one before."""
    found: list[Enrolment] = []
    for number in range(count):
        contact = add_contact(unit, store.ids, f"c{number}@theirs.example")
        wake_at = NOW + number * HOUR
        found.append(enrolled(of, contact.contact_id, version=1, wake_at=wake_at))
    assert unit.campaigns.enrol(found, at=NOW) == count
    return found


def recipients_of_none(store: Store, unit: SqlUnit, count: int) -> list[ContactId]:
    """Store so many contacts whom nobody has enrolled."""
    return [
        add_contact(unit, store.ids, f"d{number}@theirs.example").contact_id
        for number in range(count)
    ]


def touch_of(enrolment: Enrolment, run_id: RunId) -> Touch:
    """Return the first try of the next touch."""
    return Touch(
        touch_id=f"tch_{run_id}",
        enrolment_id=enrolment.enrolment_id,
        campaign_id=enrolment.campaign_id,
        contact_id=enrolment.contact_id,
        number=enrolment.touch,
        version=1,
        attempt=0,
        run_id=run_id,
        begun_at=NOW,
    )


class TestACampaign:
    def test_comes_back_as_it_was_stored(self, store: Store) -> None:
        """Its row, its series and its versions; a second of the same name is refused."""
        with store.units.write() as unit:
            assert unit.campaigns.add(campaign(), DEFAULT)
            assert not unit.campaigns.add(
                replace(campaign(), campaign_id=CampaignId("cmp_2")), DEFAULT
            )
            second = replace(DEFAULT, version=2, tail=HOUR)
            assert unit.campaigns.add_series(campaign(), second)
            assert not unit.campaigns.add_series(campaign(), second)
            assert unit.campaigns.get(ONE) == unit.campaigns.by_name("Spring") == campaign()
            assert unit.campaigns.series(ONE, 1) == DEFAULT
            assert unit.campaigns.series(ONE, 2) == second
            assert unit.campaigns.series(ONE, 3) is None

    def test_is_changed_by_who_read_it_last(self, store: Store) -> None:
        """A change that rests on an older row changes nothing."""
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            assert unit.campaigns.save(replace(campaign(), status=CampaignStatus.PAUSED))
            assert not unit.campaigns.save(replace(campaign(), status=CampaignStatus.STOPPED))
            found = unit.campaigns.get(ONE)
        assert found is not None
        assert (found.status, found.row_version) == (CampaignStatus.PAUSED, 2)

    def test_is_listed_in_pages_by_status(self, store: Store) -> None:
        """Page by page, each once."""
        with store.units.write() as unit:
            for name in "abc":
                unit.campaigns.add(campaign(name=name), DEFAULT)
            unit.campaigns.add(campaign(CampaignStatus.DRAFT, "d"), DEFAULT)
            first = unit.campaigns.list(status=CampaignStatus.RUNNING, cursor=None, size=2)
            rest = unit.campaigns.list(
                status=CampaignStatus.RUNNING, cursor=first.next_cursor, size=2
            )
            every = unit.campaigns.list(status=None, cursor=None, size=9)
        assert [one.name for one in (*first.items, *rest.items)] == ["a", "b", "c"]
        assert rest.next_cursor is None
        assert len(every.items) == 4


class TestWhoIsDue:
    def test_comes_longest_overdue_first_and_of_running_campaigns_only(self, store: Store) -> None:
        """Nobody before their time, nobody twice enrolled, nobody of a draft or a pause."""
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            unit.campaigns.add(campaign(CampaignStatus.PAUSED, "rest"), DEFAULT)
            people = recipients(store, unit, 3)
            assert unit.campaigns.enrol(people, at=NOW) == 0
            elsewhere = [replace(one, campaign_id=CampaignId("cmp_rest")) for one in people]
            unit.campaigns.enrol(elsewhere, at=NOW)
            none = unit.campaigns.due(at=NOW - timedelta(microseconds=1), count_max=9)
            two = unit.campaigns.due(at=NOW + HOUR, count_max=9)
            one = unit.campaigns.due(at=NOW + HOUR, count_max=1)
        assert none == ()
        assert [kept.enrolment for kept in two] == people[:2]
        assert [kept.enrolment for kept in one] == people[:1]

    def test_comes_from_all_running_campaigns_together(self, store: Store) -> None:
        """Of three campaigns the longest overdue come first, whichever is looked at first."""
        with store.units.write() as unit:
            people = iter(recipients_of_none(store, unit, 6))
            for name, hours in (("a", (0, 3)), ("b", (-1, 4)), ("c", (1, 2))):
                unit.campaigns.add(campaign(name=name), DEFAULT)
                of = CampaignId(f"cmp_{name}")
                waits = [
                    enrolled(of, next(people), version=1, wake_at=NOW + hour * HOUR)
                    for hour in hours
                ]
                unit.campaigns.enrol(waits, at=NOW)
            found = [
                [
                    (kept.enrolment.wake_at - NOW) // HOUR
                    for kept in unit.campaigns.due(at=NOW + 9 * HOUR, count_max=count)
                    if kept.enrolment.wake_at is not None
                ]
                for count in (1, 2, 4, 9)
            ]
        assert found == [[-1], [-1, 0], [-1, 0, 1, 2], [-1, 0, 1, 2, 3, 4]]

    def test_leaves_out_who_stands_in_a_line(self, store: Store) -> None:
        """Of that campaign and version, and only who still wants a touch."""
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            people = recipients(store, unit, 4)
            everybody = unit.campaigns.due(at=NOW + 9 * HOUR, count_max=9)
            places = ((1, 0), (1, 6), (2, 0), (2, 6))
            for kept, (version, count) in zip(everybody, places, strict=True):
                now = replace(kept.enrolment, version=version, touches_count=count)
                assert unit.campaigns.save_enrolment(replace(kept, enrolment=now))
            first = Line(campaign_id=ONE, version=1, touches_count=6)
            found = [
                [
                    people.index(one)
                    for kept in unit.campaigns.due(at=NOW + 9 * HOUR, count_max=9, besides=lines)
                    for one in people
                    if one.contact_id == kept.enrolment.contact_id
                ]
                for lines in (
                    (first,),
                    (first, replace(first, version=2)),
                    (replace(first, campaign_id=CampaignId("cmp_rest")),),
                )
            ]
        assert found == [[1, 2, 3], [1, 3], [0, 1, 2, 3]]

    def test_is_moved_by_one_of_two(self, store: Store) -> None:
        """Of two who read the same row only one changes it."""
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            recipients(store, unit, 1)
            (kept,) = unit.campaigns.due(at=NOW, count_max=9)
            begun_now = replace(kept, enrolment=begun(kept.enrolment))
            assert unit.campaigns.save_enrolment(begun_now)
            assert not unit.campaigns.save_enrolment(begun_now)
            assert unit.campaigns.due(at=NOW + HOUR, count_max=9) == ()
            found = unit.campaigns.enrolment(kept.enrolment.enrolment_id)
        assert found is not None
        assert found.enrolment.stage is Stage.TOUCHING


def a_run_of(store: Store, unit: SqlUnit, who: Enrolment, status: RunStatus) -> RunId:
    """Store a run about a recipient that proposes nothing."""
    run = replace(a_run(store.ids, contact_id=who.contact_id), status=status.value)
    unit.runs.add_all([run])
    return run.run_id


def a_mail_of(store: Store, unit: SqlUnit, who: Enrolment, state: EffectState) -> RunId:
    """Store a run about a recipient whose mail is in a state."""
    contact = unit.crm.contact(who.contact_id)
    assert contact is not None
    row = a_mail_effect(store, unit, contact)
    if state is not EffectState.READY:
        claimed = unit.effects.claim(holder="h", at=NOW, lease_seconds=60)
        assert claimed is not None
        if state is not EffectState.SENDING:
            assert unit.effects.settle(claimed, state, receipt=None, reason="r", due_at=None)
    unit.runs.finish(row.run_id, status=RunStatus.DONE, reason="", outcome=None, at=NOW)
    return row.run_id


class TestTheTruth:
    @pytest.mark.parametrize(
        ("state", "progress"),
        [
            (None, Progress.QUEUED),
            (EffectState.READY, Progress.SENDING),
            (EffectState.SENDING, Progress.SENDING),
            (EffectState.IN_DOUBT, Progress.IN_DOUBT),
        ],
    )
    def test_of_a_touch_is_read_from_its_rows(
        self, store: Store, state: EffectState | None, progress: Progress
    ) -> None:
        """A run without an effect, and each state of an effect, is one word."""
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            (who,) = recipients(store, unit, 1)
            run_id = (
                a_run_of(store, unit, who, RunStatus.PENDING)
                if state is None
                else a_mail_of(store, unit, who, state)
            )
            assert unit.touches.add_touch(touch_of(who, run_id))
            assert not unit.touches.add_touch(
                replace(touch_of(who, run_id), touch_id="tch_another")
            )
            assert unit.touches.progress([who.enrolment_id]) == {who.enrolment_id: progress}
            assert unit.funnels.progress(ONE) == Counter(), "who waits is not being touched"
            kept = unit.campaigns.enrolment(who.enrolment_id)
            assert kept is not None
            unit.campaigns.save_enrolment(replace(kept, enrolment=begun(who)))
            assert unit.funnels.progress(ONE) == Counter({progress: 1})
            (way,) = unit.touches.under_way(after="", count_max=9)
            assert unit.touches.still_under_way(way.touch.touch_id) == way
            assert unit.touches.still_under_way("tch_unknown") is None
        assert way.touch == touch_of(who, run_id)
        assert way.kept.enrolment == begun(who)
        assert way.sight.effect == state

    def test_of_a_held_touch_is_its_card(self, store: Store) -> None:
        """A card that waits holds; one that was rejected ends the try."""
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            (who,) = recipients(store, unit, 1)
            run = a_run(store.ids, contact_id=who.contact_id)
            plan = a_plan(store, unit, run=run)
            card = replace(an_approval(store, plan), action=Action.SEND_MESSAGE)
            unit.approvals.add(card)
            unit.touches.add_touch(touch_of(who, run.run_id))
            unit.runs.finish(run.run_id, status=RunStatus.HELD, reason="", outcome=None, at=NOW)
            held = unit.touches.progress([who.enrolment_id])
            closed = replace(card, status=ApprovalStatus.REJECTED)
            assert unit.approvals.save(closed, row_version=card.row_version)
            (way,) = unit.touches.under_way(after="", count_max=9)
        assert held == {who.enrolment_id: Progress.HELD}
        assert way.sight.card is ApprovalStatus.REJECTED

    def test_is_given_once(self, store: Store) -> None:
        """The first fate stands, and who has one is under way no longer."""
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            (who,) = recipients(store, unit, 1)
            one = touch_of(who, a_run_of(store, unit, who, RunStatus.DONE))
            unit.touches.add_touch(one)
            assert unit.touches.settle(one, Fate.ACCEPTED, at=NOW)
            assert not unit.touches.settle(one, Fate.PUT_OFF, at=NOW)
            assert unit.touches.under_way(after="", count_max=9) == ()
            assert unit.touches.still_under_way(one.touch_id) is None
            (kept,) = unit.touches.touches(who.enrolment_id)
        assert (kept.fate, kept.fate_at) == (Fate.ACCEPTED, NOW)

    def test_adds_up(self, store: Store) -> None:
        """Each recipient is in exactly one place, and the places make all of them."""
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            people = recipients(store, unit, 6)
            moved = [
                ended(people[0], End.REPLIED, reason="", at=NOW),
                paused(people[1], until=None, reason="away"),
                begun(people[2]),
                accepted(begun(people[3]), wake_at=NOW),
            ]
            for one in moved:
                kept = unit.campaigns.enrolment(one.enrolment_id)
                assert kept is not None
                assert unit.campaigns.save_enrolment(replace(kept, enrolment=one))
            found = funnel(
                unit.funnels.places(ONE), unit.funnels.progress(ONE), (), touches_count=6
            )
            page = unit.campaigns.recipients(ONE, cursor=None, size=4)
            rest = unit.campaigns.recipients(ONE, cursor=page.next_cursor, size=4)
            assert unit.campaigns.open_count(ONE) == 5
            assert len(unit.campaigns.of_contact(people[0].contact_id)) == 0
        assert found.recipients_count == sum(found.truths.values()) == 6
        counted = Counter(truth(one, None) for one in (*page.items, *rest.items))
        assert counted == Counter({one: count for one, count in found.truths.items() if count})


class TestEverybodyOfACampaign:
    def test_is_moved_and_ended_at_once_but_nobody_of_another(self, store: Store) -> None:
        """Who has ended keeps their end and version; whoever read a row before is told so."""
        with store.units.write() as unit:
            unit.campaigns.add(campaign(), DEFAULT)
            unit.campaigns.add(campaign(name="other"), DEFAULT)
            first, second, third = recipients(store, unit, 3)
            elsewhere = replace(first, campaign_id=CampaignId("cmp_other"))
            unit.campaigns.enrol([elsewhere], at=NOW)
            (kept, _) = unit.campaigns.due(at=NOW, count_max=9)
            over = ended(first, End.REPLIED, reason="asked", at=NOW)
            saved = unit.campaigns.enrolment(first.enrolment_id)
            assert saved is not None
            unit.campaigns.save_enrolment(replace(saved, enrolment=over))
            way = unit.campaigns.enrolment(third.enrolment_id)
            assert way is not None
            unit.campaigns.save_enrolment(replace(way, enrolment=begun(third)))
            assert unit.campaigns.repin(ONE, 2) == 2
            assert unit.campaigns.end_all(ONE, End.STOPPED, reason="enough", at=NOW) == 1
            stopped = unit.campaigns.enrolment(second.enrolment_id)
            assert stopped is not None
            assert stopped.enrolment == ended(
                replace(second, version=2), End.STOPPED, reason="enough", at=NOW
            )
            for same in (over, elsewhere):
                found = unit.campaigns.enrolment(same.enrolment_id)
                assert found is not None
                assert found.enrolment == same
            assert kept.row_version == 1
            (left,) = unit.campaigns.touching(ONE, count_max=9)
            assert left.enrolment == begun(replace(third, version=2))
            assert unit.campaigns.open_count(ONE) == 1
